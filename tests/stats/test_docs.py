"""Examples on the pages of methods run, and print what the page says."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "stats"


@pytest.mark.parametrize(
    "page",
    [
        "agreement",
        "batch",
        "blinding",
        "formula",
        "imputation",
        "lmm",
        "means",
        "mediation",
        "mmrm",
        "pooling",
        "sequential",
        "survival",
    ],
)
def test_examples_print_what_the_page_says(page: str) -> None:
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    scope: dict[str, object] = {}
    for block in blocks:
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            exec(compile(block, f"{page}.md", "exec"), scope)
        said = [line.removeprefix("# ") for line in block.splitlines() if line.startswith("# ")]
        assert shown.getvalue().splitlines() == said
