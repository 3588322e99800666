"""Answers that several questionnaires of ours share, in our own words."""

from __future__ import annotations

from daybreak.core.instruments.item import choices

HOW_MUCH = choices(
    {"en": "Not at all", "es": "Nada"},
    {"en": "A little", "es": "Un poco"},
    {"en": "Quite a lot", "es": "Bastante"},
    {"en": "Very much", "es": "Muchísimo"},
)
HOW_OFTEN = choices(
    {"en": "Never or hardly ever", "es": "Nunca o casi nunca"},
    {"en": "On some days", "es": "Algunos días"},
    {"en": "On most days", "es": "La mayoría de los días"},
    {"en": "Nearly every day", "es": "Casi todos los días"},
)
AGREE = choices(
    {"en": "I do not agree at all", "es": "No estoy nada de acuerdo"},
    {"en": "I do not quite agree", "es": "No estoy muy de acuerdo"},
    {"en": "I agree", "es": "Estoy de acuerdo"},
    {"en": "I agree fully", "es": "Estoy muy de acuerdo"},
)
