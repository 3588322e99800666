"""Arithmetic of a formula on whole columns: `log(dose)`, `I(day^2)`, `madrs - baseline`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from daybreak.core.errors import FormulaError
from daybreak.stats.formula.syntax import Binary, Call, Name, Node, Number, Unary, written
from daybreak.stats.formula.terms import TRANSFORMS

Array = npt.NDArray[np.float64]

_FUNCTIONS: Mapping[str, Callable[[Array], Array]] = {
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "abs": np.abs,
    "I": np.asarray,
    "": np.asarray,
}
_OPERATORS: Mapping[str, Callable[[Array, Array], Array]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}


def worked_out(node: Node, columns: Mapping[str, Array]) -> Array:
    """Return the value of an expression in each row; where it has none (`log(-1)`) the value is NaN or infinite.

    Raises:
        FormulaError: a part is no arithmetic.
    """
    with np.errstate(all="ignore"):
        return _value(node, columns)


def _value(node: Node, columns: Mapping[str, Array]) -> Array:
    match node:
        case Name(text):
            return columns[text]
        case Number(text):
            return np.asarray(float(text))
        case Unary(sign, operand):
            value = _value(operand, columns)
            return -value if sign == "-" else value
        case Binary(sign, left, right) if sign in _OPERATORS:
            return _OPERATORS[sign](_value(left, columns), _value(right, columns))
        case Call(function, (argument,)) if function in _FUNCTIONS:
            return _FUNCTIONS[function](_value(argument, columns))
        case _:
            remedy = f"Use + - * / ^ and {', '.join(TRANSFORMS[:-1])}."
            raise FormulaError("This is no arithmetic that can be worked out.", where=written(node), remedy=remedy)
