"""The slow, obvious way to fill gaps by a rule: one person at a time."""

from __future__ import annotations

import numpy as np

from daybreak.stats.results import Array


def filled(y: Array, own: Array, reference: Array, sigma: Array, by: tuple[str, int]) -> Array:
    """Fill one person's gaps by their mean given what is seen. `by`: rule and its first visit."""
    rule, first = by
    mean = own.copy()
    if first < len(y):
        for visit in range(len(y)):
            if rule == "CR" or (rule == "J2R" and visit >= first):
                mean[visit] = reference[visit]
            elif rule == "CIR" and visit >= first:
                mean[visit] = own[first - 1] + reference[visit] - reference[first - 1] if first else reference[visit]
    seen = ~np.isnan(y)
    if seen.all() or not seen.any():
        return np.where(seen, y, mean)
    slopes = sigma[np.ix_(~seen, seen)] @ np.linalg.inv(sigma[np.ix_(seen, seen)])
    out = y.copy()
    out[~seen] = mean[~seen] + slopes @ (y[seen] - mean[seen])
    return out
