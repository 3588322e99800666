"""QIDS-SR16: depression by self-report, sixteen items of 0 to 3 in nine domains.

Rush and colleagues, Biol Psychiatry 2003;54:573-583. Total 0 to 27: the largest of the four sleep items, of the four
on appetite and weight, of the two on restlessness and slowing, and six single items. Within a domain the answers that
are there count; the total needs every domain. Bands: 0-5 none, 6-10 mild, 11-15 moderate,
16-20 severe, 21-27 very severe; remission is 5 or less.
"""

from __future__ import annotations

from daybreak.core.instruments.instrument import Answers, Band, Instrument, Licence, Score
from daybreak.core.instruments.item import Item
from daybreak.core.instruments.levels import HOW_MUCH, HOW_OFTEN
from daybreak.core.instruments.scoring import largest

SLEEP = ("falling_asleep", "waking_at_night", "waking_early", "sleeping_much")
EATING = ("less_appetite", "more_appetite", "weight_loss", "weight_gain")
MOVING = ("slowed", "restless")
SINGLE = ("sadness", "concentration", "self_view", "suicidal_thoughts", "interest", "energy")
DOMAINS = (SLEEP, EATING, MOVING, *((key,) for key in SINGLE))

OFTEN = {
    "falling_asleep": ("It took me more than half an hour to fall asleep", "Tardé más de media hora en dormirme"),
    "waking_at_night": ("I woke up in the night", "Me desperté por la noche"),
    "waking_early": (
        "I woke too early and could not sleep again",
        "Me desperté muy temprano y no pude volver a dormir",
    ),
    "sleeping_much": ("I slept much more than I used to", "Dormí mucho más que antes"),
}
MUCH = {
    "sadness": ("I felt sad", "Me sentí triste"),
    "less_appetite": ("I wanted to eat less than usual", "Tuve menos ganas de comer que de costumbre"),
    "more_appetite": ("I wanted to eat more than usual", "Tuve más ganas de comer que de costumbre"),
    "weight_loss": ("I lost weight", "Perdí peso"),
    "weight_gain": ("I gained weight", "Gané peso"),
    "concentration": ("It was hard to keep my mind on things or to decide", "Me costó concentrarme o decidir"),
    "self_view": ("I thought badly of myself", "Pensé mal de mí"),
    "suicidal_thoughts": ("I thought of death or of ending my life", "Pensé en la muerte o en quitarme la vida"),
    "interest": ("I cared less about people and things", "Me importaron menos las personas y las cosas"),
    "energy": ("I had little energy", "Tuve poca energía"),
    "slowed": ("I thought, spoke or moved more slowly", "Pensé, hablé o me moví más despacio"),
    "restless": ("I could not sit still", "No pude estarme quieto o quieta"),
}
ITEMS = tuple(
    Item(key, {"en": en, "es": es}, choices=levels)
    for words, levels in ((OFTEN, HOW_OFTEN), (MUCH, HOW_MUCH))
    for key, (en, es) in words.items()
)


def total_of(answers: Answers) -> float | None:
    """Return the sum of the nine domains; None if one of them has no answer."""
    found = [largest(*domain)(answers) for domain in DOMAINS]
    return None if None in found else sum(value for value in found if value is not None)


QIDS_SR = Instrument(
    key="qids-sr",
    title="Depression, by self-report (QIDS-SR)",
    by="participant",
    items=ITEMS,
    scores=(
        Score(
            "total",
            total_of,
            0,
            27,
            bands=(Band(0, "none"), Band(6, "mild"), Band(11, "moderate"), Band(16, "severe"), Band(21, "very severe")),
            remission=5,
        ),
    ),
    recalls=("7d", "1d"),
    licence=Licence("UT Southwestern", "terms of the wording unverified", "Biol Psychiatry 2003;54:573"),
)
