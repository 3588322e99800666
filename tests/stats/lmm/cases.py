"""Small random data sets for mixed models, drawn by hypothesis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from daybreak.stats.frame import RandomEffects
from daybreak.stats.results import Array


@dataclass(frozen=True)
class Case:
    x: Array
    y: Array
    terms: tuple[RandomEffects, ...]


def effects(group: str, columns: Array, codes: npt.NDArray[Any]) -> RandomEffects:
    names = tuple(f"effect{place}" for place in range(columns.shape[1]))
    _, packed = np.unique(codes, return_inverse=True)
    labels = tuple(str(one) for one in range(int(packed.max()) + 1))
    return RandomEffects(columns, names, packed.astype(np.intp), labels, group, True)


@st.composite
def cases(draw: st.DrawFn, *, kinds: tuple[str, ...] = ("intercept", "slope", "apart", "nested", "crossed")) -> Case:
    """Draw people with several rows each, gaps at random, and one of several random parts."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    people, visits = draw(st.integers(8, 14)), draw(st.integers(4, 6))
    kind = draw(st.sampled_from(kinds))
    kept = rng.random(people * visits) > 0.15
    kept[::visits] = kept[1::visits] = True
    person = np.repeat(np.arange(people), visits)[kept]
    day = np.tile(np.arange(visits), people)[kept] + rng.random(kept.sum())
    rater, site = rng.integers(0, 4, len(day)), person % 3
    ones = np.ones_like(day)
    arm = (person % 2).astype(float)
    x = np.column_stack([ones, day, arm, arm * day])
    y = x @ rng.normal(size=4) + rng.normal(size=len(day))
    y = y + rng.normal(size=people)[person] * 2 + rng.normal(size=people)[person] * day
    y = y + rng.normal(size=4)[rater] + rng.normal(size=3)[site]
    both = np.column_stack([ones, day])
    terms = {
        "intercept": [effects("id", both[:, :1], person)],
        "slope": [effects("id", both, person)],
        "apart": [effects("id", both[:, :1], person), effects("id", both[:, 1:], person)],
        "nested": [effects("site", both[:, :1], site), effects("site:id", both, person)],
        "crossed": [effects("id", both, person), effects("rater", both[:, :1], rater), effects("site", both, site)],
    }
    return Case(x, y, tuple(terms[kind]))
