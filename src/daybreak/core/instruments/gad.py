"""GAD-7: anxiety by self-report, seven items of 0 to 3.

Spitzer, Kroenke, Williams and Lowe, Arch Intern Med 2006;166:1092-1097. Total 0 to 21; bands from 5, 10 and 15. One or
two missing items are stood in for by the mean of the others (instruction manual of PHQ and GAD-7).
"""

from __future__ import annotations

from daybreak.core.instruments.instrument import Band, Instrument, Licence, Score
from daybreak.core.instruments.item import Item
from daybreak.core.instruments.levels import HOW_OFTEN
from daybreak.core.instruments.scoring import sum_filled_in

WORDS = {
    "nervous": ("I was nervous", "Estuve nervioso o nerviosa"),
    "cannot_stop": ("Once I worried I could not stop", "Cuando me preocupaba no podía parar"),
    "worry": ("I worried about many things", "Me preocupé por muchas cosas"),
    "relaxing": ("I could not relax", "No pude relajarme"),
    "restless": ("I could not sit still", "No pude estarme quieto o quieta"),
    "irritable": ("Small things annoyed me", "Me molestaban cosas pequeñas"),
    "afraid": ("I had fear, as before bad news", "Tuve miedo, como antes de una mala noticia"),
}

GAD_7 = Instrument(
    key="gad-7",
    title="Anxiety, by self-report (GAD-7)",
    by="participant",
    items=tuple(Item(key, {"en": en, "es": es}, choices=HOW_OFTEN) for key, (en, es) in WORDS.items()),
    scores=(
        Score(
            "total",
            sum_filled_in(*WORDS, may_miss=2),
            0,
            21,
            bands=(Band(0, "minimal"), Band(5, "mild"), Band(10, "moderate"), Band(15, "severe")),
        ),
    ),
    recalls=("14d", "7d", "1d"),
    licence=Licence("Pfizer", "free to reproduce by the owner's statement", "Arch Intern Med 2006;166:1092"),
)
