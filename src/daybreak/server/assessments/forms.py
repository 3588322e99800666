"""A clinician form as one page: an item a field, with its anchors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from daybreak.core.errors import DaybreakError
from daybreak.core.instruments import Item
from daybreak.server.assessments.words import Words
from daybreak.server.visits.forms import MODES

NOT_ANSWERED = ("", "No answer")
PREFIX = "item-"


class AnswersForm(forms.Form):
    """The items of an instrument. What is typed is read by the instrument itself; an empty field is no answer."""

    def __init__(self, *args: Any, words: Words, given: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self.words = words
        kwargs["initial"] = {PREFIX + key: _as_text(value) for key, value in (given or {}).items()} | kwargs.get(
            "initial", {}
        )
        super().__init__(*args, **kwargs)
        for item in words.instrument.items:
            self.fields[PREFIX + item.key] = self._field(item)
        self.values: dict[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        """Read each answer by its item; what is out of range is named beside it."""
        cleaned = super().clean() or self.cleaned_data
        for item in self.words.instrument.items:
            text = str(cleaned.get(PREFIX + item.key) or "").strip()
            if text:
                self._read(item, text)
        return cleaned

    def item_fields(self) -> list[forms.BoundField]:
        """Return the bound fields of the items, in order."""
        return [self[PREFIX + item.key] for item in self.words.instrument.items]

    def _read(self, item: Item, text: str) -> None:
        try:
            self.values[item.key] = item.read(text)
        except DaybreakError as error:
            self.add_error(PREFIX + item.key, error.sentence())

    def _field(self, item: Item) -> forms.Field:
        label, asked = self.words.prompt(item), f"Asked only if {item.when}." if item.when else ""
        options = [(str(each.value), _anchor(each.value, each.label)) for each in self.words.options(item)]
        if item.kind == "yes-no" and not options:
            options = [("yes", "Yes"), ("no", "No")]
        if options:
            # Not a ChoiceField: it would refuse in its own words what the item refuses better.
            widget: forms.Widget = forms.RadioSelect(choices=[*options, NOT_ANSWERED])
        elif item.kind == "text":
            widget = forms.Textarea(attrs={"rows": 3})
            asked = f"{asked} No names, no contact details.".strip()
        elif item.kind == "date":
            widget = forms.DateInput(attrs={"type": "date"})
        else:
            widget = forms.NumberInput(attrs={"min": item.least, "max": item.most, "step": 1})
        return forms.CharField(label=label, required=False, max_length=2000, widget=widget, help_text=asked)


class FillForm(AnswersForm):
    """A form that staff fill in: the answers, how the interview was held, and whether it is handed in."""

    def __init__(self, *args: Any, modes: tuple[str, ...], shown: datetime, mode: str = "", **kwargs: Any) -> None:
        initial = {"mode": mode or (modes[0] if len(modes) == 1 else ""), "shown": shown.isoformat()}
        super().__init__(*args, initial=initial | {"mark": kwargs["words"].mark}, **kwargs)
        self.fields["mode"] = forms.ChoiceField(
            label="How it was held",
            choices=[(each, MODES[each]) for each in modes],
            widget=forms.RadioSelect,
            error_messages={"required": "Choose how it was held."},
        )
        self.fields["with_gaps"] = forms.BooleanField(
            label="Hand it in although items are open; it is labelled partial", required=False
        )
        for name in ("mark", "shown"):
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)

    def shown_at(self) -> datetime | None:
        """Return since when the page was in view, as it says itself."""
        try:
            moment = parse_datetime(self.cleaned_data["shown"])
        except ValueError:
            return None
        return moment if moment and moment.tzinfo else None


class CorrectionForm(AnswersForm):
    """The answers of a form that was handed in, what they were when the page was opened, and why they change."""

    def __init__(self, *args: Any, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, initial={"seen": seen}, **kwargs)
        self.fields["reason"] = forms.CharField(
            label="Why it is corrected",
            max_length=400,
            help_text="It stands in the audit trail.",
            error_messages={"required": "Write in a few words why it is corrected."},
        )
        self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput)


def _anchor(value: Any, label: str) -> str:
    """Return an anchor with the number it stands for, where it does not say so itself."""
    return label if label.startswith(str(value)) else f"{value}: {label}"


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
