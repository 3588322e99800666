"""What docs/allocation.md shows is what daybreak does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from daybreak.core.allocation.listing import commitment, first_places, list_text

PAGE = (Path(__file__).parents[3] / "docs/allocation.md").read_text()


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    [snippet] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(snippet, names)
    return names


@pytest.mark.parametrize(
    ("ratios", "sizes", "length"),
    [({"a": 1, "b": 1, "c": 1}, (3, 6), 154), ({"a": 2, "b": 1}, (3, 6, 9), 1), ({"a": 1, "b": 1}, (4,), 2000)],
)
def test_the_few_lines_of_the_page_draw_the_same_list(
    shown: dict[str, Any], ratios: dict[str, int], sizes: tuple[int, ...], length: int
) -> None:
    for seed in (bytes(32), bytes(range(32))):
        places = first_places(seed, "site=harbour", ratios, sizes, length)
        text = shown["list_text"](seed, "site=harbour", ratios, sizes, len(places))
        assert text == list_text("site=harbour", places)
        assert shown["commitment"](seed, text) == commitment(seed, text)


def test_the_few_lines_of_the_page_cut_a_list_where_it_was_cut(shown: dict[str, Any]) -> None:
    places = first_places(bytes(32), "everyone", {"a": 1, "b": 1}, (4, 6), 40)[:33]
    assert shown["list_text"](bytes(32), "everyone", {"a": 1, "b": 1}, (4, 6), 33) == list_text("everyone", places)
