"""People laid out by visit, the model's matrix made small and well-conditioned, and sums by pattern of visits kept.

At one visit most columns of a trial's matrix are nil or copies of each other (every `arm:visit` column is), so the rows
of visit v are Z_v R_v with few columns Z_v. A QR of each Z_v and one of the stacked R_v turn the whole matrix into
well-conditioned coordinates without loss: X = Q T, each row of Q being z_iv' B_v. People who kept the same visits share
one covariance, and of them only the sums of products of z need to be kept. Weights multiply rows by their square root.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daybreak.core.errors import FitError
from daybreak.stats.results import Array

Codes = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

# Numbers a block of patterns may hold in one array (32 MB).
ROOM = 4_000_000
# What may remain of a column, relative to its length, beside the others.
RANK_TOLERANCE = 1e-11
# A visit whose rows the least-squares fit meets this closely, beside the widest visit, has no spread to divide by.
ROUNDING = 1e-10


@dataclass(frozen=True)
class Rows:
    """Complete rows: response, matrix, whose row it is (0, 1, ...), at which slot (visit), in which group."""

    response: Array
    matrix: Array
    subject: Codes
    slot: Codes
    group: Codes
    weights: Array
    slots: int
    groups: int = 1
    coordinates: Array | None = None

    @property
    def subjects(self) -> int:
        """How many people."""
        return int(self.subject.max()) + 1


@dataclass(frozen=True)
class Block:
    """Patterns of one group: who has them, and for each two slots the sums of products of their z and response.

    `distances` (K, T, T) is empty where people have no coordinates.
    """

    group: int
    members: tuple[Codes, ...]
    kept: Array
    counts: Array
    table: Array
    distances: Array

    @property
    def seen(self) -> Array:
        """Return 1 where both slots were kept, shape (K, T, T)."""
        return self.kept[:, :, None] * self.kept[:, None, :]


@dataclass(frozen=True)
class People:
    """All of it: z by person and slot (response last), the way back, and blocks of patterns.

    `root` (T, d, p) is B above; `triangle` (p, p) is T; `centre` the least-squares estimates that were taken off, and
    `scale` what residuals were divided by.
    """

    z: Array
    kept: Flags
    root: Array
    triangle: Array
    centre: Array
    scale: float
    blocks: tuple[Block, ...]
    log_weights: float
    observations: int

    @property
    def slots(self) -> int:
        """How many slots."""
        return int(self.z.shape[1])

    @property
    def rank(self) -> int:
        """How many columns the matrix has."""
        return int(self.root.shape[2])

    @property
    def residuals(self) -> Array:
        """Least-squares residuals by person and slot, nil where nothing was seen; in units of `scale`."""
        return self.z[:, :, -1]


def arrange(rows: Rows) -> People:
    """Return `rows` laid out.

    Raises:
        FitError: fewer rows than columns, columns that depend on each other, or a response without any spread left.
    """
    columns = rows.matrix.shape[1]
    if len(rows.response) <= columns:
        raise FitError(
            f"The model has {columns} coefficients but only {len(rows.response)} complete rows of data.",
            remedy="Leave out terms, or bring more data.",
        )
    roots = np.sqrt(rows.weights)
    wide = np.zeros((rows.subjects, rows.slots, columns + 1))
    wide[rows.subject, rows.slot, :-1] = rows.matrix * roots[:, None]
    wide[rows.subject, rows.slot, -1] = rows.response * roots
    kept = np.zeros((rows.subjects, rows.slots), dtype=bool)
    kept[rows.subject, rows.slot] = True
    z, within = compress(wide[:, :, :-1])
    q, triangle = np.linalg.qr(within.reshape(-1, columns))
    lengths = np.linalg.norm(triangle, axis=0)
    if bool(np.any(np.abs(np.diag(triangle)) <= RANK_TOLERANCE * np.maximum(lengths, np.finfo(float).tiny))):
        raise FitError("Columns of the model depend on each other.", remedy="Leave out one of the terms.")
    residual, centre, scale = take_off(wide[:, :, -1], z, q.reshape(within.shape), kept)
    centre = np.linalg.solve(triangle, centre)
    z = np.concatenate([z * kept[:, :, None], residual[:, :, None]], axis=2)
    # Visits may differ much in spread: coordinates orthonormal once each is divided by its own.
    spread = np.sqrt((residual**2).sum(axis=0) / kept.sum(axis=0))
    spread = np.where(spread > ROUNDING * spread.max(), spread, spread.max())[:, None, None]
    q, triangle = np.linalg.qr((within / spread).reshape(-1, columns))
    return People(
        z=z,
        kept=kept,
        root=q.reshape(within.shape) * spread,
        triangle=triangle,
        centre=centre,
        scale=scale,
        blocks=tuple(gather(z, kept, rows)),
        log_weights=float(np.log(rows.weights).sum()),
        observations=len(rows.response),
    )


def take_off(response: Array, z: Array, root: Array, kept: Flags) -> tuple[Array, Array, float]:
    """Return residuals of least squares over their root mean square, the estimates, and that root mean square.

    Raises:
        FitError: nothing is left of the response.
    """
    centre = np.einsum("tdp,td->p", root, np.einsum("itd,it->td", z, response))
    residual = (response - np.einsum("itd,td->it", z, root @ centre)) * kept
    # Once more: what rounding left of the columns in the residuals.
    again = np.einsum("tdp,td->p", root, np.einsum("itd,it->td", z, residual))
    residual = (residual - np.einsum("itd,td->it", z, root @ again)) * kept
    scale = float(np.sqrt((residual**2).sum() / kept.sum()))
    if not scale > 1e-10 * float(np.abs(response).max()):
        raise FitError(
            "The response has no spread that the model leaves unexplained (constant, or fitted exactly).",
            remedy="Look at the response, or leave out terms.",
        )
    return residual / scale, centre + again, scale


def compress(wide: Array) -> tuple[Array, Array]:
    """Return z (n, T, d) and R (T, d, p) with wide[i, v] = z[i, v] @ R[v] exactly; z orthonormal at each slot."""
    people, slots, columns = wide.shape
    peak = np.abs(wide).argmax(axis=0)
    height = np.take_along_axis(wide, peak[None], axis=0)[0]
    alive = height != 0
    unit = wide / np.where(alive, height, 1.0)
    first = first_alike(unit, alive)
    exact = (np.take_along_axis(unit, first[None], axis=2) == unit).all(axis=0)
    first = np.where(exact, first, np.arange(columns))
    chosen = alive & (first == np.arange(columns))
    place = np.cumsum(chosen, axis=1) - 1
    width = int(chosen.sum(axis=1).max())
    z = np.zeros((people, slots, width))
    way = np.zeros((slots, width, columns))
    at, column = np.nonzero(chosen)
    z[:, at, place[at, column]] = unit[:, at, column]
    at, column = np.nonzero(alive)
    way[at, place[at, first[at, column]], column] = height[at, column]
    q, r = np.linalg.qr(z.transpose(1, 0, 2))
    return np.ascontiguousarray(q.transpose(1, 0, 2)), r @ way


def first_alike(unit: Array, alive: Flags) -> Codes:
    """Return for each slot and column the first column that looks the same; exactness is checked by the caller."""
    key = np.einsum("ivj,i->vj", unit, np.cos(1.0 + np.arange(len(unit))))
    same = np.isclose(key[:, :, None], key[:, None, :], rtol=1e-9, atol=1e-9) & alive[:, :, None] & alive[:, None, :]
    same |= np.eye(unit.shape[2], dtype=bool)
    first: Codes = same.argmax(axis=2)
    return first


def gather(z: Array, kept: Flags, rows: Rows) -> Iterator[Block]:
    """Yield blocks of patterns, group by group, none with an array beyond `ROOM`."""
    group = np.zeros(len(kept), dtype=np.intp)
    group[rows.subject] = rows.group
    spread = None if rows.coordinates is None else distances(rows, rows.coordinates, kept.shape)
    slots, width = z.shape[1:]
    most = max(1, ROOM // (slots**2 * max(width**2, slots * (slots + 1) // 2)))
    for number in range(rows.groups):
        members = patterns(np.flatnonzero(group == number), kept, spread)
        for start in range(0, len(members), most):
            yield block(z, kept, number, members[start : start + most], spread)


def patterns(people: Codes, kept: Flags, spread: Array | None) -> list[Codes]:
    """Return the people of each pattern: same visits kept, and (spatial) the same distances."""
    marks = kept[people].astype(np.float64)
    if spread is not None:
        marks = np.concatenate([marks, spread[people].reshape(len(people), -1)], axis=1)
    names: dict[bytes, list[int]] = {}
    for person, mark in zip(people, marks, strict=True):
        names.setdefault(mark.tobytes(), []).append(person)
    return [np.array(found) for found in names.values()]


def block(z: Array, kept: Flags, group: int, members: list[Codes], spread: Array | None) -> Block:
    """Return a block of patterns with its table: for slots (s, t) and pattern k the sums, shape (T * T, K, d * d)."""
    slots, width = z.shape[1:]
    flat = z.reshape(len(z), -1)
    table = np.empty((slots, slots, len(members), width, width))
    for place, people in enumerate(members):
        sums = flat[people].T @ flat[people]
        table[:, :, place] = sums.reshape(slots, width, slots, width).transpose(0, 2, 1, 3)
    first = np.array([people[0] for people in members])
    return Block(
        group=group,
        members=tuple(members),
        kept=kept[first].astype(np.float64),
        counts=np.array([len(people) for people in members], dtype=np.float64),
        table=table.reshape(slots * slots, len(members), width * width),
        distances=np.zeros((0, slots, slots)) if spread is None else spread[first],
    )


def distances(rows: Rows, coordinates: Array, shape: tuple[int, ...]) -> Array:
    """Return Euclidean distances between a person's slots, nil where one was not kept, shape (n, T, T)."""
    points = np.full((*shape, coordinates.shape[1]), np.nan)
    points[rows.subject, rows.slot] = coordinates
    apart = np.sqrt(((points[:, :, None] - points[:, None, :]) ** 2).sum(axis=-1))
    filled: Array = np.nan_to_num(apart)
    return filled
