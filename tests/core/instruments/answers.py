"""Answers to draw in property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from daybreak.core.instruments import INSTRUMENTS, Instrument, Item, Value

WITH_ITEMS = [instrument for instrument in INSTRUMENTS.values() if instrument.items]


def answer_to(item: Item) -> st.SearchStrategy[Value]:
    """Return a strategy for what an item can hold."""
    if item.kind == "choice":
        return st.sampled_from([choice.value for choice in item.choices])
    if item.kind == "whole":
        return st.integers(item.least, item.most)
    if item.kind == "date":
        return st.dates()
    return st.booleans() if item.kind == "yes-no" else st.just("words")


@st.composite
def answered(draw: st.DrawFn, instrument: Instrument, *, whole: bool = False) -> dict[str, Value]:
    """Return answers to all items, or to some."""
    kept = instrument.items if whole else [item for item in instrument.items if draw(st.booleans())]
    return {item.key: draw(answer_to(item)) for item in kept}
