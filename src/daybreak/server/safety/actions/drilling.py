"""A drill: an alert about nobody, told and timed like a real one, and marked as a drill wherever it is seen."""

from __future__ import annotations

from uuid import UUID

from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check
from daybreak.server.audit.trail import recorded
from daybreak.server.safety.actions.escalating import take_steps
from daybreak.server.safety.models import Alert
from daybreak.server.safety.refusals import AlertError
from daybreak.server.safety.watch import is_watched
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import file_of


def start_drill(by: User, site: Site, rule_key: str, form: UUID) -> Alert:
    """Raise a drill at a site, with the line and the clock of one of the study file's rules.

    Args:
        by: who starts it.
        site: whose staff are told.
        rule_key: which rule.
        form: the number of the form it was started with; the same form starts one drill, however often it is sent.

    Raises:
        NotYoursError: `by` is no investigator of the site.
        AlertError: the study file has no such rule.
    """
    check(by, "run-drill", site)
    rule = next((one for one in file_of(site.study).alerts if one.key == rule_key), None)
    if rule is None:
        raise AlertError("The study file has no such rule.", remedy="Choose one of those offered.")
    now, source = clock.now(), f"drill:{form}"
    with recorded(by, "start-drill", site=site) as entry:
        there = Alert.objects.filter(site=site, source=source).first()
        if there:
            entry.found_nothing()
            return there
        alert = entry.create(
            Alert,
            study=site.study,
            site=site,
            drill=True,
            rule=rule.key,
            says=rule.says[:300],
            source=source,
            raised_at=now,
            raised_by=by,
            watched=is_watched(site, now),
            tell=list(rule.tell),
            then_tell=list(rule.then_tell),
            within=rule.acknowledge_within,
            due_at=now + rule.acknowledge_within,
        )
        take_steps(entry, alert, now)
    return alert
