"""Hear what lifelines has to say, so that a result can carry it and nothing is lost."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from lifelines.exceptions import ApproximationWarning, ConvergenceWarning, StatisticalWarning

OF_STATISTICS = (ApproximationWarning, ConvergenceWarning, StatisticalWarning)


@contextmanager
def heard() -> Iterator[list[str]]:
    """Collect what lifelines warns of in a block, one line each without sample code; others go on as they came."""
    told: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield told
    for each in caught:
        if issubclass(each.category, OF_STATISTICS):
            told.append("lifelines: " + " ".join(str(each.message).split()).split(" For example")[0])
        else:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
