"""The rounds of a training session: the tasks alternate, round by round.

Nothing here knows the version. The rules kept, in every round and for every seed: as many words as non-words, as many
self as other cues, fields used equally often (to one), no word and no face twice in a row; and every trait equally
often in the session (to one). Which cue comes before a trait says nothing of the right answer.
"""

from __future__ import annotations

from itertools import chain

from daybreak.core.plan import Round
from daybreak.core.plan_faces import faces, faces_practice
from daybreak.core.plan_order import Hand
from daybreak.core.plan_words import masked_practice, masked_words, visible_practice, visible_words


def draw_rounds(hand: Hand) -> tuple[Round, ...]:
    """Draw all rounds: the tasks take turns, and a task's practice comes right before its first round."""
    traits = hand.deck("trait", hand.pack.words.traits)
    practice = (masked_practice(hand), visible_practice(hand), faces_practice(hand))
    # Masked words are drawn to their end before visible words begin, so that one deck of traits serves both in order.
    rounds = tuple(tuple(drawn) for drawn in (masked_words(hand, traits), visible_words(hand, traits), faces(hand)))
    first, *later = zip(*rounds, strict=True)
    begun = chain.from_iterable((*before, drawn) for before, drawn in zip(practice, first, strict=True))
    return (*begun, *chain.from_iterable(later))
