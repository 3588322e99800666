"""Staff: the list, one person, inviting, roles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.server.accounts.models import Membership, User
from daybreak.server.accounts.rights import holds_everywhere, needs
from daybreak.server.staffing.actions.invite import invite
from daybreak.server.staffing.actions.roles import end_role, give_roles
from daybreak.server.staffing.forms import InviteForm, PlacesForm, SureForm
from daybreak.server.staffing.letters import join_address, send_invitation
from daybreak.server.staffing.places import STAFF, managed_memberships, managed_sites, said_place
from daybreak.server.staffing.queries import colleagues, has_factor, open_link, rights_in_words, said_state
from daybreak.server.staffing.views.asked import asked, sent
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import study_of

asks = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@never_cache
@needs(STAFF)
def staff(request: HttpRequest) -> HttpResponse:
    """List everybody who works, or worked, at the sites one manages."""
    rows = colleagues(viewer_of(request), study_of(request))
    return render(request, "staffing/staff.html", {"rows": rows})


@asks
@never_cache
@needs(STAFF)
def invite_page(request: HttpRequest) -> HttpResponse:
    """Invite someone by e-mail."""
    by, study = viewer_of(request), study_of(request)
    form = InviteForm(
        sent(request), sites=managed_sites(by, STAFF, study), everywhere=holds_everywhere(by, STAFF, study)
    )

    def act() -> HttpResponse:
        user, token = invite(by, study, form.cleaned_data["email"], form.places())
        say_sent(request, study, user, token)
        return redirect("desk-colleague", staff_id=user.pk)

    return asked(request, form, "staffing/invite.html", act, {})


@require_safe
@never_cache
@needs(STAFF)
def colleague(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Show one person: roles of now and of the past, rights in words, the invitation."""
    study = study_of(request)
    person, memberships = managed_person(request, staff_id)
    held = [one for one in memberships if one.until is None]
    context = {
        "person": person,
        "memberships": [(one, said_place(one.site)) for one in memberships],
        "rights": rights_in_words(held),
        "state": said_state(person, bool(held), has_factor(person)),
        "link": None if person.is_active else open_link(person),
        "study": study,
        "own": person == request.user,
    }
    return render(request, "staffing/colleague.html", context)


@asks
@never_cache
@needs(STAFF)
def give(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Give someone another role."""
    by, study = viewer_of(request), study_of(request)
    person, _ = managed_person(request, staff_id)
    form = PlacesForm(
        sent(request), sites=managed_sites(by, STAFF, study), everywhere=holds_everywhere(by, STAFF, study)
    )

    def act() -> HttpResponse:
        given = give_roles(by, study, person, form.places())
        messages.info(request, "The role was given." if given else "They hold this role already; nothing was changed.")
        return redirect("desk-colleague", staff_id=person.pk)

    return asked(request, form, "staffing/give.html", act, {"person": person})


@asks
@never_cache
@needs(STAFF)
def end(request: HttpRequest, staff_id: int, membership_id: int) -> HttpResponse:
    """End a role, after asking."""
    person, memberships = managed_person(request, staff_id)
    membership = next((one for one in memberships if one.pk == membership_id), None)
    if membership is None:
        raise Http404

    def act() -> HttpResponse:
        end_role(viewer_of(request), membership)
        messages.info(request, f"The role {membership.role}, {said_place(membership.site)}, was ended.")
        gone = person == request.user and not managed_memberships(viewer_of(request), study_of(request)).exists()
        return redirect("desk-me") if gone else redirect("desk-colleague", staff_id=person.pk)

    context = {
        "question": f"End the role {membership.role}, {said_place(membership.site)}?",
        "says": [
            f"{person} can then do no more of what it allows, from the next page on. The role stays in the record."
        ],
        "submit": "End the role",
        "cancel": f"/desk/staff/{person.pk}/",
        "danger": True,
    }
    return asked(request, SureForm(sent(request)), "console/confirm.html", act, context)


def viewer_of(request: HttpRequest) -> User:
    """Return who is signed in; the pages here answer nobody else."""
    assert isinstance(request.user, User)  # noqa: S101  `needs` says so
    return request.user


def managed_person(request: HttpRequest, staff_id: int) -> tuple[User, list[Membership]]:
    """Return someone with the roles that whoever looks may manage, the present ones first.

    Raises:
        Http404: there are none.
    """
    managed = managed_memberships(viewer_of(request), study_of(request)).filter(user=staff_id)
    person = get_object_or_404(User, pk__in=managed.values("user"))
    found = list(managed.select_related("site", "study").order_by("-since", "role"))
    return person, sorted(found, key=lambda one: one.until is not None)


def say_sent(request: HttpRequest, study: Study, user: User, token: str) -> None:
    """Mail the invitation and say so; without a mail server the link is shown, once."""
    if send_invitation(request, study, user, token):
        messages.info(request, "A mail is on its way." if token else "The roles were given, and a mail says so.")
    elif token:
        address = join_address(request, token)
        messages.info(request, f"No mail server took the invitation. Hand over this link, it is shown once: {address}")
    else:
        messages.info(request, "The roles were given. No mail server took the note about it.")


def _reach(by: User, study: Study) -> dict[str, Any]:
    """Return the places to which `by` may invite, as the forms take them."""
    return {"sites": managed_sites(by, STAFF, study), "everywhere": holds_everywhere(by, STAFF, study)}
