"""Forms of adverse events."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from daybreak.core.harms import CRITERIA, EXPECTED, MEASURES, OUTCOMES, RELATED, SEVERITIES, HarmError, RoughDate
from daybreak.server.accounts.password_field import PasswordField
from daybreak.server.harms.facts import HarmFacts, Judgement
from daybreak.server.visits.moment_field import MomentField, kept_exact

ROUGH = "As far as known: 2026-06-03, or 2026-06, or 2026."
REASON_MISSING = {"required": "Write in a few words why it is corrected."}
Choices = list[tuple[str, str]]


class RoughDateField(forms.CharField):
    """A date of which the day, or the month too, may not be known."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False, max_length=10, help_text=ROUGH)
        self.widget.attrs["inputmode"] = "numeric"

    def clean(self, value: Any) -> str:
        """Return the text of the date.

        Raises:
            ValidationError: it is none.
        """
        text = str(super().clean(value))
        try:
            RoughDate.read(text)
        except HarmError as error:
            raise ValidationError(str(error)) from error
        return text


class HarmForm(forms.Form):
    """What happened, how grave it was and how it ended; for an event recorded already, why that is corrected."""

    def __init__(
        self,
        *args: Any,
        zone: ZoneInfo,
        visits: Choices | None = None,
        stored: HarmFacts | None = None,
        correcting: bool = False,
        **kwargs: Any,
    ) -> None:
        if stored:
            kept = {name: getattr(stored, name) for name in HarmFacts.__dataclass_fields__}
            kwargs["initial"] = {**kept, **(kwargs.get("initial") or {}), "seen": stored.mark()}
        super().__init__(*args, **kwargs)
        self.stored = stored if correcting else None
        self._add_what(visits)
        self._add_how_grave(zone)
        if correcting:
            self.fields["reason"] = forms.CharField(
                label="Why it is corrected",
                max_length=400,
                help_text="It stands in the audit trail.",
                error_messages=REASON_MISSING,
            )
            self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def _add_what(self, visits: Choices | None) -> None:
        hint = "In plain words. No names. Do not write what you think was given."
        self.fields["term"] = forms.CharField(label="What happened", max_length=200, help_text=hint)
        if visits is not None:
            self.fields["visit"] = forms.ChoiceField(
                label="How it became known",
                required=False,
                choices=[("", "they told it by themselves"), *((key, f"asked at: {title}") for key, title in visits)],
            )
        self.fields["onset"] = RoughDateField("Began")
        self.fields["ended"] = RoughDateField("Ended")
        self.fields["outcome"] = _choice("How it is now", OUTCOMES, radio=False)
        self.fields["severity"] = _choice("How strong", SEVERITIES)

    def _add_how_grave(self, zone: ZoneInfo) -> None:
        self.fields["criteria"] = _several("Is it serious? Tick all that are true; none if it is not", CRITERIA)
        self.fields["measures"] = _several("What was done", MEASURES)
        known = "The clocks of reports begin when it was known to be serious."
        self.fields["known_at"] = MomentField(zone=zone, label="When you or a colleague knew of it")
        self.fields["serious_at"] = MomentField(
            zone=zone, label="When it was known to be serious", required=False, help_text=f"If later. {known}"
        )
        term = "The dictionary's term and code, if your site codes events; daybreak ships no dictionary."
        self.fields["preferred_term"] = forms.CharField(
            label="Preferred term", required=False, max_length=120, help_text=term
        )
        self.fields["code"] = forms.CharField(label="Code", required=False, max_length=20)

    def facts(self) -> HarmFacts:
        """Return what was entered; only for a valid form."""
        data, stored = self.cleaned_data, self.stored
        texts = {name: data[name].strip() for name in ("term", "preferred_term", "code", "onset", "ended")}
        serious_at = data["serious_at"] and kept_exact(data["serious_at"], stored.serious_at if stored else None)
        return HarmFacts(
            **texts,
            severity=data["severity"],
            outcome=data["outcome"],
            criteria=tuple(key for key in CRITERIA if key in data["criteria"]),
            measures=tuple(key for key in MEASURES if key in data["measures"]),
            known_at=kept_exact(data["known_at"], stored.known_at if stored else None),
            serious_at=serious_at if data["criteria"] else None,
        )


class NoneForm(forms.Form):
    """At which visit somebody was asked and told of nothing."""

    visit = forms.ChoiceField(label="Asked at")

    def __init__(self, *args: Any, visits: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["visit"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101  narrows the type
        choice.choices = visits


class JudgementForm(forms.Form):
    """Whether an event was to be expected, and what caused it."""

    def __init__(self, data: QueryDict | None = None, *, stored: Judgement) -> None:
        kept = {name: getattr(stored, name) for name in Judgement.__dataclass_fields__}
        super().__init__(data, initial=kept | {f"seen_{name}": value for name, value in kept.items()})
        self.fields["expected"] = _choice("Was it to be expected?", EXPECTED, required=False)
        self.fields["drug"] = _choice("Did the infusion cause it?", RELATED, required=False)
        self.fields["training"] = _choice("Did the training cause it?", RELATED, required=False)
        if any(kept.values()):
            self.fields["reason"] = forms.CharField(
                label="Why a judgement is changed",
                required=False,
                max_length=400,
                help_text="Needed when something that was judged before changes.",
            )
        for name in kept:
            self.fields[f"seen_{name}"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def judgement(self, prefix: str = "") -> Judgement:
        """Return what was chosen, or with the prefix `seen_` what stood there before; only for a valid form."""
        return Judgement(**{name: self.cleaned_data[prefix + name] for name in Judgement.__dataclass_fields__})


class NoteForm(forms.Form):
    """What was found out later."""

    says = forms.CharField(
        label="What was found out",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="No names. Do not write what you think was given.",
    )


class StrikeForm(forms.Form):
    """Why an event, or that a report was sent, was entered in error."""

    reason = forms.CharField(label="What was wrong", max_length=400, widget=forms.Textarea({"rows": 2}))


class SentForm(forms.Form):
    """When and how a report was sent."""

    def __init__(self, data: QueryDict | None = None, *, zone: ZoneInfo, now: datetime) -> None:
        super().__init__(data, initial={"sent_at": now})
        self.fields["sent_at"] = MomentField(zone=zone, label="Sent")
        hint = "For instance by e-mail, through a portal; with the reference you got."
        self.fields["how"] = forms.CharField(label="How", max_length=120, help_text=hint)


class BoardForm(forms.Form):
    """What a list is made for, and proof of who makes it."""

    why = forms.CharField(label="What it is for", max_length=400, help_text="For instance the board's second meeting.")
    password = PasswordField("To be sure that it is you.")


class UnblindedForm(forms.Form):
    """Proof of who makes the unblinded list."""

    password = PasswordField("To be sure that it is you.")


def _choice(label: str, words: dict[str, str], *, radio: bool = True, required: bool = True) -> forms.ChoiceField:
    said = [(key, f"{key}: {says}" if radio else says) for key, says in words.items()]
    choices = said if required and radio else [("", "not judged yet" if radio else "–"), *said]
    errors = {"required": "Choose one."}
    widget = forms.RadioSelect if radio else forms.Select
    return forms.ChoiceField(label=label, choices=choices, required=required, widget=widget, error_messages=errors)


def _several(label: str, words: dict[str, str]) -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, choices=list(words.items()), required=False, widget=widget)
