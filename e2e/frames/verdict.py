"""Compares what the plan asks, what the display showed, and what the player says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from daybreak.core.plan import (
    Duration,
    FacesRound,
    MaskedWordsRound,
    Round,
    TrainingPlan,
    VisibleWordsRound,
    refreshes_for,
)
from daybreak.core.records import StepRecord
from e2e.frames.real_time import Shown


@dataclass(frozen=True)
class Demand:
    """The phases of a step in order, and for how long the timed ones that carry the exposure must stay."""

    phases: tuple[str, ...]
    timed: dict[str, Duration]


@dataclass
class OnScreen:
    """What the display showed of one step: for how many refreshes each phase stayed, by its number."""

    stayed: dict[int, int] = field(default_factory=dict)
    whole: bool = True


@dataclass(frozen=True)
class Judged:
    """One presentation of one step: planned and presented refreshes of its exposure, and the player's own word."""

    record: StepRecord
    planned: dict[str, int]
    presented: dict[str, int]
    observed: bool

    @property
    def exact(self) -> bool:
        """Whether everything timed stayed exactly as long as planned."""
        return self.presented == self.planned

    @property
    def owned_up(self) -> bool:
        """Whether the player itself says that the step did not go as planned."""
        return self.record.status != "ok"

    def exact_phase(self, name: str) -> bool:
        """Whether one phase stayed exactly as long as planned."""
        return self.presented.get(name) == self.planned.get(name)


def demands(plan: TrainingPlan, visible_only: bool = False) -> dict[str, Demand]:
    """Return the demand of every step by its id."""
    return {step.id: _demand(round_, visible_only) for round_ in plan.rounds for step in round_.steps}


def _demand(round_: Round, visible_only: bool) -> Demand:
    match round_:
        case MaskedWordsRound():
            timing = round_.timing_visible if visible_only else round_.timing
            mask = () if visible_only else ("mask",)
            return Demand(("fixation", *mask, "cue", "trait", "target"), {"cue": timing.cue, "trait": timing.trait})
        case VisibleWordsRound():
            return Demand(("fixation", "cue", "trait"), {"cue": round_.timing.cue})
        case FacesRound():
            return Demand(("fixation", "cue", "face"), {"face": round_.timing.face})


def on_screen(shown: Sequence[Shown]) -> dict[int, OnScreen]:
    """Return what was shown of each step, by its number.

    A phase stays from its first frame to the first frame of another phase. Frames that reached the screen at the same
    refresh give the earlier one no time at all, which is right: it was never seen. A frame the observer lost between
    two of the same phase showed that phase, for phases never come back; before another it leaves the onset in doubt.
    """
    steps: dict[int, OnScreen] = {}
    current: tuple[int, int] | None = None
    since = 0
    doubt = False
    for refresh, code, seen in shown:
        doubt |= not seen
        if code is None:
            continue
        if (code.step, code.phase) != current:
            step = steps.setdefault(code.step, OnScreen())
            if current is not None:
                steps[current[0]].stayed[current[1]] = refresh - since
                steps[current[0]].whole &= not doubt
                step.whole &= not doubt
            current, since = (code.step, code.phase), refresh
        doubt = False
    return steps


def judge(asked: dict[str, Demand], shown: Sequence[Shown], records: Iterable[StepRecord]) -> list[Judged]:
    """Judge every presented step. The n-th record belongs to the n-th step on the screen."""
    steps = on_screen(shown)
    return [_judge_step(asked[record.step], steps.get(n, OnScreen()), record) for n, record in enumerate(records)]


def _judge_step(demand: Demand, seen: OnScreen, record: StepRecord) -> Judged:
    planned = {name: refreshes_for(duration, record.refresh_hz) for name, duration in demand.timed.items()}
    presented = {name: seen.stayed.get(demand.phases.index(name), 0) for name in planned}
    return Judged(record, planned, presented, seen.whole and bool(seen.stayed))
