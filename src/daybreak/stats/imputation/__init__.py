"""Reference-based imputation of a continuous outcome over visits, two routes, and its tipping point.

See docs/stats/imputation.md.
"""

from daybreak.stats.imputation.conditional import conditional_mean
from daybreak.stats.imputation.multiple import Delta, Draws, multiple_imputation
from daybreak.stats.imputation.outcomes import RULES, Outcomes
from daybreak.stats.imputation.result import Amounts, Imputed, VisitEstimate
from daybreak.stats.imputation.tipping import Asked, Edge, TippingMap, TippingPoint, tipping_point

__all__ = [
    "RULES",
    "Amounts",
    "Asked",
    "Delta",
    "Draws",
    "Edge",
    "Imputed",
    "Outcomes",
    "TippingMap",
    "TippingPoint",
    "VisitEstimate",
    "conditional_mean",
    "multiple_imputation",
    "tipping_point",
]
