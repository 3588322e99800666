"""Mixed models for repeated measures: each person's visits covary freely or by a structure, and visits may be missed.

`mmrm(formula, data)` fits one; `fit_frame(frame)` fits to rows already coded. See docs/stats/mmrm.md.
"""

from daybreak.stats.mmrm.fit import fit_frame, mmrm
from daybreak.stats.mmrm.result import MmrmFit

__all__ = ["MmrmFit", "fit_frame", "mmrm"]
