"""A simulated person at a simulated screen: the records one sitting of a plan leaves behind.

Shares and answer times are made up to look plausible; they come from no study.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Literal

from daybreak.core.plan import (
    FacesStep,
    MaskedWordsRound,
    MaskedWordsStep,
    Round,
    TrainingPlan,
    VisibleWordsStep,
    refreshes_for,
)
from daybreak.core.records import AnyRecord, EndRecord, MomentRecord, RoundRecord, StepRecord
from daybreak.server.demo.devices import Device, device_record

Step = MaskedWordsStep | VisibleWordsStep | FacesStep
Status = Literal["ok", "long", "missed", "hidden"]
READING_MS, REST_MS, CHECK_MS = 9_000.0, 14_000.0, 2_600.0
MISTAKES = 0.04


@dataclass
class Bot:
    """Plays one sitting. `at` is the time so far, in milliseconds."""

    plan: TrainingPlan
    device: Device
    chance: Random
    at: float = 0.0

    def play(self, first_round: int = 0, leave_after: int | None = None) -> Iterator[AnyRecord]:
        """Yield the records of a sitting from `first_round` on, to the end or until `leave_after` rounds were ended."""
        yield device_record(self.device, self.chance, self._after(CHECK_MS))
        for place, round_ in enumerate(self.plan.rounds[first_round:], start=first_round):
            if place == leave_after:
                yield EndRecord(at=self._after(800), outcome="left")
                return
            yield MomentRecord(at=self._after(READING_MS), event="rest" if place else "instruction")
            yield from self._round(round_)
        yield EndRecord(at=self._after(500), outcome="completed")

    def _round(self, round_: Round) -> Iterator[AnyRecord]:
        yield RoundRecord(at=self._after(200), event="start", round=round_.id)
        again: list[Step] = []
        for step in round_.steps:
            record = self._step(round_, step, attempt=1)
            if record.status != "ok" and step.exposure:
                again.append(step)
            yield record
        for attempt in range(2, 2 + round_.repeats_at_most):
            records = [(step, self._step(round_, step, attempt)) for step in again]
            yield from (record for _, record in records)
            again = [step for step, record in records if record.status != "ok"]
        yield RoundRecord(at=self._after(200), event="end", round=round_.id)
        self._after(self.chance.uniform(0.6, 1.4) * REST_MS)

    def _step(self, round_: Round, step: Step, attempt: int) -> StepRecord:
        period = 1000 / self.device.refresh_hz
        shown = self._shown(round_)
        reaction = min(round_.timing.answer_within.ms * 0.98, self.chance.lognormvariate(0, 0.24) * self.device.pace_ms)
        target = {"masked-words": "target", "visible-words": "trait", "faces": "cue"}[round_.task]
        shown[target] = max(1, round(reaction / period))
        status = self._status()
        gaps, runs = self._gaps(status, shown, period)
        correct = self.chance.random() >= MISTAKES
        self._after(sum(shown.values()) * period)
        # Whoever takes the chunk checks it; checking it here too would double the time the demo takes to make.
        return StepRecord.model_construct(
            kind="step",
            at=round(self.at, 3),
            step=step.id,
            attempt=attempt,
            status=status,
            answer=_answer(step, correct),
            correct=correct,
            late=False,
            rt_ms=round(reaction, 3),
            input=self.device.input,
            refresh_hz=self.device.refresh_hz,
            shown=shown,
            gaps_ms=gaps,
            refresh_runs=runs,
        )

    def _shown(self, round_: Round) -> dict[str, int]:
        """Return the refreshes of every phase with a planned length."""
        timing: object = round_.timing
        names = {
            "masked-words": ("fixation", "mask", "cue", "trait", "pause"),
            "visible-words": ("fixation", "cue", "pause"),
        }
        phases = names.get(round_.task, ("fixation", "face", "pause"))
        if isinstance(round_, MaskedWordsRound) and self.device.verdict == "visible-only":
            timing, phases = round_.timing_visible, ("fixation", "cue", "trait", "pause")
        return {name: refreshes_for(getattr(timing, name), self.device.refresh_hz) for name in phases}

    def _status(self) -> Status:
        drawn = self.chance.random()
        if drawn < self.device.missed:
            return "missed"
        return "long" if drawn < self.device.missed + self.device.long else "ok"

    def _gaps(self, status: Status, shown: dict[str, int], period: float) -> tuple[list[float], list[tuple[int, int]]]:
        critical = shown.get("face") or shown["cue"] + shown.get("trait", 0)
        gaps = self.chance.choices(_steady_gaps(self.device), k=min(critical, 60) + 3)
        total = sum(shown.values())
        if status == "ok":
            return gaps, [(1, total)]
        worst = self.chance.choice((2, 2, 2, 3)) if status == "long" else 0.3
        gaps[self.chance.randrange(len(gaps))] = round(worst * period, 1)
        return gaps, [(1, total - 1), (round(worst), 1)] if status == "long" else [(1, total)]

    def _after(self, milliseconds: float) -> float:
        self.at += milliseconds
        return round(self.at, 3)


@cache
def _steady_gaps(device: Device) -> tuple[float, ...]:
    """Return gaps to draw from, as a browser tells them: to a tenth of a millisecond, none as long as 1.5 refreshes."""
    chance = Random(f"daybreak-demo-gaps-{device.agent}")  # noqa: S311  a simulation
    period = 1000 / device.refresh_hz
    drawn = (chance.gauss(period, min(device.jitter_ms, period / 8)) for _ in range(997))
    return tuple(round(max(0.6 * period, min(gap, 1.45 * period)), 1) for gap in drawn)


def _answer(step: Step, correct: bool) -> Literal["left", "right", "0", "1", "2", "3"]:
    if isinstance(step, FacesStep):
        fields: tuple[Literal["0", "1", "2", "3"], ...] = ("0", "1", "2", "3")
        return fields[step.cell if correct else (step.cell + 1) % 4]
    other: Literal["left", "right"] = "right" if step.correct == "left" else "left"
    return step.correct if correct else other
