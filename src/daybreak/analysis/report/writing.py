"""How values are written on the page, so that a number looks the same wherever it stands."""

from __future__ import annotations

import math

from daybreak.analysis.report.parts import Head, Value

NOTHING = "–"
MINUS = "\u2212"


def written(value: Value, head: Head) -> str:
    """Return a value as its column's kind asks for."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    if isinstance(value, bool | str):
        return value if isinstance(value, str) else "yes" if value else "no"
    if head.kind == "p":
        return p_value(float(value))
    if head.kind == "count" or isinstance(value, int):
        return thousands(round(value))
    return percent(value, head.digits) if head.kind == "share" else number(value, head.digits)


def number(value: float, digits: int = 2) -> str:
    """Return a number with a true minus sign; what rounds to nil has none."""
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def minus(contrast: str) -> str:
    """Return a difference as it is printed, with a true minus sign."""
    return contrast.replace(" - ", f" {MINUS} ")


def thousands(value: int) -> str:
    """Return a count, its thousands set apart by a thin space."""
    return f"{value:,}".replace(",", "\u202f").replace("-", MINUS)


def percent(share: float, digits: int = 0) -> str:
    """Return a share of 1 in percent."""
    return f"{number(100 * share, digits)}\u00a0%"


def p_value(value: float) -> str:
    """Return a p value: three digits, or that it is smaller than they show."""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def p_said(value: float) -> str:
    """Return a p value as it stands in a sentence."""
    return "p\u00a0<\u00a00.001" if value < 0.001 else f"p\u00a0=\u00a0{value:.3f}"


def interval(low: float, high: float, digits: int = 2) -> str:
    """Return two limits."""
    return f"{number(low, digits)} to {number(high, digits)}"


def estimate(value: float, low: float, high: float, digits: int = 2) -> str:
    """Return an estimate with its limits, as it stands in a sentence."""
    return f"{number(value, digits)} (95 % CI {interval(low, high, digits)})"


def mean_sd(mean: float | None, sd: float | None, digits: int = 1) -> str:
    """Return a mean with its standard deviation."""
    if mean is None:
        return NOTHING
    return f"{number(mean, digits)} ({NOTHING if sd is None else number(sd, digits)})"


def count_of(count: int, total: int) -> str:
    """Return a count with its share of a total."""
    return f"{thousands(count)} ({percent(count / total)})" if total else thousands(count)


def people(count: int) -> str:
    """Return how many people, in words."""
    return "1 person" if count == 1 else f"{thousands(count)} people"
