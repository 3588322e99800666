"""The list of people: which the address asks for, in which order, and what each row says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Avg, Count, Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, NullIf

from daybreak.core.participation import ALLOCATED, ASKED, EXCLUDED, TREATED, Status
from daybreak.server.console.table import Column, known, sortable, typed
from daybreak.server.enrolment.models import Infusion, Participant, Withdrawal
from daybreak.server.studies.models import Site

GROUPS = {"asked": ASKED, "excluded": EXCLUDED, "allocated": ALLOCATED, "treated": TREATED}
STATUSES = {
    "": "any",
    "asked": "in screening (all)",
    "excluded": "excluded (all)",
    "allocated": "enrolled (all)",
    "treated": "infused (all)",
    **{status.value: status.value for status in Status},
}
WITHDRAWN = {"": "any", "no": "nobody withdrawn", "yes": "withdrawn", "training": "from training only",
             "follow-up": "from follow-up", "data": "with their data"}  # fmt: skip
DUE = {"": "any", "due": "something due", "overdue": "something overdue"}
SORTS = {
    "code": "code",
    "site": "site__name",
    "status": "status",
    "enrolled": "enrolled_at",
    "infused": "infused_at",
    "sessions": "sessions_done",
    "dose": "mean_dose",
}
TRAINING_COLUMNS = {"sessions", "dose"}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; anything unknown in it counts as not asked."""

    q: str = ""
    site: str = ""
    status: str = ""
    withdrawn: str = ""
    due: str = ""
    sort: str = "code"

    @staticmethod
    def read(query: Mapping[str, str], *, sees_training: bool) -> Filters:
        """Return the filters of an address; nobody sorts by what they are not shown."""
        sort = query.get("sort", "")
        sorts = set(SORTS) - (set() if sees_training else TRAINING_COLUMNS)
        return Filters(
            q=typed(query.get("q", "")),
            site=typed(query.get("site", "")),
            status=known(query.get("status", ""), STATUSES),
            withdrawn=known(query.get("withdrawn", ""), WITHDRAWN),
            due=known(query.get("due", ""), DUE),
            sort=sort if sort.removeprefix("-") in sorts else "code",
        )

    @property
    def active(self) -> bool:
        """Whether anybody may be left out."""
        return bool(self.q or self.site or self.status or self.withdrawn or self.due)

    @property
    def asked(self) -> dict[str, str]:
        """What the address asks for."""
        return {
            "q": self.q,
            "site": self.site,
            "status": self.status,
            "withdrawn": self.withdrawn,
            "due": self.due,
            "sort": self.sort,
        }


def people_found(sites: QuerySet[Site], filters: Filters, due: set[str] | None) -> QuerySet[Participant]:
    """Return the people at `sites` that the filters ask for, in order; `due` holds the codes of those with it due."""
    people = Participant.objects.filter(site__in=sites)
    if filters.q:
        people = people.filter(code__icontains=filters.q)
    if filters.site:
        people = people.filter(site__key=filters.site)
    if filters.status:
        people = people.filter(status__in=GROUPS.get(filters.status, {filters.status}))
    if filters.withdrawn:
        people = people.filter(_withdrawn(filters.withdrawn))
    if due is not None:
        people = people.filter(code__in=due)
    return _sorted(people, filters.sort)


def with_facts(people: QuerySet[Participant]) -> QuerySet[Participant]:
    """Return people with what their rows say: infusion, sessions that are over, mean delivered dose."""
    over = Q(training_sessions__completed_at__isnull=False)
    share = Cast(F("training_sessions__valid_exposures"), FloatField()) / NullIf(
        F("training_sessions__planned_exposures"), 0
    )
    infusion = Infusion.objects.filter(participant=OuterRef("pk")).order_by("-number")
    return people.annotate(
        infused_at=Subquery(infusion.values("ended_at")[:1]),
        sessions_done=Count("training_sessions", filter=over),
        mean_dose=Avg(share, filter=over),
    )


def columns(filters: Filters, *, sees_training: bool) -> list[Column]:
    """Return the heads of the table."""
    asked = filters.asked
    training = [
        sortable("Sessions", "sessions", asked, numeric=True),
        sortable("Mean dose %", "dose", asked, numeric=True),
    ]
    return [
        sortable("Code", "code", asked),
        sortable("Site", "site", asked),
        sortable("Status", "status", asked),
        sortable("Enrolled", "enrolled", asked),
        sortable("Infusion", "infused", asked),
        *(training if sees_training else []),
        Column("Next due, in their time"),
    ]


def counts(sites: QuerySet[Site]) -> dict[str, int]:
    """Return how many people have which status; one query."""
    rows = Participant.objects.filter(site__in=sites).values_list("status").annotate(Count("pk")).order_by()
    return dict(rows)


def _withdrawn(wish: str) -> Q:
    scopes = Withdrawal.objects.filter(participant=OuterRef("pk"))
    if wish in ("yes", "no"):
        there = Q(Exists(scopes))
        return there if wish == "yes" else ~there
    wider = {"training": ("follow-up", "data"), "follow-up": ("data",), "data": ()}[wish]
    return Q(Exists(scopes.filter(scope=wish))) & ~Q(Exists(scopes.filter(scope__in=wider)))


def _sorted(people: QuerySet[Participant], sort: str) -> QuerySet[Participant]:
    first = F(SORTS[sort.removeprefix("-")])
    order = first.desc(nulls_last=True) if sort.startswith("-") else first.asc(nulls_last=True)
    annotated = sort.removeprefix("-") in ("infused", "sessions", "dose")
    return (with_facts(people) if annotated else people).order_by(order, "code")
