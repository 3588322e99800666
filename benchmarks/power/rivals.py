"""One data set at a time: the exact single fit, statsmodels, and R mmrm where it is found.

statsmodels has no unstructured covariance of visits and no small-sample degrees of freedom: it fits the same means with
a random intercept, which is a smaller model.
"""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import statsmodels.formula.api as smf

from benchmarks.fit import by_r
from benchmarks.power.case import Case
from daybreak.stats.mmrm import mmrm


def table(case: Case, replicate: int) -> pd.DataFrame:
    """Return one data set, a row for each response."""
    person, visit = np.nonzero(~np.isnan(case.y[replicate]))
    arm: npt.NDArray[np.float64] = case.z[replicate, :, 1] + 2 * case.z[replicate, :, 2]
    return pd.DataFrame(
        {
            "change": case.y[replicate, person, visit],
            "baseline": case.z[replicate, person, 3],
            "arm": [f"arm {each:.0f}" for each in arm[person]],
            "visit": [f"visit {each}" for each in visit],
            "id": [f"person {each:03d}" for each in person],
        }
    )


def by_mmrm(case: Case, replicate: int) -> object:
    """Fit with daybreak's single fit; degrees of freedom of the same two contrasts."""
    fit = mmrm("change ~ baseline + arm * visit + us(visit | id)", table(case, replicate))
    return fit.df(np.eye(len(fit.beta))[[2, 3]])


def by_statsmodels(case: Case, replicate: int) -> object:
    """Fit with statsmodels' MixedLM: a random intercept, no degrees of freedom."""
    rows = table(case, replicate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return smf.mixedlm("change ~ baseline + C(arm) * C(visit)", rows, groups=rows["id"]).fit(reml=True)


def by_r_mmrm(case: Case, times: int) -> str:
    """Return a row of the table for R mmrm with Satterthwaite's degrees of freedom, or a sentence if there is none."""
    found = by_r(pl.from_pandas(table(case, 0)), "Satterthwaite", times)
    if found is None:
        return "\nR with mmrm is not here."
    clock, spent = found
    return f"| R mmrm, one by one | 1 | {times} | {1000 / clock:.1f} | {spent:.3f} | - | - | - | - |"
