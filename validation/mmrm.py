"""Mixed models for repeated measures beside R mmrm."""

from __future__ import annotations

from tests.stats.mmrm.oracles import references
from validation.worst import Differences, differences, table


def compared() -> list[tuple[str, Differences]]:
    """Return each reference fit with its worst differences."""
    return [(each.name, differences(each.ours(), each.found)) for each in references()]


def section() -> str:
    """Return the section of the page."""
    return f"""## Mixed models for repeated measures

Beside R mmrm 0.3.18, run to tight convergence (`tests/stats/oracles/make_oracles.R`): mmrm's own stopping
rule leaves estimates up to 8e-4 away, so much of what is left is R's distance from its maximum.
`change ~ baseline + arm * visit` with each covariance; differences as above.

{table(compared())}

Beside these, tests hold the model to the closed form of complete data (covariance = residual sums of
products over n - K), to Orthodont by maximum likelihood (-2 log likelihood 419.47704811, age 0.82680330
with SE 0.07911410), to Hotelling's test, and on random small data with gaps, weights and groups to one
dense covariance of all rows: likelihood, gradient, both informations, Satterthwaite, Kenward-Roger,
sandwiches. See [mixed models for repeated measures](stats/mmrm.md).
"""
