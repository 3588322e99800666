"""Model formulae as R's mmrm and lme4 write them: read, put in R's order, and worked out on columns of numbers."""

from daybreak.stats.formula.arithmetic import worked_out
from daybreak.stats.formula.model import KINDS, CovarianceTerm, Formula, RandomTerm, parse
from daybreak.stats.formula.syntax import Name, Node, names_in, written
from daybreak.stats.formula.terms import Term, is_factor

__all__ = [
    "KINDS",
    "CovarianceTerm",
    "Formula",
    "Name",
    "Node",
    "RandomTerm",
    "Term",
    "is_factor",
    "names_in",
    "parse",
    "worked_out",
    "written",
]
