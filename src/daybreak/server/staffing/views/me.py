"""One's own page: rights in words, second factors, where one is signed in, which study one looks at."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from daybreak.server.accounts.rights import needs
from daybreak.server.accounts.sessions import end_sessions, sessions_of
from daybreak.server.staffing.actions.own import save_phone
from daybreak.server.staffing.forms import PhoneForm
from daybreak.server.staffing.queries import has_factor, rights_in_words
from daybreak.server.staffing.views.staff import viewer_of
from daybreak.server.studies.queries import CHOSEN, studies_of, study_of

OWN = "own-account"


@require_safe
@never_cache
@needs(OWN)
def me(request: HttpRequest) -> HttpResponse:
    """Show who one is here."""
    return _page(request)


@require_POST
@never_cache
@needs(OWN)
def save_own_phone(request: HttpRequest) -> HttpResponse:
    """Keep one's own telephone number."""
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    if save_phone(viewer_of(request), form.cleaned_data["phone"]):
        messages.info(request, "Your telephone number is saved.")
    return redirect("desk-me")


def _page(request: HttpRequest, form: PhoneForm | None = None) -> HttpResponse:
    user, studies = viewer_of(request), studies_of(request)
    study = study_of(request) if studies else None
    held = user.memberships.filter(study=study, until=None).select_related("site") if study else []
    context = {
        "study": study,
        "studies": studies,
        "rights": rights_in_words(held),
        "sessions": sessions_of(user),
        "here": request.session.session_key,
        "has_factor": has_factor(user),
        "form": form or PhoneForm(initial={"phone": user.phone}),
    }
    return render(request, "staffing/me.html", context, status=422 if form else 200)


@require_POST
@needs(OWN)
def choose_study(request: HttpRequest) -> HttpResponse:
    """Look at another of one's studies."""
    chosen = next((study for study in studies_of(request) if study.key == request.POST.get("study")), None)
    if chosen is None:
        raise Http404
    request.session[CHOSEN] = chosen.pk
    return redirect("front")


@require_POST
@needs(OWN)
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out one other device."""
    ended = end_sessions(viewer_of(request), only=session_id, but=request.session.session_key or "")
    messages.info(request, "That device was signed out." if ended else "That device was signed out already.")
    return redirect("desk-me")


@require_POST
@needs(OWN)
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out every other device."""
    ended = end_sessions(viewer_of(request), but=request.session.session_key or "")
    messages.info(request, f"{ended} other device{'s were' if ended != 1 else ' was'} signed out.")
    return redirect("desk-me")
