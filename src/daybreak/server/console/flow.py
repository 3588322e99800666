"""The CONSORT flow of the desk: facts of everybody, counted by core, laid out as boxes. Blind by construction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Case, Count, IntegerField, Max, QuerySet, Value, When
from django.urls import reverse

from daybreak.core.consort import Box, PersonFacts, consort_flow
from daybreak.core.participation import LOST_CONTACT, Status, widest_of
from daybreak.core.study import StudyFile
from daybreak.server.enrolment.models import Participant, Screening, Withdrawal
from daybreak.server.studies.models import Site
from daybreak.server.training.models import TrainingSession
from daybreak.server.unblinding.models import Unblinding
from daybreak.server.visits.models import VisitRecord

LINKS = {
    "assessed": {},
    "excluded": {"status": "excluded"},
    "in-screening": {"status": "asked"},
    "enrolled": {"status": "allocated"},
    "infused": {"status": "treated"},
    **{status.value: {"status": status.value} for status in (Status.SCREENING, Status.ELIGIBLE, Status.CONSENTED)},
}
ASIDE = ("excluded", "in-screening", "waiting-for-", "left-before-")


@dataclass(frozen=True)
class Stage:
    """One box of the main line; `aside` are the boxes beside it, whose people do not go on (yet)."""

    box: Box
    href: str
    aside: list[Aside]


@dataclass(frozen=True)
class Aside:
    """A box beside the main line, with its parts below it."""

    box: Box
    href: str
    parts: list[tuple[Box, str]]


@dataclass(frozen=True)
class Flow:
    """The whole figure: the line all people come along, and the branches that it ends in.

    `unblinded` counts the enrolled people who were unblinded, by kind; what was learned stands nowhere.
    """

    line: list[Stage]
    branches: list[list[Stage]]
    unblinded: dict[str, int]


def flow_of(sites: QuerySet[Site], file: StudyFile) -> Flow:
    """Return the flow of the people at `sites`; a fixed number of queries."""
    root = consort_flow(person_facts(sites, file))
    line, box = [], root
    while len(box.splits) == 1:
        line.append(_stage(box))
        box = next(part for part in box.splits[0] if not part.key.startswith(ASIDE))
    line.append(_stage(box) if not box.splits else Stage(box, _href(box), []))
    return Flow(line, [list(_branch(split)) for split in box.splits], _unblinded(sites))


def person_facts(sites: QuerySet[Site], file: StudyFile) -> Iterator[PersonFacts]:
    """Yield what the flow needs to know of everybody at `sites`."""
    says = {criterion.key: criterion.says or criterion.ask for criterion in file.eligibility}
    failed = dict(
        Screening.objects.filter(participant__site__in=sites).exclude(failed=[]).values_list("participant", "failed")
    )
    began = set(
        TrainingSession.objects.filter(participant__site__in=sites)
        .exclude(started_at=None)
        .values_list("participant", flat=True)
    )
    seen = _seen_until(sites, file)
    scopes: dict[int, list[str]] = {}
    lost = set()
    for person, scope, why in Withdrawal.objects.filter(participant__site__in=sites).values_list(
        "participant", "scope", "why"
    ):
        scopes.setdefault(person, []).append(scope)
        if why == LOST_CONTACT:
            lost.add(person)
    for person, status in Participant.objects.filter(site__in=sites).values_list("pk", "status"):
        first = next(iter(failed.get(person, ())), "")
        yield PersonFacts(
            status=Status(status),
            excluded_for=says.get(first, first),
            began_training=person in began,
            seen_until_day=seen.get(person, 0),
            left=widest_of(scopes.get(person, ())),
            lost=person in lost,
        )


def _seen_until(sites: QuerySet[Site], file: StudyFile) -> dict[int, int]:
    """Return the planned day of the last visit that each person kept."""
    days = [When(key=visit.key, then=Value(visit.day)) for visit in file.schedule]
    if not days:
        return {}
    kept = VisitRecord.objects.filter(participant__site__in=sites)
    rows = kept.values_list("participant").annotate(
        until=Max(Case(*days, default=Value(0), output_field=IntegerField()))
    )
    return dict(rows.order_by())


def _unblinded(sites: QuerySet[Site]) -> dict[str, int]:
    """Return how many different people at `sites` were unblinded in an emergency, and by accident."""
    found = Unblinding.objects.filter(participant__site__in=sites).order_by().values("kind")
    counts = dict(found.annotate(people=Count("participant", distinct=True)).values_list("kind", "people"))
    return {kind: counts.get(kind, 0) for kind in (Unblinding.Kind.EMERGENCY, Unblinding.Kind.ACCIDENTAL)}


def _stage(box: Box) -> Stage:
    aside = [part for part in box.splits[0] if part.key.startswith(ASIDE)] if box.splits else []
    return Stage(box, _href(box), [_aside(part) for part in aside])


def _branch(split: Iterable[Box]) -> Iterator[Stage]:
    """Yield the stages of one branch: those who did not come to its first box stand beside that."""
    parts = tuple(split)
    main = next(part for part in parts if not part.key.startswith(ASIDE))
    yield Stage(main, _href(main), [_aside(part) for part in parts if part is not main])
    for below in main.splits:
        yield from _branch(below)


def _aside(box: Box) -> Aside:
    parts = [(part, _href(part)) for split in box.splits for part in split if part.count]
    return Aside(box, _href(box), parts)


def _href(box: Box) -> str:
    query = LINKS.get(box.key)
    return "" if query is None else reverse("desk-people") + ("?" + urlencode(query) if query else "")
