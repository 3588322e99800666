"""The rounds of the faces task. Nothing here knows the version; `core/plan_rounds.py` states the rules kept."""

from __future__ import annotations

from collections.abc import Iterator

from daybreak.core.chance import Chance, Deck, passes
from daybreak.core.pack_tasks import CueKind
from daybreak.core.plan import FacesRound, FacesStep
from daybreak.core.plan_order import OWN_CUES, Hand, Slot, cue_kinds, halves, practice_halves, round_facts, step_id

FIELDS = 4


def faces(hand: Hand) -> Iterator[FacesRound]:
    """Draw the rounds of faces; half of the steps show an own cue and are exposures."""
    task, strangers = hand.pack.tasks.faces, hand.people.strangers
    chance = hand.chance(task.name)
    corners = chance.shuffled(range(FIELDS))
    cues = {True: _own_cues(hand), False: _other_cues(hand)}
    answers = {is_self: Deck(strangers, hand.chance(f"{task.name}: answers {is_self}")) for is_self in (True, False)}
    stranger = None
    for number in range(1, task.rounds + 1):
        fields = round_fields(corners, number, task.steps // 2, chance)
        steps = []
        for step, is_self in enumerate(halves(chance, task.steps), start=1):
            stranger = answers[is_self].deal(unlike=stranger)
            steps.append(
                FacesStep(
                    id=step_id(task, number, step),
                    cell=next(fields[is_self]),
                    cue=hand.slots.id(next(cues[is_self])),
                    face=hand.slots.id(Slot("after-self" if is_self else "after-other", stranger)),
                    exposure=is_self,
                )
            )
        yield FacesRound(**round_facts(task, number), timing=task.timing, steps=tuple(steps))


def faces_practice(hand: Hand) -> Iterator[FacesRound]:
    """Draw the practice round of faces, if there is one: other people's names and calm strangers."""
    task = hand.pack.tasks.faces
    chance = hand.chance(f"{task.name}: practice people")
    names, strangers = Deck(range(task.others), chance), Deck(hand.people.strangers, chance)
    fields = passes(range(FIELDS), chance)
    steps = tuple(
        FacesStep(
            id=step_id(task, 0, step),
            cell=next(fields),
            cue=hand.slots.id(Slot("other-name", names.deal())),
            face=hand.slots.id(Slot("after-other", strangers.deal())),
            exposure=False,
        )
        for step, _ in enumerate(practice_halves(hand, task), start=1)
    )
    if steps:
        yield FacesRound(**round_facts(task, 0), timing=task.timing, steps=steps)


def round_fields(corners: list[int], number: int, half: int, chance: Chance) -> dict[bool, Iterator[int]]:
    """Draw the fields of round `number` (from 1) for its `half` self and `half` other steps.

    What is left over after whole fours goes to the corners in turn, self first, so that the fields of a round, and
    those of the self and of the other steps over four rounds, are used equally often (to one).
    """
    whole, over = divmod(half, FIELDS)
    start = (number - 1) * over
    drawn = []
    for first in (start, start + over):
        extra = [corners[(first + at) % FIELDS] for at in range(over)]
        drawn.append(iter(chance.shuffled([*corners * whole, *extra])))
    return {True: drawn[0], False: drawn[1]}


def _own_cues(hand: Hand) -> Iterator[Slot]:
    return map(
        OWN_CUES.__getitem__, passes(cue_kinds(hand, hand.pack.tasks.faces.cues), hand.chance("faces: own cues"))
    )


def _other_cues(hand: Hand) -> Iterator[Slot]:
    """Deal other people's cues, pictures and names as often as the person's own."""
    task, chance = hand.pack.tasks.faces, hand.chance("faces: other cues")
    pictures, names = Deck(range(task.others), chance), Deck(range(task.others), chance)

    def show(kind: CueKind) -> Slot:
        return Slot("other-portrait", pictures.deal()) if kind == "portrait" else Slot("other-name", names.deal())

    return map(show, passes(cue_kinds(hand, task.cues), chance))
