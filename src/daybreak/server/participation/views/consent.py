"""Consent at the desk: what was signed, and the page that is signed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.core.consent import Owed, text_sha256
from daybreak.core.errors import DaybreakError
from daybreak.core.participation import EXCLUDED, Status
from daybreak.server import clock
from daybreak.server.accounts.help_lines import help_lines
from daybreak.server.accounts.rights import has_right, needs
from daybreak.server.enrolment.models import Consent, Participant
from daybreak.server.enrolment.queries import ended_for
from daybreak.server.participation.actions.consent import sign_consent, text_to_sign
from daybreak.server.participation.actions.reading import hand_out_copy
from daybreak.server.participation.consent_copy import BOARD
from daybreak.server.participation.forms.consent import SignatureForm
from daybreak.server.participation.queries import owed_consents
from daybreak.server.participation.views.around import Attempt, attempt, consent_of, person_here, user_of


@require_safe
@never_cache
@needs("see-people")
def consents(request: HttpRequest, code: str) -> HttpResponse:
    """List what the person signed and what they have to sign."""
    person = person_here(request, code, "see-people")
    may_sign = person.status not in (*EXCLUDED, Status.SCREENING) and not ended_for(person)
    context = {
        "person": person,
        "signed": Consent.objects.filter(participant=person).select_related("taken_by").order_by("-signed_at"),
        "owing": [] if person.status in EXCLUDED or ended_for(person) else owed_consents(person, clock.now()),
        "may_sign": may_sign and has_right(request.user, "consent", person.site),
        "may_see": has_right(request.user, "see-identity", person.site),
    }
    return render(request, "participation/consents.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("consent")
def signing(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The text in the person's language, to be read or read aloud, and signed there and then."""
    person = person_here(request, code, "consent")
    owing = next((each for each in owed_consents(person, clock.now()) if each.key == key), None)
    if request.method != "POST" and owing is None:
        return redirect("person-consent", person.code)
    with translation.override(person.language):
        form, tried = SignatureForm(request.POST or None), Attempt()
        if request.method == "POST" and form.is_valid():
            tried = attempt(lambda: sign_consent(user_of(request), person, form.signing()))
            if not tried.problem:
                messages.info(request, f"{person.code} signed. A copy is kept, and can be printed below.")
                return redirect("person-consent", person.code)
        return _sign_page(request, person, owing, form, tried)


def _sign_page(
    request: HttpRequest, person: Participant, owing: Owed | None, form: SignatureForm, tried: Attempt
) -> HttpResponse:
    if owing is None:
        # Signed in another window meanwhile: the list shows it.
        messages.info(request, tried.problem or "There is nothing more to sign.")
        return redirect("person-consent", person.code)
    try:
        text = text_to_sign(person, owing)
    except DaybreakError as error:
        return render(request, "participation/no_text.html", {"person": person, "says": error.sentence()}, status=422)
    form.initial.update(key=text.key, version=text.version, sha256=text_sha256(text))
    context = {
        "person": person,
        "text": text,
        "form": form,
        "problem": tried.problem,
        "stale": tried.stale,
        "board": BOARD,
        "lines": help_lines(person.user),
        "before": owing.signed,
    }
    return render(request, "participation/sign.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@never_cache
@needs("see-identity")
def consent_copy(request: HttpRequest, code: str, key: str, version: int) -> HttpResponse:
    """Send the signed copy to those who may see names."""
    person = person_here(request, code, "see-identity")
    return copy_of(request, consent_of(person, key, version))


def copy_of(request: HttpRequest, consent: Consent) -> HttpResponse:
    """Return the copy as a PDF to be kept; its name tells the code and nothing more.

    Raises:
        Http404: it was erased.
    """
    try:
        copy = hand_out_copy(user_of(request), consent)
    except DaybreakError as error:
        raise Http404 from error
    name = f"consent-{consent.participant.code}-{consent.key}-{consent.version}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(copy, content_type="application/pdf", headers=headers)
