"""What can be done with an invitation, and beginning again; and the page on which somebody joins."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from daybreak.core.errors import DaybreakError
from daybreak.server.accounts.reauthentication import prove
from daybreak.server.accounts.rights import needs
from daybreak.server.staffing.actions.invite import let_begin_again, resend, withdraw
from daybreak.server.staffing.actions.join import accept, has_joined, open_invitation
from daybreak.server.staffing.forms import JoinForm, ProvenForm
from daybreak.server.staffing.places import STAFF
from daybreak.server.staffing.views.asked import asked, sent
from daybreak.server.staffing.views.staff import asks, managed_person, say_sent, viewer_of
from daybreak.server.studies.queries import study_of

BACKEND = "daybreak.server.accounts.backend.StaffPassword"


@require_POST
@needs(STAFF)
def resend_page(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Send the invitation once more, with a new link."""
    person, _ = managed_person(request, staff_id)
    try:
        say_sent(request, study_of(request), person, resend(viewer_of(request), study_of(request), person))
    except DaybreakError as error:
        messages.error(request, error.sentence())
    return redirect("desk-colleague", staff_id=person.pk)


@require_POST
@needs(STAFF)
def withdraw_page(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Withdraw the invitation."""
    person, _ = managed_person(request, staff_id)
    try:
        withdraw(viewer_of(request), study_of(request), person)
    except DaybreakError as error:
        messages.error(request, error.sentence())
    else:
        messages.info(request, "The invitation was withdrawn; its link does not work any more.")
    return redirect("desk-colleague", staff_id=person.pk)


@asks
@never_cache
@needs(STAFF)
def begin_again(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Let someone set up their account once more, after asking."""
    person, _ = managed_person(request, staff_id)
    form = ProvenForm(sent(request))

    def act() -> HttpResponse:
        prove(request, form.cleaned_data["password"])
        token = let_begin_again(viewer_of(request), study_of(request), person)
        say_sent(request, study_of(request), person, token)
        return redirect("desk-colleague", staff_id=person.pk)

    context = {
        "question": f"Let {person} set up the account again?",
        "says": [
            "Do this when the phone with the second factor and the recovery codes are lost.",
            "Make sure that it is really them who asks. Password and second factors are removed, every session ends, "
            "and a new link goes to their address. Roles stay.",
        ],
        "submit": "Remove them and send a link",
        "cancel": f"/desk/staff/{person.pk}/",
        "danger": True,
    }
    return asked(request, form, "console/confirm.html", act, context)


@sensitive_variables("token")
@sensitive_post_parameters("password", "again")
@asks
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Take name and password of somebody who was invited; then they set up a second factor."""
    invitation = open_invitation(token)
    if invitation is None:
        if has_joined(token, request.user):
            return redirect("mfa_index")  # the button was pressed twice
        return render(request, "staffing/no_invitation.html", status=404)
    user = invitation.user
    form = JoinForm(sent(request), user=user, initial={"name": user.name})

    def act() -> HttpResponse:
        joined = accept(token, form.cleaned_data["name"], form.cleaned_data["password"])
        logout(request)
        login(request, joined, backend=BACKEND)
        reauthenticate_by_password(request)
        return redirect("mfa_index")

    return asked(request, form, "staffing/join.html", act, {"invited": user, "study": invitation.study})
