"""The form of an infusion: one part for the infusion, rows for vital signs and for side effects."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from daybreak.server.infusions.facts import SEVERITIES, InfusionFacts, Reading, SideEffect
from daybreak.server.visits.moment_field import MomentField, kept_exact

SPARE_READINGS, SPARE_EFFECTS, MOST = 4, 3, 40


class InfusionPart(forms.Form):
    """The infusion itself."""

    kit = forms.CharField(
        label="Kit number", max_length=20, help_text="As it stands on the label.",
        error_messages={"required": "Write the number that stands on the label."},
    )  # fmt: skip

    prefix = "infusion"

    def __init__(self, *args: Any, zone: ZoneInfo, correcting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["started_at"] = MomentField(zone=zone, label="Began")
        self.fields["ended_at"] = MomentField(
            zone=zone, label="Ended", help_text="The calendar is counted from this time."
        )
        self.fields["dose_volume_ml"] = forms.DecimalField(
            label="Volume given, in mL", min_value=0, max_value=2000, max_digits=6, decimal_places=1, required=False
        )
        self.fields["dissociation_total"] = forms.IntegerField(
            label="Dissociation scale (CADSS), total", min_value=0, max_value=92, required=False, help_text="0 to 92."
        )
        notes = "What matters for the study. No names. Do not write what you think was given."
        self.fields["notes"] = forms.CharField(
            label="Notes", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=notes
        )
        if correcting:
            self.fields["reason"] = forms.CharField(
                label="Why it is corrected",
                max_length=400,
                help_text="It stands in the audit trail.",
                error_messages={"required": "Write in a few words why it is corrected."},
            )
            self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput)


class ReadingRow(forms.Form):
    """One reading of vital signs; a row left empty is none."""

    systolic = forms.IntegerField(label="Systolic, mmHg", min_value=40, max_value=300)
    diastolic = forms.IntegerField(label="Diastolic, mmHg", min_value=20, max_value=200)
    pulse = forms.IntegerField(label="Pulse, per minute", min_value=20, max_value=250)
    saturation = forms.IntegerField(label="Oxygen, %", min_value=40, max_value=100, required=False)

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at = MomentField(zone=zone, label="At")
        at.label = "At"
        self.fields = {"at": at, **self.fields}

    def clean(self) -> dict[str, Any]:
        """Refuse a lower pressure above the upper one."""
        data = super().clean() or self.cleaned_data
        if data.get("systolic") and data.get("diastolic") and data["diastolic"] >= data["systolic"]:
            self.add_error("diastolic", "The lower pressure must be below the upper one.")
        return data


class EffectRow(forms.Form):
    """One side effect; a row left empty is none."""

    what = forms.CharField(label="Side effect", max_length=120)
    severity = forms.ChoiceField(
        label="How strong", choices=[("", "–"), *((each, each) for each in SEVERITIES)],
        error_messages={"required": "Choose how strong it was."},
    )  # fmt: skip


class InfusionForm:
    """The parts together, read from what was sent or filled with what is stored."""

    def __init__(
        self, *, zone: ZoneInfo, stored: InfusionFacts | None = None, sent: QueryDict | None = None, kit: str = ""
    ) -> None:
        self.stored = stored
        first = _initial(stored) if stored else {"kit": kit} if kit else {}
        self.part = InfusionPart(sent, zone=zone, correcting=stored is not None, initial=first)
        readings = [vars(each) for each in stored.vital_signs] if stored else []
        effects = [vars(each) for each in stored.side_effects] if stored else []
        self.readings = _rows(ReadingRow, "reading", readings, SPARE_READINGS, sent, {"zone": zone})
        self.effects = _rows(EffectRow, "effect", effects, SPARE_EFFECTS, sent, {})

    def is_valid(self) -> bool:
        """Return whether all parts can be read."""
        return all([self.part.is_valid(), self.readings.is_valid(), self.effects.is_valid()])

    def facts(self) -> InfusionFacts:
        """Return what was entered; only for a valid form."""
        data, stored = self.part.cleaned_data, self.stored
        return InfusionFacts(
            kit=data["kit"].strip().upper(),
            started_at=kept_exact(data["started_at"], stored.started_at if stored else None),
            ended_at=kept_exact(data["ended_at"], stored.ended_at if stored else None),
            dose_volume_ml=data["dose_volume_ml"],
            dissociation_total=data["dissociation_total"],
            notes=data["notes"].strip().replace("\r\n", "\n"),
            side_effects=tuple(
                SideEffect(row["what"].strip(), row["severity"]) for row in self.effects.cleaned_data if row.get("what")
            ),
            vital_signs=tuple(sorted(self._readings(), key=_time_of)),
        )

    def hidden(self) -> list[tuple[str, str]]:
        """Return names and values of all that was sent, so that a page in between can carry them on."""
        sent = self.part.data
        return [(name, sent[name]) for name in sent if name not in ("csrfmiddlewaretoken", "step")]

    def _readings(self) -> list[Reading]:
        known = [each.at for each in self.stored.vital_signs] if self.stored else []
        found = (row for row in self.readings.cleaned_data if row.get("at"))
        return [Reading(**{**row, "at": _known(row["at"], known)}) for row in found]


def _initial(stored: InfusionFacts) -> dict[str, Any]:
    return {
        "kit": stored.kit,
        "started_at": stored.started_at,
        "ended_at": stored.ended_at,
        "dose_volume_ml": stored.dose_volume_ml,
        "dissociation_total": stored.dissociation_total,
        "notes": stored.notes,
        "seen": stored.mark(),
    }


def _rows(
    row: type[forms.Form],
    prefix: str,
    initial: list[dict[str, Any]],
    spare: int,
    sent: QueryDict | None,
    options: dict[str, Any],
) -> Any:
    made = forms.formset_factory(row, extra=spare, max_num=MOST, absolute_max=MOST, validate_max=True)
    return made(sent, prefix=prefix, initial=initial, form_kwargs=options)


def _known(typed: datetime, known: list[datetime]) -> datetime:
    return next((at for at in known if kept_exact(typed, at) is at), typed)


def _time_of(reading: Reading) -> datetime:
    return reading.at
