"""Where a person's mean goes after the rule sets in: their own arm's way, or some of the reference's.

Carpenter, Roger & Kenward, J Biopharm Stat 2013;23:1352-1371. All arms share one covariance of visits, so that the
rules change means only.

    MAR   the own arm's means throughout
    J2R   jump to reference: from the rule's first visit the reference's means
    CIR   copy increments in reference: from there the reference's changes, starting from the own arm's last mean
    CR    copy reference: the reference's means throughout, before the rule's first visit too
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from daybreak.stats.imputation.outcomes import Layout
from daybreak.stats.results import Array


def means_by_rule(layout: Layout, rules: npt.NDArray[np.str_], beta: Array) -> Array:
    """Return each person's means by their rule, shape (R, n, T), for coefficients of shape (R, K, T).

    Whose rule holds from the first visit on has no own visit to start from: then J2R and CIR are CR.
    """
    own, reference = layout.own @ beta, layout.referred @ beta
    t = own.shape[-1]
    held = layout.first < t
    late = np.arange(t) >= layout.first[:, None]
    last = np.maximum(layout.first - 1, 0)
    everybody = np.arange(len(last))
    gap = np.where(layout.first > 0, (own - reference)[:, everybody, last], 0.0)
    mean = np.where(((rules == "J2R") & held)[:, None] & late, reference, own)
    mean = np.where(((rules == "CIR") & held)[:, None] & late, reference + gap[:, :, None], mean)
    return np.where(((rules == "CR") & held)[:, None], reference, mean)
