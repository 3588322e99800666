"""Looks at a running study: bounds that keep the error, and what can still be hoped for at a look.

    plan = lan_demets([1 / 3, 2 / 3, 1], alpha=0.025)
    plan.looks[0].upper              # 3.7103
    plan.at(plan.drift_for(0.9))     # where the study would stop
    conditional_power(plan, look=1, z=1.2)

`walk` follows the statistic from look to look, `spending` says how much error may be spent by when, `bounds` puts both
together, `prospects` looks ahead. `docs/stats/sequential.md` has the formulae.
"""

from daybreak.stats.sequential.bounds import Bounds, Look, Prospect, classical, lan_demets
from daybreak.stats.sequential.futility import with_futility
from daybreak.stats.sequential.prospects import conditional_power, predictive_power
from daybreak.stats.sequential.spending import Spending

__all__ = [
    "Bounds",
    "Look",
    "Prospect",
    "Spending",
    "classical",
    "conditional_power",
    "lan_demets",
    "predictive_power",
    "with_futility",
]
