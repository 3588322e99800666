"""What a mixed model says of its estimates: their covariance, its slopes, and how sure its parameters are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daybreak.stats.lmm.fit import Bottom
from daybreak.stats.lmm.likelihood import degrees
from daybreak.stats.results import Array

NIL = 1e-8


@dataclass(frozen=True)
class Inference:
    """Covariance of the estimates, plain and adjusted; its slopes by the parameters, and the covariance of these."""

    plain: Array
    adjusted: Array
    slopes: Array
    uncertainty: Array


def satterthwaite(bottom: Bottom) -> Inference:
    """Return what lmerTest takes: parameters (theta, sigma), the inverse observed information, no adjustment.

    Twice the inverse Hessian of the deviance that is profiled over the fixed effects alone. Axes along which it does
    not rise (a singular fit) say nothing and are left out (Kuznetsova et al. 2017).
    """
    point, sigma, df = bottom.point, bottom.sigma, degrees(bottom.blocks, bottom.reml)
    count = len(point.theta)
    hessian = np.empty((count + 1, count + 1))
    hessian[:count, :count] = point.curves + point.pulls / sigma**2
    hessian[count, :count] = hessian[:count, count] = -2 * point.lean / sigma**3
    hessian[count, count] = 6 * point.squares / sigma**4 - 2 * df / sigma**2
    plain = sigma**2 * bottom.map @ bottom.map.T
    loads = point.loads.forms(bottom.blocks.places, bottom.shape.slopes(point.theta))
    slopes = np.concatenate([sigma**2 * bottom.map @ loads @ bottom.map.T, [2 / sigma * plain]])
    return Inference(plain, plain, slopes, 2 * _inverse(hessian))


def kenward_roger(bottom: Bottom) -> Inference:
    """Return what pbkrtest takes: the covariance adjusted, the expected information, V linear in its parameters.

    The parameters are the variances and covariances of the random effects and the residual variance. Their span also
    holds V itself, which is taken in place of the residual variance: no sum over rows is needed then, and the result is
    the same for every basis. The work is done in columns whose estimates are uncorrelated.
    """
    point, places = bottom.point, bottom.blocks.places
    units = bottom.shape.units()
    p, count = bottom.blocks.p, len(units)
    pulls, loads = np.empty((count + 1, p, p)), point.loads.forms(places, units)
    pulls[:count], pulls[count] = loads, np.eye(p)
    products = np.empty((count + 1, count + 1, p, p))
    products[:count, :count] = point.plain.forms(units, point.loads)
    products[count, :], products[:, count] = pulls, pulls
    spread = point.plain.moments()
    traces = np.empty((count + 1, count + 1))
    traces[:count, :count] = point.plain.traces(units)
    traces[count, :count] = traces[:count, count] = [np.sum(unit.change * spread[unit.term]) for unit in units]
    traces[count, count] = bottom.blocks.n
    information = traces - 2 * np.einsum("klii->kl", products) + np.einsum("kij,lji->kl", pulls, pulls)
    uncertainty = 2 * _inverse(information)
    excess = products - np.einsum("kij,ljm->klim", pulls, pulls)
    correction = np.einsum("kl,klij->ij", uncertainty, excess)
    scaled = bottom.sigma * bottom.map
    adjusted = scaled @ (np.eye(p) + correction + correction.T) @ scaled.T
    return Inference(scaled @ scaled.T, adjusted, scaled @ pulls @ scaled.T, uncertainty)


def _inverse(information: Array) -> Array:
    """Return the inverse over the axes that rise, on parameters brought to one scale."""
    size = np.sqrt(np.maximum(np.abs(np.diag(information)), np.finfo(float).tiny))
    values, axes = np.linalg.eigh(information / np.outer(size, size))
    risen = values > NIL
    return np.asarray((axes[:, risen] / values[risen]) @ axes[:, risen].T / np.outer(size, size))
