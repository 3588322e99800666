"""A date and time as a clock on the wall shows it, in a zone that the form names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

WRITTEN = "%Y-%m-%dT%H:%M"


def kept_exact(typed: datetime, stored: datetime | None) -> datetime:
    """Return the stored moment if what was typed is its minute, so that leaving a field as it was changes nothing."""
    return stored if stored and stored.replace(second=0, microsecond=0) == typed else typed


class MomentField(forms.Field):
    """A moment, typed in the field's zone and given as an aware time in UTC, exact to the minute.

    A time that the clocks skipped does not exist there and is refused; one that came twice is taken as the first.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WRITTEN)
    default_error_messages = {"required": "Give the date and the time."}

    def __init__(self, *, zone: ZoneInfo, label: str, **kwargs: Any) -> None:
        self.zone = zone
        super().__init__(label=f"{label} ({zone.key} time)", **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return a stored moment as the clock showed it; what was typed stays as it is."""
        return value.astimezone(self.zone).strftime(WRITTEN) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment that was typed.

        Raises:
            ValidationError: it is no date and time, or one that did not exist.
        """
        if value in self.empty_values:
            return None
        try:
            typed = datetime.strptime(str(value)[:16].replace(" ", "T"), WRITTEN)
        except ValueError as error:
            raise ValidationError("Write a date and a time, such as 2026-06-03 10:40.") from error
        try:
            moment = typed.replace(tzinfo=self.zone).astimezone(UTC)
        except OverflowError as error:
            raise ValidationError("Write a date of this century.") from error
        if moment.astimezone(self.zone).replace(tzinfo=None) != typed:
            raise ValidationError("The clocks were put forward at that hour, so that this time did not exist.")
        return moment
