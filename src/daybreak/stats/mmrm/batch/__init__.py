"""Thousands of mixed models for repeated measures at once, from sums of products; see docs/stats/batch.md."""

from daybreak.stats.mmrm.batch.fit import crossed, fit_moments
from daybreak.stats.mmrm.batch.moments import Moments, moments_of
from daybreak.stats.mmrm.batch.result import BatchFit

__all__ = ["BatchFit", "Moments", "crossed", "fit_moments", "moments_of"]
