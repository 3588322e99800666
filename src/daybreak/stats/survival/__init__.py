"""Times to an event: Kaplan-Meier, log-rank test, Cox regression, restricted mean time (docs/stats/survival.md)."""

from daybreak.stats.survival.cox import CoxFit, HazardRatio, cox
from daybreak.stats.survival.kaplan_meier import Curve, KaplanMeier, Step, kaplan_meier
from daybreak.stats.survival.logrank import LogRank, log_rank
from daybreak.stats.survival.restricted_mean import RestrictedMean, RestrictedMeans, restricted_means
from daybreak.stats.survival.times import Times, read_times

__all__ = [
    "CoxFit",
    "Curve",
    "HazardRatio",
    "KaplanMeier",
    "LogRank",
    "RestrictedMean",
    "RestrictedMeans",
    "Step",
    "Times",
    "cox",
    "kaplan_meier",
    "log_rank",
    "read_times",
    "restricted_means",
]
