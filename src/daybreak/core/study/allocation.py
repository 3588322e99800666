"""`[allocation]`: how people come to their arms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.study.values import Key, Real, Table, Whole

Method = Literal["permuted-blocks", "minimisation", "none"]
USED_BY: dict[Method, tuple[str, ...]] = {
    "permuted-blocks": ("block_sizes", "strata"),
    "minimisation": ("factors", "weights", "probability", "spread"),
    "none": (),
}


class AllocationRules(Table):
    """`[allocation]`: permuted blocks within strata, minimisation with a biased coin, or none for a clinic.

    How the published study allocated is not known; every figure here is a reconstructed default.
    """

    method: Method = "none"
    """`permuted-blocks`, `minimisation`, or `none` where nobody is allocated."""
    block_sizes: tuple[Annotated[Whole, Field(ge=1, le=100)], ...] = ()
    """Sizes of the permuted blocks; each block's size is drawn from them, so that no last place can be foreseen."""
    strata: tuple[Key, ...] = ()
    """`site`, or keys of eligibility questions with choices; each combination has a list of its own."""
    factors: tuple[Key, ...] = ()
    """What minimisation balances: `site`, or keys of eligibility questions with choices."""
    weights: tuple[Annotated[Real, Field(gt=0, le=100)], ...] = ()
    """How much each factor counts, in the order of `factors`; all the same if left out."""
    probability: Real = Field(0.8, gt=0, lt=1)
    """With which probability minimisation takes the arm that balances best."""

    spread: Literal["range", "variance"] = "range"
    """What minimisation makes small: the range of the arms' counts, or their variance."""

    def weight(self, factor: str) -> float:
        """Return how much a factor of minimisation counts."""
        return self.weights[self.factors.index(factor)] if self.weights else 1.0

    @property
    def asked(self) -> tuple[str, ...]:
        """What must be known of a person before allocation: the strata, or the factors."""
        return self.strata if self.method == "permuted-blocks" else self.factors

    @model_validator(mode="after")
    def _fits_its_method(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        for names in USED_BY.values():
            for name in names:
                given = getattr(self, name) != type(self).model_fields[name].default
                if given and name not in USED_BY[self.method]:
                    yield Fault((name,), f"the method '{self.method}' does not use it; remove it")
        if self.method == "permuted-blocks" and not self.block_sizes:
            yield Fault(("block_sizes",), "name the sizes of blocks, such as [3, 6]")
        if self.method == "minimisation" and not self.factors:
            yield Fault(("factors",), 'name what is balanced, such as ["site"]')
        if self.weights and len(self.weights) != len(self.factors):
            yield Fault(("weights",), f"write one weight for each of the {len(self.factors)} factors")
        for name in ("block_sizes", "strata", "factors"):
            yield from _twice(name, getattr(self, name))


def _twice(name: str, values: tuple[object, ...]) -> Iterator[Fault]:
    for place, value in enumerate(values):
        if value in values[:place]:
            yield Fault((name, place), f"'{value}' stands twice; remove one of them")
