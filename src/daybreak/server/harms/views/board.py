"""The safety board's lists: each stands in one answer only, after a proof of who asks, and is kept nowhere."""

from __future__ import annotations

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.reauthentication import prove
from daybreak.server.accounts.rights import needs
from daybreak.server.enrolment.found import signed_in
from daybreak.server.harms.actions.board import read_board_list, read_unblinded_events
from daybreak.server.harms.board_list import HEADS, BoardList
from daybreak.server.harms.forms import BoardForm, UnblindedForm
from daybreak.server.harms.views.recording import BOTH
from daybreak.server.studies.queries import study_of


@sensitive_variables("made")
@sensitive_post_parameters("password")
@require_http_methods(BOTH)
@never_cache
@needs("see-board-list")
def board(request: HttpRequest) -> HttpResponse:
    """Make the list by letters, as a page or as a table."""
    study, problem = study_of(request), ""
    form = BoardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            prove(request, form.cleaned_data["password"])
            made = read_board_list(signed_in(request), study, form.cleaned_data["why"])
            return _made(request, made, f"{study.key}-board", "Adverse events by letters")
        except DaybreakError as error:
            problem = error.sentence()
    context = {"form": form, "problem": problem}
    return render(request, "harms/board.html", context, status=422 if request.method == "POST" else 200)


@sensitive_variables("made")
@sensitive_post_parameters("password")
@require_http_methods(BOTH)
@never_cache
@needs("unblind-study")
def unblinded(request: HttpRequest) -> HttpResponse:
    """Make the list by arms, after the planned unblinding."""
    study, problem = study_of(request), ""
    form = UnblindedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            prove(request, form.cleaned_data["password"])
            made = read_unblinded_events(signed_in(request), study)
            return _made(request, made, f"{study.key}-unblinded-events", "Adverse events by arms")
        except DaybreakError as error:
            problem = error.sentence()
    context = {"form": form, "problem": problem}
    return render(request, "harms/unblinded.html", context, status=422 if request.method == "POST" else 200)


@sensitive_variables("made")
def _made(request: HttpRequest, made: BoardList, name: str, title: str) -> HttpResponse:
    if request.POST.get("step") != "table":
        return render(request, "harms/made.html", {"made": made, "title": title, "now": clock.now()})
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    table = csv.writer(answer)
    table.writerow(HEADS)
    table.writerows(line.cells() for line in made.lines)
    return answer
