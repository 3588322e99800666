"""The list of kits, and one kit: its label, its next step, its correction, its replacement."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.rights import needs
from daybreak.server.enrolment.found import signed_in
from daybreak.server.pharmacy.actions import NEXT, RIGHT, correct_state, replace, see_list, take_step
from daybreak.server.pharmacy.forms import SAID, ReplaceForm, StateForm
from daybreak.server.pharmacy.queries import own_kit, own_sites
from daybreak.server.studies.models import Site
from daybreak.server.vault.allocate import KitFacts

DONE = ("handed-over", "used", "replaced")
STEPS = {"prepared": "Mark prepared", "handed-over": "Mark handed over"}


@require_safe
@never_cache
@needs(RIGHT)
def kits(request: HttpRequest) -> HttpResponse:
    """List the kits of one site with what is in each."""
    sites = own_sites(request)
    if not sites:
        return render(request, "pharmacy/no_site.html")
    asked = request.GET.get("site", "")
    return _list(request, next((site for site in sites if site.key == asked), sites[0]), sites)


def _list(request: HttpRequest, site: Site, sites: list[Site], *, problem: str = "", status: int = 200) -> HttpResponse:
    every, shows_all = see_list(signed_in(request), site), request.GET.get("show") == "all"
    lines = [
        {"kit": line, "says": SAID[line.state], "step": STEPS.get(NEXT.get(line.state, ""), "")}
        for line in every
        if shows_all or line.state not in DONE
    ]
    context = {
        "site": site,
        "sites": sites,
        "lines": lines,
        "shows_all": shows_all,
        "any": bool(every),
        "waiting": sum(line.state not in DONE for line in every),
        "now": clock.now(),
        "problem": problem,
    }
    return render(request, "pharmacy/kits.html", context, status=status)


@require_safe
@never_cache
@needs(RIGHT)
def label(request: HttpRequest, kit: str) -> HttpResponse:
    """Show what stands on the kit's label, which tells no drug, and what can be done with the kit."""
    site, facts = own_kit(request, kit)
    title = site.study.title
    context = {"site": site, "kit": facts, "says": SAID[facts.state], "open": _can_change(facts), "study": title}
    return render(request, "pharmacy/label.html", context)


@require_POST
@never_cache
@needs(RIGHT)
def step(request: HttpRequest, kit: str) -> HttpResponse:
    """Note that a kit came one step further. A second press finds it done and changes nothing."""
    site, facts = own_kit(request, kit)
    seen = request.POST.get("state", "")
    if facts.state != NEXT.get(seen):
        try:
            take_step(signed_in(request), site, kit, seen)
        except DaybreakError as error:
            status = 409 if error.code == "stale" else 422
            return _list(request, site, own_sites(request), problem=f"{kit}: {error}", status=status)
        messages.success(request, f"{kit} is {SAID[NEXT[seen]]}.")
    return redirect(f"{reverse('desk-pharmacy')}?site={site.key}")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(RIGHT)
def state(request: HttpRequest, kit: str) -> HttpResponse:
    """Correct the state of a kit, with a reason."""
    site, facts = own_kit(request, kit)
    if request.method != "POST" and not _can_change(facts):
        return redirect("desk-kit", kit=kit)
    form = StateForm(request.POST if request.method == "POST" else None, initial={"seen": facts.state})

    def act() -> str:
        data = form.cleaned_data
        correct_state(signed_in(request), site, kit, data["state"], seen=data["seen"], reason=data["reason"])
        return f"{kit} is {SAID[data['state']]}."

    says = [f"The kit is noted as {SAID[facts.state]}."]
    return _asked(
        request, form, act, {"question": f"Correct the state of {kit}?", "says": says, "submit": "Correct it"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(RIGHT)
def replacing(request: HttpRequest, kit: str) -> HttpResponse:
    """Replace a kit that cannot be used, with a reason."""
    site, facts = own_kit(request, kit)
    if request.method != "POST" and not _can_change(facts):
        return redirect("desk-kit", kit=kit)
    form = ReplaceForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        new = replace(signed_in(request), site, kit, reason=form.cleaned_data["reason"])
        return f"{new} was released in its place. {kit} must not be used any more."

    says = [
        f"A new kit with the same content is released for {facts.participant}, infusion {facts.infusion_number}.",
        "Those who give the infusion will be shown the new number only.",
    ]
    return _asked(request, form, act, {"question": f"Replace {kit}?", "says": says, "submit": "Replace the kit"})


def _asked(request: HttpRequest, form: forms.Form, act: Callable[[], str], context: dict[str, object]) -> HttpResponse:
    """Show a form, or once it is sent do what it asks for, or show it again with what is wrong."""
    context |= {"form": form, "cancel": reverse("desk-pharmacy")}
    if request.method != "POST":
        return render(request, "console/confirm.html", context)
    if not form.is_valid():
        return render(request, "console/confirm.html", context, status=422)
    try:
        messages.success(request, act())
    except DaybreakError as error:
        status = {"stale": 409, "not-yours": 403}.get(error.code, 422)
        return render(request, "console/confirm.html", context | {"problem": str(error)}, status=status)
    return redirect("desk-pharmacy")


def _can_change(kit: KitFacts) -> bool:
    return kit.state in ("to-prepare", "prepared", "handed-over")
