"""Forms about staff and sites; what a form cannot know, its action says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.accounts.password_field import PasswordField
from daybreak.server.staffing.actions.roles import Place
from daybreak.server.staffing.places import role_choices
from daybreak.server.studies.models import Site

ALL_SITES = "all"
LINE = re.compile(r"(?P<label>.+?):\s*(?P<number>\+?[\d\s()/.-]{3,30})")
LINES_HINT = 'One a line, such as "The clinic, day and night: +34 600 000 000". People see them on every page.'


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Return the time zones by name, those of places only."""
    named = (
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
    )
    return [("", "choose"), *((zone, zone) for zone in sorted(named)), ("UTC", "UTC")]


class PlacesForm(forms.Form):
    """Roles, and the sites they are for."""

    roles = forms.MultipleChoiceField(label="Roles", choices=role_choices, widget=forms.CheckboxSelectMultiple)
    sites = forms.MultipleChoiceField(
        label="Sites", widget=forms.CheckboxSelectMultiple, help_text="Each role holds at each of these."
    )

    def __init__(self, *args: Any, sites: Iterable[Site], everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sites = {str(site.pk): site for site in sites}
        all_sites = [(ALL_SITES, "all sites of the study, those of tomorrow too")] if everywhere else []
        field = self.fields["sites"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  as above
        field.choices = [*all_sites, *((key, site.name) for key, site in self._sites.items())]

    def places(self) -> list[Place]:
        """Return each role with each site; all sites stand for every single one."""
        chosen = self.cleaned_data["sites"]
        sites = [None] if ALL_SITES in chosen else [self._sites[key] for key in chosen]
        return [(Role(role), site) for role in self.cleaned_data["roles"] for site in sites]


class InviteForm(PlacesForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="The invitation goes there. It is also the name to sign in with.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "roles", "sites")


class JoinForm(forms.Form):
    """Name and password of somebody who accepts an invitation."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(strip=False)
    again = forms.CharField(strip=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_password(self) -> str:
        """Return the password, if it is long enough and not a common one."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(name=self.data.get("name", ""), email=self._user.email))
        return password

    def clean_again(self) -> str:
        """Return the password typed again, if it is the same."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError("The two passwords are not the same.")
        return again


class SiteForm(forms.Form):
    """What is kept of a site."""

    name = forms.CharField(label="Name", max_length=200)
    zone = forms.ChoiceField(label="Time zone", choices=zone_choices, help_text="Where the site is.")
    target = forms.IntegerField(
        label="Target", min_value=1, max_value=100_000, required=False, help_text="How many people it means to enrol."
    )
    help_lines = forms.CharField(label="Help numbers", widget=forms.Textarea, required=False, help_text=LINES_HINT)

    def clean_help_lines(self) -> list[dict[str, str]]:
        """Return the numbers as they are kept."""
        lines = [line.strip() for line in self.cleaned_data["help_lines"].splitlines() if line.strip()]
        found = [(number, LINE.fullmatch(line)) for number, line in enumerate(lines, 1)]
        wrong = next((number for number, match in found if match is None), None)
        if wrong is not None:
            raise forms.ValidationError(f"Line {wrong} has no number after a colon.")
        return [{"label": match["label"].strip(), "number": match["number"].strip()} for _, match in found if match]

    @classmethod
    def of(cls, site: Site) -> SiteForm:
        """Return the form filled with what is kept of `site`."""
        return cls(initial=cls.typed(site))

    @staticmethod
    def typed(site: Site) -> dict[str, Any]:
        """Return what is kept of `site` as it would be typed."""
        lines = "\n".join(f"{line['label']}: {line['number']}" for line in site.help_lines)
        return {"name": site.name, "zone": site.zone, "target": site.target, "help_lines": lines}


class NewSiteForm(SiteForm):
    """A site that is not there yet."""

    key = forms.RegexField(
        r"^(?!new\Z)[a-z][a-z0-9-]{1,39}\Z",
        label="Key",
        help_text="Short, for addresses and exports, such as harbour. It stays for good.",
        error_messages={"invalid": "Small letters, digits and hyphens only, beginning with a letter."},
    )
    field_order = ("name", "key", "zone", "target", "help_lines")


class SureForm(forms.Form):
    """Nothing to type: a press of the button is the answer."""


class ProvenForm(forms.Form):
    """A press of the button, and the own password once more."""

    password = PasswordField("An account changes hands only if you say so.")


class PhoneForm(forms.Form):
    """One's own telephone number."""

    phone = forms.RegexField(
        r"^\+?[\d\s()/.-]{5,24}$",
        label="Telephone number for alerts",
        max_length=24,
        required=False,
        help_text="With the code of the country, such as +34 600 000 000. Text messages about alerts go there; they "
        "never say whom an alert is about. Left empty, you are told by e-mail and on these pages only.",
        error_messages={"invalid": "Write a telephone number with digits, such as +34 600 000 000."},
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
