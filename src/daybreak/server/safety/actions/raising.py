"""Raising an alert the moment its rule holds, within the transaction that stores the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import IntegrityError, transaction

from daybreak.core.study import AlertRules
from daybreak.server.audit.trail import Draft
from daybreak.server.enrolment.models import Participant
from daybreak.server.safety.actions.escalating import take_steps
from daybreak.server.safety.models import Alert
from daybreak.server.safety.watch import is_watched
from daybreak.server.studies.queries import file_of


class AnsweredForm(Protocol):
    """What is asked of a form: its number, and who fills it in (None where the person does)."""

    pk: int
    by: Any


def answered(
    entry: Draft,
    participant: Participant,
    *,
    form: AnsweredForm,
    named: Mapping[str, object],
    now: datetime,
    earlier: Mapping[str, Sequence[float]] | None = None,
) -> list[Alert]:
    """Raise what the answers of one form call for, once for each rule and form, and tell those who come first.

    Call it whenever an answer is given or corrected, inside the entry that stores it: answer, alert and messages are
    kept together or not at all. An alert stays when its answer is corrected.

    Args:
        entry: the entry that is being written.
        participant: whose answers.
        form: the form they stand in.
        named: all answers and scores of the form so far, `madrs.total` and the like; None where there is none yet.
        now: the time.
        earlier: name of a score to those of the person's earlier forms, in order of time, for rules on worsening.

    Returns:
        The alerts that are new; where the person answered, show them `safety.help.help_for` at once.
    """
    raised = (
        raise_alert(entry, participant, rule, f"form:{form.pk}", now, facts=_facts(rule, named, earlier), by=form.by)
        for rule in _called(participant, named, earlier)
    )
    return [alert for alert in raised if alert]


def raise_alert(
    entry: Draft,
    participant: Participant,
    rule: AlertRules,
    source: str,
    now: datetime,
    **more: Any,
) -> Alert | None:
    """Store an alert and tell those who come first; None if it was raised before.

    Args:
        entry: the entry that is being written.
        participant: whom it is about.
        rule: the rule that holds.
        source: what it comes from; one alert for each person, rule and source.
        now: the time.
        more: `facts` and `by`, the member of staff who entered the answer.
    """
    known = {"participant": participant, "rule": rule.key, "source": source}
    if Alert.objects.filter(**known).exists():
        return None
    try:
        # A savepoint: the answer in the same transaction must not be lost because another raised it at this moment.
        with transaction.atomic():
            alert = entry.create(
                Alert,
                **known,
                study=participant.study,
                says=rule.says[:300],
                facts=more.get("facts", {}),
                raised_at=now,
                raised_by=more.get("by"),
                watched=is_watched(participant.site, now),
                tell=list(rule.tell),
                then_tell=list(rule.then_tell),
                within=rule.acknowledge_within,
                due_at=now + rule.acknowledge_within,
            )
    except IntegrityError:
        return None
    take_steps(entry, alert, now)
    return alert


def _called(
    participant: Participant, named: Mapping[str, object], earlier: Mapping[str, Sequence[float]] | None
) -> Iterator[AlertRules]:
    for rule in file_of(participant.study).alerts:
        if rule.names & named.keys() and rule.fires(named, earlier):
            yield rule


def _facts(
    rule: AlertRules, named: Mapping[str, object], earlier: Mapping[str, Sequence[float]] | None
) -> dict[str, object]:
    """Return what the rule looked at, fit for JSON."""
    facts = {name: _plain(named.get(name)) for name in sorted(rule.names)}
    if rule.worsens:
        facts["before"] = list((earlier or {}).get(rule.worsens.score, ()))
    return facts


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float | str | None) else str(value)
