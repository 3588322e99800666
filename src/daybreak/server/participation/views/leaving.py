"""Withdrawals and transfers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from daybreak.core.participation import ALLOCATED, SCOPES, Scope
from daybreak.server.accounts.rights import has_right, needs
from daybreak.server.enrolment.models import Participant, Transfer, Withdrawal
from daybreak.server.enrolment.queries import ended_for
from daybreak.server.participation.actions.leaving import WHY, answer_stop, transfer, withdraw
from daybreak.server.participation.forms.leaving import StopAnswerForm, TransferForm, WithdrawForm
from daybreak.server.participation.meanings import MEANINGS, WISH_SAID
from daybreak.server.participation.queries import wish_to_stop
from daybreak.server.participation.views.around import Attempt, attempt, person_here, user_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("withdraw")
def withdrawing(request: HttpRequest, code: str) -> HttpResponse:
    """Say what each withdrawal means, ask once more, and record it; or answer somebody's wish to stop."""
    person = person_here(request, code, "withdraw")
    if request.method == "POST" and request.POST.get("form") == "answer":
        return _answer(request, person)
    form = WithdrawForm(request.POST or None, ended=ended_for(person))
    if request.method != "POST" or not form.is_valid():
        return _page(request, person, form)
    scope, typed = Scope(form.cleaned_data["scope"]), form.cleaned_data
    if "confirmed" not in request.POST:
        context = {"person": person, "form": form, "scope": scope, "meaning": MEANINGS[scope], "why": WHY[typed["why"]]}
        return render(request, "participation/withdraw_confirm.html", context)
    tried = attempt(lambda: withdraw(user_of(request), person, scope, why=typed["why"], notes=typed["notes"]))
    if tried.problem:
        return _page(request, person, form, tried)
    messages.info(request, f"The withdrawal was recorded: {MEANINGS[scope].title.lower()}.")
    return redirect("person-withdraw", person.code)


def _answer(request: HttpRequest, person: Participant) -> HttpResponse:
    form, tried = StopAnswerForm(request.POST), Attempt()
    if form.is_valid():
        tried = attempt(lambda: answer_stop(user_of(request), person, form.cleaned_data["outcome"]))
        if not tried.problem:
            messages.info(request, "What you agreed on was saved.")
            return redirect("person-withdraw", person.code)
    return _page(request, person, WithdrawForm(ended=ended_for(person)), tried, answer=form)


def _page(
    request: HttpRequest,
    person: Participant,
    form: WithdrawForm,
    tried: Attempt | None = None,
    answer: StopAnswerForm | None = None,
) -> HttpResponse:
    asked = wish_to_stop(person)
    ended = ended_for(person)
    context: dict[str, Any] = {
        "person": person,
        "form": form,
        "problem": tried.problem if tried else "",
        "asked": asked,
        "wish": WISH_SAID.get(asked.wish, "") if asked else "",
        "answer": answer or StopAnswerForm(),
        "withdrawals": Withdrawal.objects.filter(participant=person).select_related("by").order_by("at"),
        "meanings": [MEANINGS[scope] for scope in SCOPES if scope not in ended],
        "is_enrolled": person.status in ALLOCATED,
        "why": WHY,
    }
    return render(request, "participation/withdraw.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("transfer")
def transferring(request: HttpRequest, code: str) -> HttpResponse:
    """Move somebody to another site of the study."""
    person = person_here(request, code, "transfer")
    form, tried = TransferForm(request.POST or None, participant=person), Attempt()
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        tried = attempt(lambda: transfer(user_of(request), person, typed["target"], typed["why"]))
        if not tried.problem:
            messages.info(request, f"{person.code} moved to {typed['target'].name}.")
            stays = has_right(request.user, "transfer", typed["target"])
            return redirect("person-transfer", person.code) if stays else redirect("/desk/")
    moves = Transfer.objects.filter(participant=person).select_related("origin", "target", "by").order_by("at")
    context = {"person": person, "form": form, "problem": tried.problem, "moves": moves}
    return render(request, "participation/transfer.html", context, status=422 if request.method == "POST" else 200)
