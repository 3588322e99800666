"""What the order of a training session is drawn from: seed, slots, and who takes which part.

Nothing here knows the version. Steps name *slots* ("trait 17", "the person's own portrait"); `core/plan_maker.py` says
what a slot shows in a version. A slot becomes an opaque asset id from the person's seed alone. `core/plan_rounds.py`
draws the rounds.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from daybreak.core.chance import Chance, Deck
from daybreak.core.errors import PackError
from daybreak.core.pack import Pack
from daybreak.core.pack_tasks import CueKind, TaskBase
from daybreak.core.plan import DeviceRules, Side

Kind = TypeVar("Kind", bound=CueKind)
WordSlot = Literal[
    "self-word",
    "first-name",
    "fact",
    "other-name",
    "trait",
    "lure",
    "target-word",
    "target-string",
    "practice-word",
    "practice-string",
    "practice-lure",
    "mask",
]
PictureSlot = Literal["own-portrait", "other-portrait", "after-self", "after-other"]
DEVICE = DeviceRules()
OTHER_SIDE: dict[Side, Side] = {"left": "right", "right": "left"}
PICTURE_SLOTS: tuple[PictureSlot, ...] = get_args(PictureSlot)


class Slot(NamedTuple):
    """A place that a word or a picture takes in a plan, whatever it shows."""

    kind: WordSlot | PictureSlot
    number: int = 0


OWN_CUES: dict[CueKind, Slot] = {
    "self-word": Slot("self-word"),
    "first-name": Slot("first-name"),
    "portrait": Slot("own-portrait"),
}


@dataclass(frozen=True)
class PlanOrder:
    """Which plan is wanted.

    Args:
        seed: the person's secret seed, the same for all their sessions.
        session: the session's number, from 1.
        practice: whether practice rounds come before the first round of each task.
        visible_only: whether nothing may flash behind a mask.
        device: what the display must do.
    """

    seed: bytes
    session: int
    practice: bool = False
    visible_only: bool = False
    device: DeviceRules = DEVICE


class Slots:
    """Gives every slot its opaque asset id and remembers which slots a plan uses."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._ids: dict[Slot, str] = {}

    def id(self, slot: Slot) -> str:
        """Return the asset id of `slot`: the same for the same seed, whatever the session and the version."""
        if slot not in self._ids:
            letter = "p" if slot.kind in PICTURE_SLOTS else "w"
            digest = hmac.digest(self._seed, f"slot:{slot.kind}:{slot.number}".encode(), "sha256")
            self._ids[slot] = f"{letter}-{digest[:8].hex()}"
        return self._ids[slot]

    def used(self) -> dict[str, Slot]:
        """Return asset id -> slot for every slot asked for, in the order of the ids, which tells nothing."""
        return {asset: slot for slot, asset in sorted(self._ids.items(), key=lambda item: item[1])}


@dataclass(frozen=True)
class People:
    """Who takes which part, as places in the list of faces; the parts share nobody.

    `others` give cues, `stand_in` takes the place of the person in the sham version, `strangers` answer.
    """

    others: tuple[int, ...]
    stand_in: int
    strangers: tuple[int, ...]


def draw_people(faces: int, pack: Pack, order: PlanOrder) -> People:
    """Draw who takes which part: others and stand-in for good, strangers in turn over the sessions.

    Raises:
        PackError: the face set has too few people.
    """
    task = pack.tasks.faces
    if faces < task.people:
        raise PackError(
            f"the faces task needs {task.people} different people, the face set has {faces}.",
            where=pack.name,
            remedy="Add people to the face set, or lower 'others' or 'strangers' in the pack.",
        )
    drawn = Chance(order.seed, "people").shuffled(range(faces))
    pool = drawn[task.others + 1 :]
    start = (order.session - 1) * task.strangers
    strangers = tuple(pool[(start + at) % len(pool)] for at in range(task.strangers))
    return People(tuple(drawn[: task.others]), drawn[task.others], strangers)


def plan_id(order: PlanOrder) -> str:
    """Return the plan's id: opaque, different for each person, session and set of options."""
    options = f"plan:{order.session}:{order.practice}:{order.visible_only}"
    return f"plan-{hmac.digest(order.seed, options.encode(), 'sha256')[:8].hex()}"


def word_side(seed: bytes) -> Side:
    """Draw which side means "word"; it stays the same over a person's sessions."""
    return Chance(seed, "word side").pick(("left", "right"))


@dataclass(frozen=True)
class Hand:
    """What the drawing of one session's order may use; of the person's cues only how many there are."""

    pack: Pack
    order: PlanOrder
    people: People
    facts: int
    has_portrait: bool
    slots: Slots
    word: Side

    def chance(self, label: str) -> Chance:
        """Return the stream of draws called `label` for this session."""
        return Chance(self.order.seed, f"session {self.order.session}: {label}")

    def deck(self, kind: WordSlot, things: Sequence[object]) -> Deck[Slot]:
        """Return a deck with one slot of `kind` per thing."""
        return Deck([Slot(kind, index) for index in range(len(things))], self.chance(kind))

    def side(self, is_word: bool) -> Side:
        """Return the side of the right answer to something that is a word, or is none."""
        return self.word if is_word else OTHER_SIDE[self.word]


def cue_kinds(hand: Hand, weights: Mapping[Kind, int]) -> list[CueKind]:
    """Return the kinds of cues this person has, each as often as it weighs; the first name if there is none."""
    has = {"fact": hand.facts > 0, "portrait": hand.has_portrait}
    kinds: list[CueKind] = [kind for kind, weight in weights.items() if has.get(kind, True) for _ in range(weight)]
    return kinds or ["first-name"]


def halves(chance: Chance, steps: int) -> list[bool]:
    """Draw `steps` (an even number) answers, half of them true, in shuffled fours: at most four of a kind in a row."""
    fours = [chance.shuffled((True, True, False, False)) for _ in range(steps // 4)]
    rest = chance.shuffled((True, False)) if steps % 4 else []
    return [kind for four in [*fours, rest] for kind in four]


def practice_halves(hand: Hand, task: TaskBase) -> list[bool]:
    """Draw the answers of a task's practice steps; none where the plan has no practice."""
    return halves(hand.chance(f"{task.name}: practice"), task.practice_steps) if hand.order.practice else []


def round_facts(task: TaskBase, number: int) -> dict[str, Any]:
    """Return what every round of `task` says of itself; number 0 is practice."""
    return {
        "id": f"{task.name}-{number or 'practice'}",
        "practice": number == 0,
        "repeats_at_most": task.repeats_at_most if number else 0,
        "rest_at_least": task.rest_at_least,
    }


def step_id(task: TaskBase, number: int, step: int) -> str:
    """Return the id of a step of a round, counted from 1; round number 0 is practice."""
    return f"{task.name}-{number or 'practice'}-{step:02}"
