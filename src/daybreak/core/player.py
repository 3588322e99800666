"""What the server answers a player; the other half of the contract in `core/plan.py` and `core/records.py`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from daybreak.core.iat_plan import ImplicitPlan
from daybreak.core.plan import TrainingPlan


class Answer(BaseModel):
    """Base of the server's answers: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


class SittingAnswer(Answer):
    """A sitting was opened. The player begins with round number `first_round`, counted from 0 in `plan.rounds`.

    `padding` brings every answer to the same size class, so that its length tells nothing.
    """

    sitting: str
    chain_start: str
    plan: TrainingPlan
    first_round: int = Field(ge=0)
    began: Literal["fresh", "resumed"]
    sessions: int = Field(description="how many training sessions the study plans for this person")
    lease_seconds: int = Field(description="the sitting is held this long after the last word from its player")
    closes_at: str = Field(description="ISO 8601 with offset: no new sitting after this")
    padding: str


class ImplicitAnswer(Answer):
    """A sitting of an implicit association test was opened; as `SittingAnswer`, with the test's own plan."""

    sitting: str
    chain_start: str
    plan: ImplicitPlan
    first_round: int = Field(ge=0)
    began: Literal["fresh", "resumed"]
    lease_seconds: int
    closes_at: str = Field(description="ISO 8601 with offset: no new sitting after this")


class ChunkAnswer(Answer):
    """Chunk numbers up to `acknowledged` are stored. `held` is false once another window took the session over."""

    acknowledged: int = Field(ge=0)
    held: bool


class LeaseAnswer(Answer):
    """Whether this sitting is still the one that may play."""

    held: bool


class Problem(Answer):
    """A refusal, after RFC 9457: a stable `code`, one plain sentence, and for chunks the number that is awaited."""

    code: str
    detail: str
    awaited: int | None = None


class PlayerTexts(Answer):
    """Every sentence the player can show outside the tasks; one table per language in content/locale/."""

    device_checking: str
    device_ok: str
    device_warn: str
    device_visible_only: str
    device_stop: str
    device_power_saving: str
    device_hidden: str
    device_narrow: str
    begin: str
    ready: str
    practice: str
    practice_done: str
    right: str
    other_key: str
    faster: str
    rest: str
    rest_progress: str = Field(description="with {done} and {total}")
    keep_going: str
    pause: str
    paused: str
    resume: str
    leave: str
    leave_question: str
    leave_safe: str
    stay: str
    welcome_back: str
    saving: str
    saved: str
    offline: str
    thanks: str
    next_steps: str
    back_to_today: str
    open_elsewhere: str
    play_here: str
    taken_over: str
    closed: str
    trouble: str
    try_again: str
    help: str


class ImplicitTexts(Answer):
    """What an implicit association test says beside `PlayerTexts`; one table `[implicit]` per language."""

    title: str
    part: str = Field(description="with {number} and {total}")
    sides: str = Field(description="with {left} and {right}; heard, not seen")
    either: str = Field(description="stands between two categories of one side")
    how: str
    cross: str
    quick: str
    turned: str
    wrong: str = Field(description="what the red cross is called for a screen reader")
    leave_safe: str = Field(description="in place of the player's own")
    thanks: str = Field(description="in place of the player's own")


class PortraitTexts(Answer):
    """Every sentence of the portrait page; one table `[portrait]` per language in content/locale/."""

    title: str
    intro: str
    who_can_see: str
    tips: str
    use_camera: str
    choose_photo: str
    drop_here: str
    back: str
    starting: str
    camera_label: str = Field(description="says what the live picture is, for a screen reader")
    take: str
    hint_no_face: str
    hint_closer: str
    hint_farther: str
    hint_centre: str
    hint_dark: str
    hint_bright: str
    hint_good: str
    camera_refused: str
    camera_missing: str
    checking: str
    picture_label: str = Field(description="says what the finished picture is, for a screen reader")
    review: str
    no_face: str
    no_face_again: str = Field(description="after several tries: the picture may be used all the same")
    use: str
    use_anyway: str
    retake: str
    saving: str
    saved: str
    go_on: str
    current: str
    keep: str
    delete: str
    delete_question: str
    delete_yes: str
    delete_no: str
    deleted: str
    not_a_picture: str
    heic: str
    too_large: str
    too_small: str
    too_even: str
    trouble: str
