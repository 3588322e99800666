"""The audit trail on the desk: searched, exported, checked."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from daybreak.server import clock
from daybreak.server.accounts.rights import holds_everywhere, needs, sites_with
from daybreak.server.audit.models import Entry
from daybreak.server.audit.reading import (
    HEADS,
    TrailFilters,
    check_chain,
    entries_found,
    last_check,
    lines_of,
)
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.found import signed_in
from daybreak.server.studies.queries import study_of

ROWS_A_PAGE = 50
RIGHT = "see-audit"


class Echo:
    """A file whose lines are handed on as they are written."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


@require_safe
@never_cache
@needs(RIGHT)
def trail(request: HttpRequest) -> HttpResponse:
    """Show the entries that the address asks for, the last first; pages go by number, so that no page is slow."""
    filters = TrailFilters.read(request.GET)
    found = entries_found(_visible(request), filters)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(number__lt=int(before))
    entries = list(found[: ROWS_A_PAGE + 1])
    shown, more = entries[:ROWS_A_PAGE], len(entries) > ROWS_A_PAGE
    context = {
        "lines": list(lines_of(shown)),
        "filters": filters,
        "actions": _actions(request),
        "older_href": filters.address(before=shown[-1].number) if more else "",
        "newest_href": filters.address() if before else "",
        "table_query": filters.address(),
        "checked": last_check(),
    }
    return render(request, "audit/trail.html", context)


@require_POST
@never_cache
@needs(RIGHT)
def table(request: HttpRequest) -> StreamingHttpResponse:
    """Hand over the entries that the address asks for as a CSV table; that it was taken is noted first."""
    filters = TrailFilters.read(request.GET)
    study, user = study_of(request), signed_in(request)
    with recorded(user, "export-trail", study=study) as entry:
        entry.note(**{name: value for name, value in filters.asked.items() if value})
    rows = lines_of(entries_found(_visible(request), filters).iterator(chunk_size=1000))
    writer = csv.writer(Echo())

    def written() -> Iterator[str]:
        yield writer.writerow(HEADS)
        for line in rows:
            yield writer.writerow(line.cells())

    answer = StreamingHttpResponse(written(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{study.key}-audit-trail.csv"'
    return answer


@require_POST
@never_cache
@needs(RIGHT)
def check(request: HttpRequest) -> HttpResponse:
    """Check the whole chain now."""
    fault = check_chain(clock.now())
    messages.info(request, f"The trail is broken: {fault.says}" if fault else "The whole trail was checked. It holds.")
    return redirect("audit")


def _visible(request: HttpRequest) -> QuerySet[Entry]:
    """Return the entries of one's sites; those that belong to no site only for those who work for all of them."""
    study = study_of(request)
    entries = Entry.objects.filter(study=study)
    if holds_everywhere(signed_in(request), RIGHT, study):
        return entries
    return entries.filter(Q(site__in=sites_with(request.user, RIGHT)))


def _actions(request: HttpRequest) -> list[str]:
    return list(_visible(request).order_by("action").values_list("action", flat=True).distinct())
