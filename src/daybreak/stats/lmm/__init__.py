"""Linear mixed models: random intercepts and slopes, nested and crossed, by restricted or plain maximum likelihood."""

from daybreak.stats.lmm.model import fit_frame, lmm
from daybreak.stats.lmm.result import Blup, LmmFit, RandomPart

__all__ = ["Blup", "LmmFit", "RandomPart", "fit_frame", "lmm"]
