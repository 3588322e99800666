"""A screener of suicidality with the structure of the C-SSRS.

Posner and colleagues, Am J Psychiatry 2011;168:1266-1277: five steps of thoughts, of which the last three are asked
only if the second is affirmed, and behaviour. `ideation` is the highest step that was affirmed, 0 to 5. `risk` is the
screener's triage: 1 for steps 1 and 2, 2 for step 3 or behaviour longer ago, 3 for steps 4 and 5 or behaviour within
three months.
"""

from __future__ import annotations

from daybreak.core.instruments.instrument import Answers, Band, Instrument, Licence, Score
from daybreak.core.instruments.item import Item

STEPS = ("wish_to_be_dead", "thoughts", "method", "intent", "plan")
DEEPER = "thoughts == yes"


def ideation_of(answers: Answers) -> float | None:
    """Return the highest step that was affirmed; None unless the first two were asked."""
    if not {"wish_to_be_dead", "thoughts"} <= set(answers):
        return None
    return float(max((place for place, key in enumerate(STEPS, 1) if answers.get(key) is True), default=0))


def risk_of(answers: Answers) -> float | None:
    """Return the triage of the screener, 0 to 3; None where thoughts or behaviour were not asked."""
    ideation = ideation_of(answers)
    if ideation is None or "behaviour" not in answers:
        return None
    if ideation >= STEPS.index("intent") + 1 or answers.get("behaviour_recent") is True:
        return 3.0
    if ideation == STEPS.index("method") + 1 or answers["behaviour"] is True:
        return 2.0
    return 1.0 if ideation else 0.0


def _ask(key: str, words: str, when: str = "") -> Item:
    return Item(key, {"en": words}, kind="yes-no", when=when)


C_SSRS = Instrument(
    key="c-ssrs",
    title="Suicidality, by interview (C-SSRS)",
    by="rater",
    items=(
        _ask("wish_to_be_dead", "Would rather not live any more"),
        _ask("thoughts", "Thought of killing themselves"),
        _ask("method", "Thought of how, without meaning to act", DEEPER),
        _ask("intent", "Meant to act on the thoughts, at least a little", DEEPER),
        _ask("plan", "Worked out a plan and meant to carry it out", DEEPER),
        _ask("behaviour", "Did, began or prepared something to end their life, ever"),
        _ask("behaviour_recent", "Within the last three months", "behaviour == yes"),
    ),
    scores=(
        Score("ideation", ideation_of, 0, 5),
        Score("risk", risk_of, 0, 3, bands=(Band(0, "none"), Band(1, "low"), Band(2, "moderate"), Band(3, "high"))),
    ),
    recalls=("30d", "since-last"),
    licence=Licence(
        "Research Foundation for Mental Hygiene", "wording needs permission", "Am J Psychiatry 2011;168:1266"
    ),
)
