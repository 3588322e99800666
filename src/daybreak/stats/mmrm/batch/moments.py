"""Sums of products by pattern of visits kept: all that a model with covariates crossed with visit asks of its data.

Person i has covariates z_i (K, the intercept among them) and responses y_i at some of T visits. People who kept the
same visits share a covariance, so their number, Z'Z, Z'Y and Y'Y suffice; responses not seen count as nil in the sums.
Replicates (data sets of one design) are the first axis.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daybreak.core.errors import FitError
from daybreak.stats.mmrm.batch.backend import chosen
from daybreak.stats.mmrm.people import Flags
from daybreak.stats.results import Array

# Numbers that one array of products may hold (16 MB).
ROOM = 2_000_000
# Patterns are numbered by bits, and each that occurs is a matrix to invert.
MOST_VISITS = 16


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over the people of R replicates, by pattern: of what `kept` (P, T) says of P patterns.

    `count` (R, P) people, `zz` (R, P, K, K), `zy` (R, P, K, T), `yy` (R, P, T, T); nil at visits a pattern lacks.
    """

    kept: Flags
    count: Array
    zz: Array
    zy: Array
    yy: Array

    @property
    def replicates(self) -> int:
        """How many data sets."""
        return len(self.count)

    @property
    def visits(self) -> int:
        """How many visits."""
        return int(self.kept.shape[1])

    @property
    def covariates(self) -> int:
        """How many covariates, the intercept among them."""
        return int(self.zz.shape[2])

    @property
    def observations(self) -> Array:
        """How many responses each replicate has, shape (R,)."""
        found: Array = self.count @ self.kept.sum(axis=1).astype(np.float64)
        return found

    @property
    def seen(self) -> Flags:
        """Whether a pattern has both visits, shape (P, T, T)."""
        return self.kept[:, :, None] & self.kept[:, None, :]

    def of(self, which: slice | npt.NDArray[np.intp] | Flags) -> Moments:
        """Return the moments of some replicates."""
        return Moments(self.kept, self.count[which], self.zz[which], self.zy[which], self.yy[which])


def moments_of(y: Array, z: Array, *, backend: str | None = None) -> Moments:
    """Return the sums of responses y (R, n, T), with NaN where nothing was seen, and covariates z (R, n, K) or (n, K).

    People without a visit count for nothing. Far-off origins cost digits, as sums of products do: bring covariates and
    responses near nil if they are a thousand times their spread away. `backend` as in `fit_moments`.

    Raises:
        FitError: shapes do not fit each other, a covariate is missing, or a number is infinite.
    """
    y, z = np.asarray(y, dtype=np.float64), np.asarray(z, dtype=np.float64)
    check(y, z)
    if chosen(backend) == "compiled":
        # Here, because numba takes a second to load.
        from daybreak.stats.mmrm.batch.compiled_moments import summed  # noqa: PLC0415

        return Moments(*summed(y, z if z.ndim == 3 else z[None]))
    replicates, people, visits = y.shape
    z = np.broadcast_to(z, (replicates, people, z.shape[-1]))
    seen = ~np.isnan(y)
    marks = seen @ (1 << np.arange(visits))
    present = np.unique(marks[marks > 0])
    kept = (present[:, None] >> np.arange(visits) & 1).astype(bool)
    width = z.shape[2] + visits
    sums = np.zeros((replicates, len(present), width, width))
    count = np.zeros((replicates, len(present)))
    for part in pieces(replicates, people * width**2):
        place = np.searchsorted(present, marks[part])
        place = np.where(marks[part] > 0, place + len(present) * np.arange(len(place))[:, None], -1).reshape(-1)
        rows = np.concatenate([z[part], np.where(seen[part], y[part], 0.0)], axis=2).reshape(-1, width)
        gather(rows, place, sums[part].reshape(-1, width, width), count[part].reshape(-1))
    low = z.shape[2]
    return Moments(kept, count, sums[:, :, :low, :low], sums[:, :, :low, low:], sums[:, :, low:, low:])


def check(y: Array, z: Array) -> None:
    """Refuse arrays that are no responses and covariates.

    Raises:
        FitError: the sentence says why.
    """
    if y.ndim != 3 or z.ndim not in {2, 3} or y.size == 0 or z.size == 0:
        raise FitError(
            "Responses must have the axes replicate, person, visit, and covariates replicate, person, covariate.",
            remedy="Bring arrays of three axes that are not empty.",
        )
    if z.shape[-2] != y.shape[1] or (z.ndim == 3 and len(z) != len(y)):
        raise FitError(
            f"Covariates of shape {z.shape} do not belong to responses of shape {y.shape}.",
            remedy="Bring a row of covariates for each person.",
        )
    if not 1 <= y.shape[2] <= MOST_VISITS:
        raise FitError(
            f"A batch takes 1 to {MOST_VISITS} visits, not {y.shape[2]}.", remedy="Fit them one by one with mmrm."
        )
    if not np.isfinite(z).all() or np.isinf(y).any():
        raise FitError(
            "A covariate is missing or infinite, or a response is infinite.",
            remedy="Leave those people out; write NaN for a response not seen.",
        )
    if np.isnan(y).all():
        raise FitError("No response was seen at all.", remedy="Bring data.")


def gather(rows: Array, place: npt.NDArray[np.intp], sums: Array, count: Array) -> None:
    """Add the products of each row, shape (m, q), to the sums (places, q, q) at its place; -1 is nowhere."""
    order = np.argsort(place, kind="stable")
    order = order[np.searchsorted(place[order], 0) :]
    found, starts, sizes = np.unique(place[order], return_index=True, return_counts=True)
    if len(found) == 0:
        return
    ordered = rows[order]
    sums[found] = np.add.reduceat(ordered[:, :, None] * ordered[:, None, :], starts, axis=0)
    count[found] = sizes


def pieces(replicates: int, each: int) -> Iterator[slice]:
    """Yield slices of replicates such that arrays of `each` numbers for every one stay within `ROOM`."""
    size = max(1, ROOM // max(each, 1))
    for start in range(0, replicates, size):
        yield slice(start, min(start + size, replicates))
