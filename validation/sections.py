"""The page of worst differences, section by section."""

from __future__ import annotations

from collections.abc import Callable

from validation import lmm, means, mmrm, published

SECTIONS: tuple[Callable[[], str], ...] = (lmm.section, mmrm.section, means.section, published.section)
HEAD = """# How far from other programs

Written by `python -m validation`; do not edit. `tests/test_validation.py` holds every line to its limit.
"""


def page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join([HEAD, *(section() for section in SECTIONS)])
