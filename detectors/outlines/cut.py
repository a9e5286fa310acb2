"""Graph cut over basins: GrabCut (Rother et al. 2004) on a watershed (Li et al. 2004)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from detectors.outlines.basins import Basins
from tiling.arrays import Floats, Mask

_GAMMA = 50.0  # what a pixel of border costs, as in GrabCut
_GAUSSIANS = 4
_LEAST_VARIANCE = 9.0  # of a colour, in L*a*b*: JPEG and sensor noise
_ROUNDS = 4
_PREMIUMS = (-2.0, 2.0)  # of a pixel, as its misfit
_KMEANS_ROUNDS = 8
_CERTAIN = 1e6
_STEPS = 16  # of a capacity: maximum flow is in whole numbers


def cut_object(basins: Basins, certain: Mask, ground: Mask, likely: Mask) -> Iterator[Mask]:
    """Yield the mask of the object (H, W), then one for a smaller and one for a larger object.

    Colours of object and ground are learned from what is taken for them, the cheapest cut between the two is
    found, and both are repeated until nothing changes. With a price, and a premium, on every pixel of the object
    the same colours give two more (parametric cuts, Carreira & Sminchisescu 2012).

    Args:
        basins: Of the view.
        certain: (H, W) pixels that are the object.
        ground: (H, W) pixels that are not.
        likely: (H, W) where the object is at first.
    """
    fixed = basins.share(certain) > 0
    never = (basins.share(ground) > 0.5) & ~fixed
    mine = (fixed | (basins.share(likely) > 0.5)) & ~never
    gain = np.zeros(len(mine))
    for _ in range(_ROUNDS):
        if mine.all() or not mine.any():
            break
        gain = basins.area * (_misfit(basins, ~mine) - _misfit(basins, mine))
        gain[fixed], gain[never] = _CERTAIN, -_CERTAIN
        before, mine = mine, _cheapest(basins.contact, gain)
        if (before == mine).all():
            break
    yield mine[basins.number]
    for premium in _PREMIUMS:
        yield _cheapest(basins.contact, gain + premium * basins.area)[basins.number]


def _misfit(basins: Basins, chosen: Mask) -> Floats:
    """Return minus the log density of each basin's colour (N,) in a mixture fitted to the chosen basins."""
    share, mean, variance = _mixture(basins.colour[chosen], basins.area[chosen])
    apart = (basins.colour[:, None] - mean) ** 2 / variance
    density: Floats = np.logaddexp.reduce(
        np.log(share) - 0.5 * np.log(variance).sum(axis=1) - 0.5 * apart.sum(axis=2), axis=1
    )
    return -density


def _mixture(colours: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Fit Gaussians around the k-means of colours (N, 3): shares (K,), means and variances (K, 3).

    The first groups are equal shares from dark to bright.
    """
    order = np.argsort(colours[:, 0], kind="stable")
    group = np.empty(len(colours), dtype=int)
    group[order] = np.minimum(np.cumsum(weights[order]) / weights.sum() * _GAUSSIANS, _GAUSSIANS - 1)
    for _ in range(_KMEANS_ROUNDS):
        share, mean = _means(colours, weights, group)
        group = ((colours[:, None] - mean) ** 2).sum(axis=2).argmin(axis=1)
    share, mean = _means(colours, weights, group)
    # Groups that ended empty are gone, so the others are counted anew.
    apart = (colours - mean[np.searchsorted(np.unique(group), group)]) ** 2
    _, variance = _means(apart, weights, group)
    return share, mean, variance + _LEAST_VARIANCE


def _means(values: Floats, weights: Floats, group: npt.NDArray[np.int_]) -> tuple[Floats, Floats]:
    """Return the weight (K,), 1 in all, and mean (K, 3) of each group that is not empty."""
    member = weights * (group == np.unique(group)[:, None])
    sums = member.sum(axis=1)
    return sums / weights.sum(), member @ values / sums[:, None]


def _cheapest(contact: Any, gain: Floats) -> Mask:
    """Return the nodes (N,) on the object's side of the minimum cut; `gain` is what each adds by being there."""
    count = len(gain)
    source, sink = count, count + 1
    gain = np.clip(gain, -_CERTAIN, _CERTAIN)
    for_it, against = np.flatnonzero(gain > 0), np.flatnonzero(gain < 0)
    between = contact.tocoo()
    rows = np.concatenate([between.row, np.full(len(for_it), source), against])
    columns = np.concatenate([between.col, for_it, np.full(len(against), sink)])
    costs = np.concatenate([_GAMMA * between.data, gain[for_it], -gain[against]])
    capacity = coo_matrix(
        (np.rint(costs * _STEPS).astype(np.int32), (rows, columns)), shape=(count + 2, count + 2)
    ).tocsr()
    rest = capacity - maximum_flow(capacity, source, sink).flow
    rest.data[rest.data < 0] = 0
    rest.eliminate_zeros()
    mine = np.zeros(count + 2, dtype=bool)
    mine[breadth_first_order(rest, source, return_predecessors=False)] = True
    return mine[:count]
