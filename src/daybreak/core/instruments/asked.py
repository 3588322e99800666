"""Our own short questions: expectancy, guesses of the group, the session, treatments, and what staff note at visits."""

from __future__ import annotations

from daybreak.core.instruments.instrument import Instrument, Licence, Score
from daybreak.core.instruments.item import Choice, Item
from daybreak.core.instruments.levels import HOW_MUCH
from daybreak.core.instruments.scoring import largest

GUESSES = (
    Choice(1, {"en": "Ketamine", "es": "Ketamina"}),
    Choice(2, {"en": "Salt water", "es": "Agua con sal"}),
    Choice(3, {"en": "I do not know", "es": "No lo sé"}),
)
VERSIONS = (
    Choice(1, {"en": "The kind meant to help", "es": "El tipo que debe ayudar"}),
    Choice(2, {"en": "The other kind", "es": "El otro tipo"}),
    Choice(3, {"en": "I do not know", "es": "No lo sé"}),
)
SURENESS = Item(
    "sure",
    {"en": "How sure are you, from 0 to 100?", "es": "¿Cuánta seguridad tiene, de 0 a 100?"},
    "whole",
    least=0,
    most=100,
)

EXPECTANCY = Instrument(
    "expectancy",
    "What the person expects",
    "participant",
    owned_wording=False,
    recalls=("now",),
    items=(
        Item(
            "helps",
            {
                "en": "How much do you think the treatment will help you?",
                "es": "¿Cuánto cree que le ayudará el tratamiento?",
            },
            choices=HOW_MUCH,
        ),
        Item(
            "improvement",
            {
                "en": "How much better will you feel in a month, from 0 to 100?",
                "es": "¿Cuánto mejor se sentirá dentro de un mes, de 0 a 100?",
            },
            "whole",
            least=0,
            most=100,
        ),
    ),
    scores=(Score("improvement_percent", largest("improvement"), 0, 100, better="higher"),),
)

BLIND_GUESS = Instrument(
    "blind-guess",
    "Guess of the group",
    "participant",
    owned_wording=False,
    recalls=("now",),
    items=(
        Item(
            "drug",
            {"en": "What do you think was in your infusion?", "es": "¿Qué cree que llevaba su infusión?"},
            choices=GUESSES,
        ),
        Item(
            "exercises",
            {"en": "Which kind of exercises do you think you had?", "es": "¿Qué tipo de ejercicios cree que hizo?"},
            choices=VERSIONS,
        ),
        SURENESS,
        Item("why", {"en": "What makes you think so?", "es": "¿Por qué lo cree?"}, "text", required=False),
    ),
)

BLIND_GUESS_RATER = Instrument(
    "blind-guess-rater",
    "Guess of the group, by the rater",
    "rater",
    owned_wording=False,
    recalls=("now",),
    items=(
        Item("drug", {"en": "What do you think was in the infusion?"}, choices=GUESSES),
        Item("exercises", {"en": "Which kind of exercises do you think the person had?"}, choices=VERSIONS),
        SURENESS,
        Item("told", {"en": "Did anybody tell you, on purpose or not?"}, "yes-no"),
    ),
)

SESSION_FEEDBACK = Instrument(
    "session-feedback",
    "How the exercises were",
    "participant",
    owned_wording=False,
    recalls=("now",),
    items=(
        Item("tiring", {"en": "Were the exercises tiring?", "es": "¿Le cansaron los ejercicios?"}, choices=HOW_MUCH),
        Item("clear", {"en": "Was it clear what to do?", "es": "¿Estaba claro qué hacer?"}, choices=HOW_MUCH),
        Item("disturbed", {"en": "Did something disturb you?", "es": "¿Le molestó algo?"}, "yes-no"),
        Item("what", {"en": "What was it?", "es": "¿Qué fue?"}, "text", when="disturbed == yes", required=False),
    ),
)

TREATMENT_CHANGES = Instrument(
    "treatment-changes",
    "Changes of other treatment",
    "staff",
    owned_wording=False,
    recalls=("since-last", "30d"),
    items=(
        Item("changed", {"en": "Was any other treatment begun, ended or changed?"}, "yes-no"),
        Item("what", {"en": "Which, and how"}, "text", when="changed == yes"),
        Item("since", {"en": "Since when"}, "date", when="changed == yes"),
    ),
)

ADVERSE_EVENTS = Instrument(
    "adverse-events",
    "Adverse events",
    "staff",
    owned_wording=False,
    recalls=("since-last",),
    items=(
        Item("any", {"en": "Did the person notice anything unwanted since the last visit?"}, "yes-no"),
        Item("what", {"en": "What it was; enter each one as an adverse event, too"}, "text", when="any == yes"),
    ),
)

VITAL_SIGNS = Instrument(
    "vital-signs",
    "Blood pressure and pulse",
    "staff",
    owned_wording=False,
    recalls=("now",),
    items=(
        Item("systolic", {"en": "Upper blood pressure, mmHg"}, "whole", least=50, most=300),
        Item("diastolic", {"en": "Lower blood pressure, mmHg"}, "whole", least=20, most=200),
        Item("pulse", {"en": "Pulse, beats a minute"}, "whole", least=20, most=250),
    ),
)

CADSS = Instrument(
    "cadss",
    "Dissociation, by interview (CADSS)",
    "staff",
    recalls=("now",),
    items=(Item("total", {"en": "Total of the interview, 0 to 92"}, "whole", least=0, most=92),),
    licence=Licence(
        "J. D. Bremner", "wording needs permission; the total alone is kept", "J Trauma Stress 1998;11:125"
    ),
)

IAT = Instrument("iat", "Implicit association task (IAT)", "participant", owned_wording=False)
IAT_SHORT = Instrument("iat-short", "Short implicit association task", "participant", owned_wording=False)
IAT_BRIEF = Instrument("iat-brief", "Brief implicit association task", "participant", owned_wording=False)
