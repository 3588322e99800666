"""Rosenberg's scale of self-esteem: ten items of 0 to 3, five of them turned round.

Rosenberg, Society and the Adolescent Self-Image, Princeton 1965. Total 0 to 30, more is better; it needs all ten items.
"""

from __future__ import annotations

from daybreak.core.instruments.instrument import Answers, Instrument, Licence, Score
from daybreak.core.instruments.item import Item
from daybreak.core.instruments.levels import AGREE
from daybreak.core.instruments.scoring import numbers

WORDS = {
    "worth": ("I matter as much as anyone else", "Importo tanto como cualquiera"),
    "qualities": ("There is much good in me", "Tengo muchas cosas buenas"),
    "failure": ("When I look back, little went well for me", "Cuando miro atrás, pocas cosas me salieron bien"),
    "able": ("What others can do, I can mostly do too", "Lo que otros saben hacer, yo también suelo saber hacerlo"),
    "nothing_proud": ("It is hard to name a thing I did well", "Me cuesta nombrar algo que haya hecho bien"),
    "positive": ("I think well of myself", "Pienso bien de mí"),
    "satisfied": ("I like who I am", "Me gusta ser quien soy"),
    "respect": ("I should value myself more than I do", "Debería valorarme más de lo que me valoro"),
    "useless": ("Some days I do not see what use I am", "Hay días en que no veo para qué sirvo"),
    "no_good": ("Now and then I find nothing good in me", "De vez en cuando no encuentro nada bueno en mí"),
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
