"""The training plan: what one browser shows in one training session.

A plan names no arm, no version and no pack reading: opaque asset ids, checksums, timings. Two plans made for the same
seed from the active and the sham reading differ only in the texts of words (same lengths) and in the bytes behind
pictures (same sizes). `core/plan_maker.py` makes plans; `player/src/contract.ts` is generated from this file.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Side = Literal["left", "right"]
TaskName = Literal["masked-words", "visible-words", "faces"]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]


class Part(BaseModel):
    """Base of everything in a plan: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


class Milliseconds(Part):
    """A duration meant in time; the player rounds it to whole refreshes by `refreshes_for`."""

    ms: float = Field(ge=0, le=600_000)


class Refreshes(Part):
    """A duration meant in whole screen refreshes, whatever the display's rate."""

    refreshes: int = Field(ge=0, le=10_000)


Duration = Milliseconds | Refreshes


def refreshes_for(duration: Duration, refresh_hz: float) -> int:
    """Return how many whole refreshes show `duration` on a display of `refresh_hz`.

    Time is rounded to the nearest refresh, halves up, and anything above zero gets at least one: 16.7 ms is 1 refresh
    at 60 Hz and 2 at 120 and at 144 Hz. The player follows the same rule (`tests/contract/refreshes.json`).
    """
    if isinstance(duration, Refreshes):
        return duration.refreshes
    if duration.ms == 0:
        return 0
    return max(1, int(duration.ms * refresh_hz / 1000 + 0.5))


class Word(Part):
    """A text the player renders to a bitmap before the round. Its length in characters is the same in both versions."""

    kind: Literal["word"] = "word"
    id: Identifier
    text: str


class Picture(Part):
    """A picture fetched by its opaque id. `bytes` is the padded size, the same for every picture of every plan."""

    kind: Literal["picture"] = "picture"
    id: Identifier
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int
    width: int
    height: int


Asset = Annotated[Word | Picture, Field(discriminator="kind")]


class MaskedWordsTiming(Part):
    """Fixation, mask, cue, trait, then a visible string until the answer or `answer_within`; a pause."""

    fixation: Duration
    mask: Duration
    cue: Duration
    trait: Duration
    answer_within: Milliseconds
    pause: Duration


class VisibleWordsTiming(Part):
    """Fixation, cue, then the trait or lure until the answer or `answer_within`; a pause."""

    fixation: Duration
    cue: Duration
    answer_within: Milliseconds
    pause: Duration


class FacesTiming(Part):
    """The cue stands in one field until it is tapped or `answer_within`; then the face for `face`; a pause."""

    fixation: Duration
    answer_within: Milliseconds
    face: Duration
    pause: Duration


class MaskedWordsStep(Part):
    """`cue` and `trait` flash behind `mask`; `target` is the string to judge; `correct` is the right side."""

    id: Identifier
    cue: Identifier
    trait: Identifier
    target: Identifier
    correct: Side
    exposure: bool


class VisibleWordsStep(Part):
    """`cue`, then `trait` (a word or a lure) to judge."""

    id: Identifier
    cue: Identifier
    trait: Identifier
    correct: Side
    exposure: bool


class FacesStep(Part):
    """`cue` (a picture or a name) stands in field `cell` (0 top left, 1 top right, 2 bottom left, 3 bottom right)."""

    id: Identifier
    cell: int = Field(ge=0, le=3)
    cue: Identifier
    face: Identifier
    exposure: bool


class RoundBase(Part):
    """What all rounds share. Practice rounds give feedback, hold no exposure and belong to no dose."""

    id: Identifier
    practice: bool
    repeats_at_most: int = Field(ge=0, le=10, description="how often one failed exposure is shown again")
    rest_at_least: Milliseconds


class MaskedWordsRound(RoundBase):
    """A round of masked words. `timing_visible` replaces `timing`, and no mask is shown, on the visible-only path."""

    task: Literal["masked-words"] = "masked-words"
    mask: Identifier
    timing: MaskedWordsTiming
    timing_visible: MaskedWordsTiming
    steps: tuple[MaskedWordsStep, ...]


class VisibleWordsRound(RoundBase):
    """A round of visible words."""

    task: Literal["visible-words"] = "visible-words"
    timing: VisibleWordsTiming
    steps: tuple[VisibleWordsStep, ...]


class FacesRound(RoundBase):
    """A round of faces in a grid of two by two fields."""

    task: Literal["faces"] = "faces"
    timing: FacesTiming
    steps: tuple[FacesStep, ...]


Round = Annotated[MaskedWordsRound | VisibleWordsRound | FacesRound, Field(discriminator="task")]


class Keys(Part):
    """Which side means a word, and the key of each side (a `KeyboardEvent.key`, lower case)."""

    word: Side
    left: str
    right: str


class Appearance(Part):
    """Colours of the stimulus canvas, the same in light and dark themes, as `#rrggbb`."""

    background: str = Field(pattern=r"^#[0-9a-f]{6}$")
    ink: str = Field(pattern=r"^#[0-9a-f]{6}$")


class DeviceRules(Part):
    """What a display must do, and whether a miss only warns, shows words visibly only, or stops."""

    refreshes: int = Field(120, ge=30, le=600, description="refreshes to measure")
    slowest_hz: float = 50
    jitter_ms: float = Field(4.0, description="largest accepted standard deviation of refresh gaps")
    narrowest_px: int = 300
    on_miss: Literal["warn", "visible-only", "stop"] = "visible-only"


class TaskTexts(Part):
    """What the person reads before a task; the same in both versions. `left` and `right` label the two buttons."""

    title: str
    instruction: str
    left: str = ""
    right: str = ""


class TrainingPlan(Part):
    """All that one browser needs for one training session; deterministic in pack, version, cues, seed and number."""

    format: Literal[1] = 1
    id: Identifier
    session: int = Field(ge=1)
    language: str
    minutes: int = Field(description="expected length, rests included")
    visible_only: bool
    appearance: Appearance
    keys: Keys
    device: DeviceRules
    texts: dict[TaskName, TaskTexts]
    assets: tuple[Asset, ...]
    rounds: tuple[Round, ...]

    def exposures(self) -> frozenset[str]:
        """Return the ids of all steps that count as planned exposures of the delivered dose."""
        return frozenset(step.id for round_ in self.rounds for step in round_.steps if step.exposure)
