"""MADRS: depression by interview, ten items of 0 to 6.

Montgomery and Asberg, Br J Psychiatry 1979;134:382-389. Total 0 to 60; anchors stand at the even numbers. A total needs
all ten items. Remission is a total of 10 or less (Hawley, Gale and Sivakumaran, J Affect Disord 2002;72:177-184); bands
after Snaith and colleagues, Br J Psychiatry 1986;148:599-601: 7-19 mild, 20-34 moderate, 35 and more severe.
"""

from __future__ import annotations

from daybreak.core.instruments.instrument import Band, Instrument, Licence, Score
from daybreak.core.instruments.item import Item, choices
from daybreak.core.instruments.scoring import sum_of_all

ITEMS = {
    "apparent_sadness": (
        "Sadness that can be seen",
        "none seen",
        "seems down, yet a smile comes",
        "a sad face through most of the talk",
        "looks wretched throughout",
    ),
    "reported_sadness": (
        "Sadness the person tells of",
        "passing moods only",
        "low, but lifts with good news",
        "low nearly always, moved a little by events",
        "without any break, in despair",
    ),
    "inner_tension": (
        "Inner tension or dread",
        "calm",
        "tense or uneasy now and then",
        "tense all the time, held in check with effort",
        "dread or anguish that does not let go",
    ),
    "reduced_sleep": (
        "Sleep, against what is usual",
        "as usual",
        "a little shorter, lighter or broken",
        "sleeps two hours less, or lies awake as long",
        "hardly two to three hours a night",
    ),
    "reduced_appetite": (
        "Appetite, against what is usual",
        "eats as always",
        "less than usual",
        "no wish to eat; food is bland",
        "eats only when urged",
    ),
    "concentration_difficulties": (
        "Keeping one's mind on things",
        "no trouble",
        "gathers thoughts with effort now and then",
        "cannot follow a text or talk well",
        "cannot read or talk without great effort",
    ),
    "lassitude": (
        "Getting started and doing things",
        "no trouble",
        "slow to begin",
        "everyday things cost great effort",
        "does nothing without help",
    ),
    "inability_to_feel": (
        "Interest and feeling for people and things",
        "as usual",
        "less joy in what was liked",
        "no interest; feeling for friends is gone",
        "feels nothing, not even for those closest",
    ),
    "pessimistic_thoughts": (
        "Guilt, worthlessness, the future",
        "none",
        "thoughts of failing come and go",
        "steady self-blame, still open to reason",
        "fixed ideas of ruin or guilt",
    ),
    "suicidal_thoughts": (
        "Thoughts of death and suicide",
        "wants to live",
        "life is a burden; death comes to mind briefly",
        "often thinks of dying or suicide; intends nothing",
        "intends it, has a plan or is getting ready",
    ),
}
"""Key to what is rated and our own words for 0, 2, 4 and 6."""


def _item(key: str, asks: str, *anchors: str) -> Item:
    said = [anchors[step // 2] if step % 2 == 0 else "in between" for step in range(7)]
    return Item(key, {"en": asks}, choices=choices(*({"en": f"{step}: {label}"} for step, label in enumerate(said))))


MADRS = Instrument(
    key="madrs",
    title="Depression, by interview (MADRS)",
    by="rater",
    items=tuple(_item(key, *words) for key, words in ITEMS.items()),
    scores=(
        Score(
            "total",
            sum_of_all(*ITEMS),
            0,
            60,
            bands=(Band(0, "none"), Band(7, "mild"), Band(20, "moderate"), Band(35, "severe")),
            remission=10,
        ),
    ),
    recalls=("7d", "1d", "3d"),
    licence=Licence("S. Montgomery and M. Asberg", "wording needs permission", "Br J Psychiatry 1979;134:382"),
)
