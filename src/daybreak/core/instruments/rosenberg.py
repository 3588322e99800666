"""Rosenberg's scale of self-esteem: ten items of 0 to 3, five of them turned round.

Rosenberg, Society and the Adolescent Self-Image, Princeton 1965. Total 0 to 30, more is better; it needs all ten items.
"""

from __future__ import annotations

from daybreak.core.instruments.instrument import Answers, Instrument, Licence, Score
from daybreak.core.instruments.item import Item
from daybreak.core.instruments.levels import AGREE
from daybreak.core.instruments.scoring import numbers

WORDS = {
    "worth": ("I am worth as much as others", "Valgo tanto como los demás"),
    "qualities": ("There is much good in me", "Tengo muchas cosas buenas"),
    "failure": ("All in all I have failed", "En general, he fracasado"),
    "able": ("I manage things as well as most people", "Me las arreglo tan bien como la mayoría"),
    "nothing_proud": ("I have little to be proud of", "Tengo poco de lo que estar orgulloso u orgullosa"),
    "positive": ("I think well of myself", "Pienso bien de mí"),
    "satisfied": ("On the whole I am content with myself", "En general, estoy a gusto conmigo"),
    "respect": ("I wish I thought more highly of myself", "Ojalá me valorara más"),
    "useless": ("At times I feel of no use", "A veces siento que no sirvo"),
    "no_good": ("At times I think I am no good", "A veces pienso que no valgo nada"),
}
TURNED = ("failure", "nothing_proud", "respect", "useless", "no_good")
MOST = 3


def total_of(answers: Answers) -> float | None:
    """Return the sum with the turned items counted from the other end; None if an item is missing."""
    straight = numbers(answers, [key for key in WORDS if key not in TURNED])
    turned = numbers(answers, TURNED)
    if len(straight) + len(turned) < len(WORDS):
        return None
    return float(sum(straight) + sum(MOST - value for value in turned))


SELF_WORTH = Instrument(
    key="self-worth",
    title="Self-esteem, by self-report (Rosenberg)",
    by="participant",
    items=tuple(Item(key, {"en": en, "es": es}, choices=AGREE) for key, (en, es) in WORDS.items()),
    scores=(Score("total", total_of, 0, 30, better="higher"),),
    recalls=("now",),
    licence=Licence("M. Rosenberg's estate", "used freely in research; terms unverified", "Princeton 1965"),
)
