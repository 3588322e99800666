"""What participants type about themselves: how they are reached, where they live, which language they read."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from daybreak.server.enrolment.identity import Contact, Kept
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.forms.opening import read_moment, zone_names

SAYS = {
    "wrong-pin": _("That is not the PIN you chose. Please try again."),
    "unreachable": _("Please keep one way to reach you: an e-mail address or a phone number."),
    "stale": _("This was changed in another place since you opened the page. Please look at it again."),
    "locked": _("Your clinic is checking the study data now, so this cannot change. Please call your clinic."),
    "erased": _("Nothing is kept here any more. Please call your clinic."),
}
"""What the person reads for the code of a refused action."""


class OwnContactForm(forms.Form):
    """E-mail and phone, with the PIN that shows it is the person."""

    use_required_attribute = False
    email = forms.EmailField(
        required=False,
        max_length=200,
        label=_("E-mail"),
        error_messages={
            "invalid": _("Write an e-mail address, such as ana@example.org."),
            "max_length": _("This address is too long."),
        },
    )
    phone = forms.RegexField(
        r"^\+?[0-9 ()/.-]{4,30}$",
        required=False,
        label=_("Phone"),
        error_messages={"invalid": _("Write a phone number with digits, such as +34 600 000 000.")},
    )
    pin = forms.CharField(
        max_length=8,
        label=_("Your PIN"),
        error_messages={
            "required": _("Please type your PIN, so that nobody else can change this."),
            "max_length": _("A PIN has 4 to 8 digits and nothing else."),
        },
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_seen(self) -> datetime:
        """Return when what the page showed had been saved."""
        return read_moment(self.cleaned_data["seen"])

    def contact(self) -> Contact:
        """Return what was typed; only for a valid form."""
        return Contact(self.cleaned_data["email"], self.cleaned_data["phone"])

    @staticmethod
    def filled(kept: Kept, *, back: bool) -> OwnContactForm:
        """Return the form with what is kept, or with what was kept before."""
        shown = kept.before if back and kept.before else Contact(kept.who.email, kept.who.phone)
        seen = kept.row.saved_at.isoformat()
        return OwnContactForm(initial={"email": shown.email, "phone": shown.phone, "seen": seen})


class OwnPlaceForm(forms.Form):
    """Where the person lives, and the language of their pages."""

    use_required_attribute = False
    zone = forms.ChoiceField(
        label=_("Where you live now"), error_messages={"invalid_choice": _("Please choose a place from the list.")}
    )
    language = forms.ChoiceField(
        choices=settings.LANGUAGES,
        label=_("Language"),
        error_messages={"invalid_choice": _("Please choose a language from the list.")},
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stored: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = grouped_zones(stored)  # type: ignore[attr-defined]

    @staticmethod
    def filled(participant: Participant) -> OwnPlaceForm:
        """Return the form with what is stored."""
        return OwnPlaceForm(
            stored=participant.zone, initial={"zone": participant.zone, "language": participant.language}
        )


def grouped_zones(stored: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Return all places by continent; `stored` is always among them, whatever its name."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in dict.fromkeys([*zone_names(), *([stored] if stored else [])]):
        groups[name.partition("/")[0]].append((name, place_name(name)))
    return sorted(groups.items())


def place_name(zone: str) -> str:
    """Return how a zone is read: `America/Argentina/Buenos_Aires` is `Argentina, Buenos Aires`."""
    _continent, _slash, place = zone.partition("/")
    return ", ".join((place or zone).replace("_", " ").split("/"))
