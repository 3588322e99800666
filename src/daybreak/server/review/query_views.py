"""Pages of data queries."""

from __future__ import annotations

from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.rights import has_right, needs, sites_with
from daybreak.server.assessments.summary import may_read
from daybreak.server.enrolment.found import person_of, signed_in
from daybreak.server.enrolment.models import Participant
from daybreak.server.review.actions.queries import answer_query, ask_query, close_query, reopen_query
from daybreak.server.review.forms import RemarkForm
from daybreak.server.review.models import DataQuery
from daybreak.server.review.queries import STATES, QueryFilters, queries_found
from daybreak.server.review.values import NoSuchValueError, Value, find_value
from daybreak.server.studies.queries import study_of

ROWS_A_PAGE = 50
STEPS = {"answer": answer_query, "close": close_query, "reopen": reopen_query}


@require_safe
@never_cache
@needs("see-queries")
def queries(request: HttpRequest) -> HttpResponse:
    """List the data queries of one's sites."""
    sites = sites_with(request.user, "see-queries").filter(study=study_of(request))
    filters = QueryFilters.read(request.GET)
    page = Paginator(queries_found(sites, filters), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "states": STATES.items(),
        "sites": sites.order_by("name"),
        "page": page,
        "previous_href": filters.address(page.number - 1),
        "next_href": filters.address(page.number + 1),
    }
    return render(request, "review/queries.html", context)


@require_safe
@never_cache
@needs("see-queries")
def of_person(request: HttpRequest, code: str) -> HttpResponse:
    """List the data queries about one person."""
    person = person_of(request, code, "see-queries")
    return render(request, "review/person_queries.html", {"person": person, "rows": _about(person)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("ask-query")
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask about one value of a person."""
    person = person_of(request, code, "ask-query")
    row, field = (request.GET.get(name, "") for name in ("row", "field"))
    form, problem = RemarkForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            query = ask_query(signed_in(request), person, row, field, form.cleaned_data["says"])
            return redirect("query", query.pk)
        except DaybreakError as error:
            problem = error.sentence()
    try:
        value = find_value(person, row, field)
    except NoSuchValueError:
        return render(request, "review/no_value.html", {"person": person}, status=422)
    context = {"person": person, "value": _readable(request, value), "form": form, "problem": problem}
    return render(request, "review/ask.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("see-queries")
def query(request: HttpRequest, query_id: int) -> HttpResponse:
    """Show one data query and take the next turn of the talk."""
    sites = sites_with(request.user, "see-queries").filter(study=study_of(request))
    found = get_object_or_404(DataQuery.objects.select_related("participant__site"), pk=query_id)
    person = get_object_or_404(Participant, pk=found.participant_id, site__in=sites)
    form, problem = RemarkForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        step = STEPS.get(request.POST.get("step", ""))
        try:
            if step:
                step(signed_in(request), found, form.cleaned_data["says"])
                return redirect("query", found.pk)
            problem = "Choose what to do with it."
        except DaybreakError as error:
            problem = error.sentence()
            found.refresh_from_db()
    context = {
        "person": person,
        "query": found,
        "value": _readable(request, find_value(person, found.row, found.field)),
        "remarks": found.remarks.select_related("by"),
        "form": form,
        "problem": problem,
        "steps": _steps(request, found, person),
    }
    return render(request, "review/query.html", context, status=422 if request.method == "POST" else 200)


def _steps(request: HttpRequest, found: DataQuery, person: Participant) -> list[tuple[str, str]]:
    """Return what the person who looks may do with the query now."""
    state, steps = found.state, []
    if state == DataQuery.State.OPEN and has_right(request.user, "answer-query", person.site):
        steps.append(("answer", "Answer"))
    if has_right(request.user, "ask-query", person.site):
        steps += [("close", "Close")] if state != DataQuery.State.CLOSED else []
        steps += [("reopen", "Ask again")] if state != DataQuery.State.OPEN else []
    return steps


def _readable(request: HttpRequest, value: Value) -> Value:
    """Return the value as whoever looks may read it: an answer is hidden from those whom its form is hidden from."""
    if value.form is None or may_read(signed_in(request), value.form, clock.now()):
        return value
    return replace(value, says="hidden from you: it is an answer of a form that you may not read")


def _about(person: Participant) -> list[tuple[DataQuery, str]]:
    found = DataQuery.objects.filter(participant=person).order_by("-asked_at", "-pk")
    return [(query, find_value(person, query.row, query.field).label) for query in found]
