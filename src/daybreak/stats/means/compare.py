"""Weights of contrasts among the means of one group, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.results import Array

Asked = dict[str, Array]
MINUS = " - "


def pairs(labels: Sequence[str], *, reverse: bool = False) -> Asked:
    """Return every difference, earlier minus later, or later minus earlier if reversed.

    Raises:
        FitError: there is a single mean.
    """
    if len(labels) < 2:
        raise FitError(
            "There is a single mean, and nothing to compare it with.", remedy="Take a factor of more levels."
        )
    found = [(j, i) if reverse else (i, j) for i, j in combinations(range(len(labels)), 2)]
    return {f"{labels[i]}{MINUS}{labels[j]}": _difference(len(labels), i, j) for i, j in found}


def from_reference(labels: Sequence[str], reference: str) -> Asked:
    """Return each other mean minus that of the reference.

    Raises:
        FitError: no mean has that label, or there is a single one.
    """
    pairs(labels)
    base = _place(labels, reference)
    others = [place for place in range(len(labels)) if place != base]
    return {f"{labels[i]}{MINUS}{reference}": _difference(len(labels), i, base) for i in others}


def custom(labels: Sequence[str], asked: Sequence[str] | Mapping[str, Mapping[str, float] | Sequence[float]]) -> Asked:
    """Return contrasts given as texts (`"a - b"`), or as names with weights by label or in the order of the means.

    Raises:
        FitError: a label that no mean has, a text that is no difference of two, or another number of weights.
    """
    if isinstance(asked, Mapping):
        return {name: _weights(labels, name, weights) for name, weights in asked.items()}
    texts = (asked,) if isinstance(asked, str) else tuple(asked)
    if not texts:
        raise FitError("No contrast is asked for.", remedy="Name one, such as a - b.")
    return {text: _read(labels, text) for text in texts}


def _read(labels: Sequence[str], text: str) -> Array:
    """Labels may hold hyphens and even ` - `, so every place to cut is tried; brackets around a label are R's."""
    cuts = [place for place in range(len(text)) if text.startswith(MINUS, place)]
    halves = [(_bare(text[:place]), _bare(text[place + len(MINUS) :])) for place in cuts]
    read = [(a, b) for a, b in halves if a in labels and b in labels]
    if len(read) != 1 or read[0][0] == read[0][1]:
        raise FitError(
            f"The contrast {text!r} is not the difference of two means.",
            remedy=f"Write a{MINUS}b with two of: {', '.join(labels)}.",
        )
    a, b = read[0]
    return _difference(len(labels), labels.index(a), labels.index(b))


def _bare(text: str) -> str:
    stripped = text.strip()
    return stripped[1:-1] if stripped.startswith("(") and stripped.endswith(")") else stripped


def _weights(labels: Sequence[str], name: str, weights: Mapping[str, float] | Sequence[float]) -> Array:
    row = np.zeros(len(labels))
    if isinstance(weights, Mapping):
        for label, weight in weights.items():
            row[_place(labels, label)] = weight
    elif len(weights) == len(labels):
        row[:] = weights
    else:
        raise FitError(
            f"The contrast {name} has {len(weights)} weights for {len(labels)} means.", remedy="Give one for each."
        )
    if not row.any() or not np.isfinite(row).all():
        raise FitError(f"The contrast {name} has no weights but nil.", remedy="Give one above or below it.")
    return row


def _place(labels: Sequence[str], label: str) -> int:
    if label not in labels:
        raise FitError(f"There is no mean of {label}.", remedy=f"There are: {', '.join(labels)}.")
    return labels.index(label)


def _difference(size: int, plus: int, minus: int) -> Array:
    row = np.zeros(size)
    row[plus], row[minus] = 1.0, -1.0
    return row
