"""Study files made up by hypothesis: any arms, courses, training, questions and visits that fit together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.study import StudyFile

DAY = timedelta(days=1)
WORDS = st.text(st.sampled_from("abc déñ\"'\\#[]=\n"), min_size=1, max_size=12)


def keys(count: int) -> list[str]:
    return [f"k-{number}" for number in range(count)]


@st.composite
def arms(draw: st.DrawFn) -> list[dict[str, Any]]:
    drugs, versions = st.sampled_from(["ketamine", "saline"]), st.sampled_from(["active", "sham"])
    return [
        {"key": key, "drug": draw(drugs), "version": draw(versions), "ratio": draw(st.integers(1, 3))}
        for key in keys(draw(st.integers(1, 4)))
    ]


@st.composite
def questions(draw: st.DrawFn) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for key in keys(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["yes-no", "whole", "choice"]))
        rule = {"yes-no": f"{key} == yes", "whole": f"{key} >= 3", "choice": f'{key} in ["a"]'}[kind]
        made.append({"key": key, "ask": draw(WORDS), "kind": kind, "rule": rule, "says": draw(WORDS)})
        if kind == "choice":
            made[-1]["choices"] = ["a", "b"]
    return made


@st.composite
def visits(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Visits whose windows follow one another; the last may come again and again."""
    made: list[dict[str, Any]] = []
    day = 0
    for key in keys(draw(st.integers(0, 5))):
        before, after = draw(st.integers(0, 2)), draw(st.integers(1, 3))
        day += before + 1
        asked = draw(st.lists(st.sampled_from(sorted(INSTRUMENTS)), unique=True, max_size=3))
        window = [f"{24 * (day - before)}h", f"{day + after}d"]
        made.append(
            {"key": key, "title": draw(WORDS), "day": day, "window": window, "by": "rater", "instruments": asked}
        )
        day += after
    again = draw(st.booleans())
    if made and again:
        made[-1] |= {"repeat_every": "30d", "repeat_until": made[-1]["day"] + draw(st.integers(0, 400))}
    return made


@st.composite
def study_tables(draw: st.DrawFn) -> dict[str, Any]:
    """Return the tables of a study file, as a TOML reader would give them."""
    groups, asked = draw(arms()), draw(questions())
    sorting = ["site", *(one["key"] for one in asked if one["kind"] != "whole")]
    whole = sum(arm["ratio"] for arm in groups)
    allocation = draw(
        st.sampled_from(
            [
                {"method": "permuted-blocks", "block_sizes": [whole, 2 * whole], "strata": sorting[:2]},
                {"method": "minimisation", "factors": sorting, "probability": 0.75},
            ]
        )
    )
    count = draw(st.integers(1, 8))
    infusions: dict[str, Any] = {"count": count, "training_after": draw(st.sampled_from(["first", "last", count]))}
    if count > 1:
        infusions["every"] = draw(st.sampled_from(["3d", "72h", "7d"]))
    return {
        "format": 1,
        "study": {"id": "made-up", "title": draw(WORDS), "target": draw(st.integers(1, 500))},
        "arms": groups,
        "allocation": allocation if len(groups) > 1 else {"method": "none"},
        "infusions": infusions,
        "training": {"pack": "self-worth", "days": draw(st.integers(1, 9)), "gap": f"{draw(st.integers(0, 500))}min"},
        "eligibility": asked,
        "visits": draw(visits()),
    }


FILES = study_tables().map(StudyFile.model_validate)
