"""The rounds of the two word tasks. Nothing here knows the version; `core/plan_rounds.py` states the rules kept."""

from __future__ import annotations

from collections.abc import Iterator

from daybreak.core.chance import Deck, passes
from daybreak.core.pack_tasks import CueKind, MaskedWords, VisibleWords
from daybreak.core.plan import MaskedWordsRound, MaskedWordsStep, VisibleWordsRound, VisibleWordsStep
from daybreak.core.plan_order import OWN_CUES, Hand, Slot, cue_kinds, halves, practice_halves, round_facts, step_id


def word_cues(hand: Hand, task: MaskedWords | VisibleWords, use: str) -> Iterator[str]:
    """Deal the person's cues for a word task by the pack's weights, without end; facts take turns.

    Each `use`, before words or before others, has a stream of its own, so that both get the same mix of cues.
    """
    facts = passes(range(hand.facts), hand.chance(f"{task.name}: facts {use}"))

    def show(kind: CueKind) -> str:
        return hand.slots.id(Slot("fact", next(facts)) if kind == "fact" else OWN_CUES[kind])

    return map(show, passes(cue_kinds(hand, task.cues), hand.chance(f"{task.name}: cues {use}")))


def _cues(hand: Hand, task: MaskedWords | VisibleWords) -> dict[bool, Iterator[str]]:
    return {True: word_cues(hand, task, "before words"), False: word_cues(hand, task, "before others")}


def masked_words(hand: Hand, traits: Deck[Slot]) -> Iterator[MaskedWordsRound]:
    """Draw the rounds of masked words; every step is an exposure."""
    task, words = hand.pack.tasks.masked_words, hand.pack.words
    chance, cues = hand.chance(task.name), _cues(hand, task)
    targets = {
        True: hand.deck("target-word", words.target_words),
        False: hand.deck("target-string", words.target_strings),
    }
    for number in range(1, task.rounds + 1):
        steps = tuple(
            MaskedWordsStep(
                id=step_id(task, number, step),
                cue=next(cues[is_word]),
                trait=hand.slots.id(traits.deal()),
                target=hand.slots.id(targets[is_word].deal()),
                correct=hand.side(is_word),
                exposure=True,
            )
            for step, is_word in enumerate(halves(chance, task.steps), start=1)
        )
        yield _masked_round(hand, number, steps)


def masked_practice(hand: Hand) -> Iterator[MaskedWordsRound]:
    """Draw the practice round of masked words, if there is one: neutral words that are used nowhere else."""
    task, words = hand.pack.tasks.masked_words, hand.pack.words
    neutral = hand.deck("practice-word", words.practice_words)
    strings = hand.deck("practice-string", words.practice_strings)
    steps = tuple(
        MaskedWordsStep(
            id=step_id(task, 0, step),
            cue=hand.slots.id(neutral.deal()),
            trait=hand.slots.id(neutral.deal()),
            target=hand.slots.id(neutral.deal() if is_word else strings.deal()),
            correct=hand.side(is_word),
            exposure=False,
        )
        for step, is_word in enumerate(practice_halves(hand, task), start=1)
    )
    if steps:
        yield _masked_round(hand, 0, steps)


def _masked_round(hand: Hand, number: int, steps: tuple[MaskedWordsStep, ...]) -> MaskedWordsRound:
    task = hand.pack.tasks.masked_words
    return MaskedWordsRound(
        **round_facts(task, number),
        mask=hand.slots.id(Slot("mask")),
        timing=task.timing,
        timing_visible=task.timing_visible,
        steps=steps,
    )


def visible_words(hand: Hand, traits: Deck[Slot]) -> Iterator[VisibleWordsRound]:
    """Draw the rounds of visible words; cues come before lures too, or the cue would give the answer away."""
    task = hand.pack.tasks.visible_words
    chance, cues = hand.chance(task.name), _cues(hand, task)
    shown = {True: traits, False: hand.deck("lure", hand.pack.words.lures)}
    for number in range(1, task.rounds + 1):
        steps = tuple(
            VisibleWordsStep(
                id=step_id(task, number, step),
                cue=next(cues[is_word]),
                trait=hand.slots.id(shown[is_word].deal()),
                correct=hand.side(is_word),
                exposure=is_word,
            )
            for step, is_word in enumerate(halves(chance, task.steps), start=1)
        )
        yield VisibleWordsRound(**round_facts(task, number), timing=task.timing, steps=steps)


def visible_practice(hand: Hand) -> Iterator[VisibleWordsRound]:
    """Draw the practice round of visible words, if there is one."""
    task, words = hand.pack.tasks.visible_words, hand.pack.words
    neutral = hand.deck("practice-word", words.practice_words)
    lures = hand.deck("practice-lure", words.practice_lures)
    steps = tuple(
        VisibleWordsStep(
            id=step_id(task, 0, step),
            cue=hand.slots.id(neutral.deal()),
            trait=hand.slots.id(neutral.deal() if is_word else lures.deal()),
            correct=hand.side(is_word),
            exposure=False,
        )
        for step, is_word in enumerate(practice_halves(hand, task), start=1)
    )
    if steps:
        yield VisibleWordsRound(**round_facts(task, 0), timing=task.timing, steps=steps)
