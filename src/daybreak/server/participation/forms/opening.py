"""The first form about a person, and the forms that mend it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.dateparse import parse_datetime

from daybreak.core.screening import BIRTH
from daybreak.server import clock
from daybreak.server.enrolment.identity import Who
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.opening import NewPerson
from daybreak.server.participation.queries import propose_code
from daybreak.server.studies.models import Site, Study
from daybreak.server.studies.queries import file_of

OLDEST = date(1900, 1, 1)
IN_THE_TRAIL = "In a few words, without names: it stands in the trail."


def zone_names() -> list[str]:
    """Return all time zones that carry the name of a place."""
    return sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))


class ZoneField(forms.CharField):
    """A time zone, typed with the browser's help."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=64, label="Time zone where they live", widget=forms.TextInput({"list": "zones"}), **options
        )


class IdentityForm(forms.Form):
    """Names and ways to reach a person. Asks for a date of birth only where the study file does."""

    use_required_attribute = False
    first_name = forms.CharField(max_length=60, label="First name")
    family_name = forms.CharField(max_length=80, label="Family name")
    email = forms.EmailField(required=False, max_length=200, label="E-mail")
    phone = forms.RegexField(
        r"^\+?[0-9 ()/.-]{4,30}$",
        required=False,
        label="Phone",
        error_messages={"invalid": "Write a phone number with digits, such as +34 600 000 000."},
    )
    born = forms.DateField(label="Date of birth", widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if BIRTH not in {criterion.key for criterion in file_of(study).eligibility}:
            del self.fields["born"]
        for name in ("first_name", "family_name", "email", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_born(self) -> date:
        """Refuse a day on which nobody alive was born."""
        born: date = self.cleaned_data["born"]
        if not OLDEST < born <= clock.now().date():
            raise forms.ValidationError("Write the day the person was born.")
        return born

    def who(self) -> Who:
        """Return what was typed; only for a valid form."""
        typed = self.cleaned_data
        first, family = (" ".join(typed[name].split()) for name in ("first_name", "family_name"))
        return Who(first, family, typed["email"], typed["phone"], typed.get("born"))


class NewPersonForm(IdentityForm):
    """Somebody who is to be screened."""

    site = forms.ModelChoiceField(Site.objects.none(), label="Site", empty_label=None)
    language = forms.ChoiceField(
        choices=settings.LANGUAGES, label="Language", help_text="Of the consent text, their pages and the exercises."
    )
    zone = ZoneField(required=False, help_text="Such as Europe/Madrid. Empty: that of the site.")
    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$",
        required=False,
        label="Code",
        error_messages={"invalid": "Write letters, digits and hyphens, such as H-017; no names."},
    )
    number = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("site", "language", "zone", "code", "first_name", "family_name", "email", "phone", "born", "number")

    def __init__(self, *args: Any, sites: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, study=study, **kwargs)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        self.fields["site"].label_from_instance = lambda site: site.name  # type: ignore[attr-defined]
        proposed = ", ".join(propose_code(site) for site in sites)
        self.fields["code"].help_text = f"Empty: the next one, {proposed}. Nothing personal in it."
        self.initial.setdefault("number", uuid4())

    def new_person(self) -> NewPerson:
        """Return what was typed; only for a valid form."""
        typed = self.cleaned_data
        return NewPerson(
            site=typed["site"], language=typed["language"], zone=typed["zone"], code=typed["code"], form=typed["number"]
        )


class CorrectIdentityForm(IdentityForm):
    """Names and contact as they are kept, to be corrected with a reason."""

    reason = forms.CharField(max_length=300, label="Reason for the change", help_text=IN_THE_TRAIL)
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_seen(self) -> datetime:
        """Return when what the page showed had been saved."""
        return read_moment(self.cleaned_data["seen"])


class DetailsForm(forms.Form):
    """What is known of a person that is no secret."""

    use_required_attribute = False
    language = forms.ChoiceField(choices=settings.LANGUAGES, label="Language")
    zone = ZoneField()
    visible_only = forms.BooleanField(
        required=False,
        label="Words are shown visibly only",
        help_text="For somebody with photosensitive epilepsy, or without a usable screen.",
    )
    reason = forms.CharField(max_length=300, label="Reason for the change", help_text=IN_THE_TRAIL)

    @staticmethod
    def filled(participant: Participant) -> DetailsForm:
        """Return the form with what is stored."""
        names = ("language", "zone", "visible_only")
        return DetailsForm(prefix="details", initial={name: getattr(participant, name) for name in names})


def read_moment(text: str) -> datetime:
    """Return the moment that a hidden field carries.

    Raises:
        ValidationError: somebody changed it.
    """
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise forms.ValidationError("Open the page again.")
    return moment
