"""Reading data queries, with filters that stand in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet

from daybreak.server.review.models import DataQuery
from daybreak.server.studies.models import Site

STATES = {"": "any", "waiting": "not closed", "open": "open", "answered": "answered", "closed": "closed"}


@dataclass(frozen=True)
class QueryFilters:
    """Which data queries an address asks for; anything unknown in it counts as not asked."""

    state: str = ""
    site: str = ""
    person: str = ""

    @staticmethod
    def read(query: Mapping[str, str]) -> QueryFilters:
        """Return the filters of an address."""
        state = query.get("state", "")
        asked = (query.get(name, "").replace("\0", "")[:40] for name in ("site", "person"))
        return QueryFilters(state if state in STATES else "", *asked)

    @property
    def asked(self) -> dict[str, str]:
        """What the address says."""
        return {"state": self.state, "site": self.site, "person": self.person}

    def address(self, page: int) -> str:
        """Return the query of the address of another page of the same list."""
        return "?" + urlencode({name: value for name, value in {**self.asked, "page": page}.items() if value})

    @property
    def active(self) -> bool:
        """Whether anything may be left out."""
        return any(self.asked.values())


def queries_found(sites: Iterable[Site], filters: QueryFilters) -> QuerySet[DataQuery]:
    """Return the data queries about people of `sites` that the filters let through; those asked last come first."""
    found = DataQuery.objects.filter(participant__site__in=sites).select_related("participant__site")
    if filters.state == "waiting":
        found = found.exclude(state=DataQuery.State.CLOSED)
    elif filters.state:
        found = found.filter(state=filters.state)
    if filters.site:
        found = found.filter(participant__site__key=filters.site)
    if filters.person:
        found = found.filter(participant__code=filters.person)
    return found.order_by("-asked_at", "-pk")
