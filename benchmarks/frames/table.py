"""Counts, and the table made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from e2e.frames.verdict import Judged, OnScreen

HEAD = (
    "| presenter | cue and trait | steps seen | cue exact | trait exact | both exact | inexact, owned up to "
    "| inexact, passed as good | good, shown again |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


@dataclass(frozen=True)
class Line:
    """One line of the table: shares of the steps the observer saw from end to end."""

    presenter: str
    ms: float
    refreshes: int
    steps: int
    cue: float
    trait: float
    both: float
    owned_up: int
    unnoticed: int
    repeated: int

    def __str__(self) -> str:
        plural = "" if self.refreshes == 1 else "es"
        return (
            f"| {self.presenter} | {self.ms:g} ms = {self.refreshes} refresh{plural} | {self.steps} | {self.cue:.1%} "
            f"| {self.trait:.1%} | {self.both:.1%} | {self.owned_up} | {self.unnoticed} | {self.repeated} |"
        )


def line_of_player(judged: Sequence[Judged], ms: float, refreshes: int) -> Line:
    """Count the steps of the player."""
    seen = [step for step in judged if step.observed]
    return Line(
        presenter="daybreak",
        ms=ms,
        refreshes=refreshes,
        steps=len(seen),
        cue=_share([step.exact_phase("cue") for step in seen]),
        trait=_share([step.exact_phase("trait") for step in seen]),
        both=_share([step.exact for step in seen]),
        owned_up=sum(not step.exact and step.owned_up for step in seen),
        unnoticed=sum(not step.exact and not step.owned_up for step in seen),
        repeated=sum(step.exact and step.owned_up for step in seen),
    )


def line_of_chain(steps: Sequence[OnScreen], cue: int, trait: int, ms: float, refreshes: int) -> Line:
    """Count the steps of a chain of jsPsych trials whose phases `cue` and `trait` are timed; it owns up to nothing."""
    seen = [step for step in steps if step.whole and step.stayed]
    wrong = sum(not (step.stayed.get(cue) == step.stayed.get(trait) == refreshes) for step in seen)
    return Line(
        presenter="jsPsych 8.3",
        ms=ms,
        refreshes=refreshes,
        steps=len(seen),
        cue=_share([step.stayed.get(cue) == refreshes for step in seen]),
        trait=_share([step.stayed.get(trait) == refreshes for step in seen]),
        both=1 - wrong / max(1, len(seen)),
        owned_up=0,
        unnoticed=wrong,
        repeated=0,
    )


def _share(exact: Sequence[bool]) -> float:
    return sum(exact) / max(1, len(exact))
