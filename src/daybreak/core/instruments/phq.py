"""PHQ-9: depression by self-report, nine items of 0 to 3; and the added question how hard life was.

Kroenke, Spitzer and Williams, J Gen Intern Med 2001;16:606-613. Total 0 to 27; bands from 5, 10, 15 and 20. One or two
missing items are stood in for by the mean of the others (instruction manual of PHQ and GAD-7). Remission is below 5.
"""

from __future__ import annotations

from daybreak.core.instruments.instrument import Band, Instrument, Licence, Score
from daybreak.core.instruments.item import Item
from daybreak.core.instruments.levels import HOW_MUCH, HOW_OFTEN
from daybreak.core.instruments.scoring import sum_filled_in

WORDS = {
    "interest": ("I took no pleasure in what I did", "No disfruté de lo que hacía"),
    "low_mood": ("I felt low or without hope", "Me sentí decaído, decaída o sin esperanza"),
    "sleep": ("I slept badly, or far too much", "Dormí mal, o demasiado"),
    "energy": ("I was tired", "Estuve cansado o cansada"),
    "appetite": ("I ate too little or too much", "Comí muy poco o demasiado"),
    "self_view": ("I felt that I had failed", "Sentí que había fracasado"),
    "concentration": (
        "I could not keep my mind on what I read or watched",
        "No pude concentrarme en lo que leía o veía",
    ),
    "moving": ("Others could see that I was slow, or restless", "Los demás notaban que iba lento o estaba inquieto"),
    "suicidal_thoughts": (
        "I thought of dying, or of doing harm to my body",
        "Pensé en morir, o en dañar mi cuerpo",
    ),
}

PHQ_9 = Instrument(
    key="phq-9",
    title="Depression, by self-report (PHQ-9)",
    by="participant",
    items=(
        *(Item(key, {"en": en, "es": es}, choices=HOW_OFTEN) for key, (en, es) in WORDS.items()),
        Item(
            "difficulty",
            {"en": "How hard did this make your daily life?", "es": "¿Cuánto le dificultó esto la vida diaria?"},
            choices=HOW_MUCH,
            when=" or ".join(f"{key} >= 1" for key in WORDS),
            required=False,
        ),
    ),
    scores=(
        Score(
            "total",
            sum_filled_in(*WORDS, may_miss=2),
            0,
            27,
            bands=(
                Band(0, "minimal"),
                Band(5, "mild"),
                Band(10, "moderate"),
                Band(15, "moderately severe"),
                Band(20, "severe"),
            ),
            remission=4,
        ),
    ),
    recalls=("14d", "7d", "1d"),
    licence=Licence("Pfizer", "free to reproduce by the owner's statement", "J Gen Intern Med 2001;16:606"),
)
