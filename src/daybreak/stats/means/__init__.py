"""Marginal means, slopes, contrasts and joint tests of any fit, in the grammar of R's emmeans.

    marginal_means(fit, ["arm"], by=["visit"]).against("ketamine-sham", adjust="dunnett")

`grid` lays out the combinations of the model's variables, `marginal` averages over some of them, `contrasts` compares
what is left, `adjust` and `simultaneous` keep the error of a family, `joint` tests whole terms. `docs/stats/means.md`
has the formulae and the differences from R and SAS.
"""

from daybreak.stats.means.contrasts import Contrasts
from daybreak.stats.means.joint import JointTests, TermTest, joint_tests
from daybreak.stats.means.lines import Line
from daybreak.stats.means.marginal import Means, marginal_means
from daybreak.stats.means.trends import trends

__all__ = [
    "Contrasts",
    "JointTests",
    "Line",
    "Means",
    "TermTest",
    "joint_tests",
    "marginal_means",
    "trends",
]
