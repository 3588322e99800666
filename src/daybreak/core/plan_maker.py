"""The plan maker: a training plan from pack, faces, version, cues and seed.

    order     which step comes when: drawn without the version (`plan_order.py`, `plan_rounds.py`)
    contents  what each slot shows: the only thing that depends on the version (here)

So two plans that differ in the version alone differ only in the texts of words (same lengths) and in the checksums of
pictures (same sizes). Besides the vault, this is the only place that knows the version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from daybreak.core.chance import Chance
from daybreak.core.cues import Cues, stand_ins
from daybreak.core.face import PICTURE_SIDE, Expression, Face
from daybreak.core.pack import Pack
from daybreak.core.picture import PICTURE_BYTES
from daybreak.core.plan import Asset, Keys, Picture, Side, TaskName, TaskTexts, TrainingPlan, Word
from daybreak.core.plan_order import (
    OTHER_SIDE,
    PICTURE_SLOTS,
    Hand,
    People,
    PlanOrder,
    Slot,
    Slots,
    WordSlot,
    draw_people,
    plan_id,
    word_side,
)
from daybreak.core.plan_rounds import draw_rounds
from daybreak.core.session_length import expected_minutes
from daybreak.core.study import Version

__all__ = [
    "Cues",
    "DispensedPlan",
    "FacePicture",
    "OwnPortrait",
    "PictureBook",
    "PictureSource",
    "PlanOrder",
    "make_plan",
]

FLASHED: tuple[WordSlot, ...] = ("self-word", "first-name", "fact", "trait", "practice-word")
MASK_AT_LEAST = 10


class OwnPortrait(BaseModel):
    """The person's own portrait."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Literal["own-portrait"] = "own-portrait"


class FacePicture(BaseModel):
    """A picture of the face set."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Literal["face"] = "face"
    identity: str
    expression: Expression


PictureSource = Annotated[OwnPortrait | FacePicture, Field(discriminator="kind")]
PictureBook: TypeAdapter[dict[str, PictureSource]] = TypeAdapter(dict[str, PictureSource])
Seal = Callable[[str, PictureSource], str]


@dataclass(frozen=True)
class DispensedPlan:
    """A plan for the browser, and its picture book: asset id -> source. The book unblinds; only the vault keeps it."""

    plan: TrainingPlan
    pictures: dict[str, PictureSource]


def make_plan(
    pack: Pack, faces: Sequence[Face], version: Version, cues: Cues, order: PlanOrder, seal: Seal
) -> DispensedPlan:
    """Make one training plan; equal arguments give an equal plan.

    Args:
        pack: the pack in the person's language.
        faces: the face set, always in the same order for one person.
        version: the reading; it changes contents only, never order, counts, timings, ids or sizes.
        cues: what the person typed, and whether there is a portrait; without one, names stand in.
        order: seed, session number and options.
        seal: returns the SHA-256, in hex, of the padded picture of an asset id (`core/picture.py`).

    Raises:
        PackError: the face set has too few people for the pack.
    """
    people = draw_people(len(faces), pack, order)
    slots, word = Slots(order.seed), word_side(order.seed)
    rounds = draw_rounds(Hand(pack, order, people, len(cues.facts), cues.has_portrait, slots, word))
    used = slots.used()
    pictures = {
        asset: picture_source(slot, version, people, faces)
        for asset, slot in used.items()
        if slot.kind in PICTURE_SLOTS
    }
    texts = slot_texts(pack, version, cues, order.seed)
    texts[Slot("mask")] = mask_text(pack.mask, (texts[slot] for slot in used.values() if slot.kind in FLASHED))
    words = {asset: texts[slot] for asset, slot in used.items() if asset not in pictures}
    plan = TrainingPlan(
        id=plan_id(order),
        session=order.session,
        language=pack.language,
        minutes=expected_minutes(pack, order.practice),
        visible_only=order.visible_only,
        appearance=pack.appearance,
        keys=Keys(word=word, left=pack.keys.left, right=pack.keys.right),
        device=order.device,
        texts=task_texts(pack, word),
        assets=_assets(pictures, words, seal),
        rounds=rounds,
    )
    return DispensedPlan(plan, pictures)


def slot_texts(pack: Pack, version: Version, cues: Cues, seed: bytes) -> dict[Slot, str]:
    """Return what every word slot reads in `version`, but for the mask.

    Names are drawn from the seed alone, so the stand-ins for the person's own name and facts stay the same over all
    their sessions. The names of others are as long as the first name, or length would tell them apart.
    """
    words, names = pack.words, Chance(seed, "names")
    stranger, *others = stand_ins(cues.first_name, pack.tasks.faces.others + 1, words.names, cues.facts, names)
    taken = {cues.first_name, *cues.facts, stranger, *others}
    facts = [stand_ins(fact, 1, words.names, taken, names)[0] for fact in cues.facts]
    lists: dict[WordSlot, Sequence[str]] = {
        "self-word": [words.self_word.reading(version)],
        "first-name": [cues.first_name if version == "active" else stranger],
        "fact": cues.facts if version == "active" else facts,
        "other-name": others,
        "trait": [pair.reading(version) for pair in words.traits],
        "lure": words.lures,
        "target-word": words.target_words,
        "target-string": words.target_strings,
        "practice-word": words.practice_words,
        "practice-string": words.practice_strings,
        "practice-lure": words.practice_lures,
    }
    return {Slot(kind, index): text for kind, texts in lists.items() for index, text in enumerate(texts)}


def mask_text(pattern: str, flashed: Iterable[str]) -> str:
    """Return `pattern` repeated to cover the longest text that flashes behind the mask."""
    length = max(MASK_AT_LEAST, *(len(text) for text in flashed))
    return (pattern * length)[:length]


def picture_source(slot: Slot, version: Version, people: People, faces: Sequence[Face]) -> PictureSource:
    """Return the picture that a picture slot shows in `version`."""
    match slot.kind:
        case "own-portrait" if version == "active":
            return OwnPortrait()
        case "own-portrait":
            return FacePicture(identity=faces[people.stand_in].identity, expression="neutral")
        case "other-portrait":
            return FacePicture(identity=faces[people.others[slot.number]].identity, expression="neutral")
        case _:
            smiles = slot.kind == "after-self" and version == "active"
            return FacePicture(identity=faces[slot.number].identity, expression="smiling" if smiles else "neutral")


def task_texts(pack: Pack, word: Side) -> dict[TaskName, TaskTexts]:
    """Return what is read before each task, with the keys and the labels of the two sides."""
    sides = {word: pack.buttons.word, OTHER_SIDE[word]: pack.buttons.other}
    keys = {"left": pack.keys.left.upper(), "right": pack.keys.right.upper()}
    return {
        task: TaskTexts(
            title=texts.title,
            instruction=texts.instruction.replace("{word}", keys[word]).replace("{other}", keys[OTHER_SIDE[word]]),
            left="" if task == "faces" else sides["left"],
            right="" if task == "faces" else sides["right"],
        )
        for task, texts in sorted(pack.texts.items())
    }


def _assets(pictures: Mapping[str, PictureSource], words: Mapping[str, str], seal: Seal) -> tuple[Asset, ...]:
    """Return all assets in the order of their ids."""
    drawn: list[Asset] = [Word(id=asset, text=text) for asset, text in sorted(words.items())]
    for asset, source in sorted(pictures.items()):
        seen = Picture(
            id=asset, sha256=seal(asset, source), bytes=PICTURE_BYTES, width=PICTURE_SIDE, height=PICTURE_SIDE
        )
        drawn.append(seen)
    return tuple(drawn)
