"""Ranking of candidate outlines by their border, inside and shape.

A ranking of figure-ground cuts by mid-level properties, as in CPMC (Carreira & Sminchisescu 2012), by a linear score.
The weights are fitted on the half of the objects that `benchmarks/outline.py` does not report.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from scipy import ndimage
from shapely.geometry import Polygon

from detectors.outlines.prompt import Point
from tiling.arrays import Floats, Geometries, Mask

# For each trait its mean, its spread and its weight, as `benchmarks/outline_ranking.py` fits them.
TRAITS = {
    "border": (
        1.005,
        0.4683,
        0.991,
    ),  # how fast colours change on it, against what is usual in the window; a logarithm
    "weakest": (0.3467, 0.5894, 1.483),  # the same of the weakest tenth of it
    "inner": (0.3072, 0.3137, 0.611),  # the same inside
    "outer": (0.4157, 0.3571, -1.131),  # the same around it
    "mixed": (0.6662, 0.1495, -1.713),  # the share of colours that are inside and around
    "round": (0.6559, 0.1464, 2.297),  # 4 pi area / perimeter squared
    "rectangular": (0.7155, 0.09674, 1.094),  # the share of the smallest rectangle around it
    "convex": (0.8879, 0.07937, -1.906),  # the share of its hull, which the two above have counted already
    "slender": (0.7385, 0.1734, -0.428),  # width / length
    "off_centre": (0.1981, 0.133, -1.319),  # how far the click is from its middle, in roots of its area
    "share": (-1.04, 0.294, 0.502),  # of the box with what is around it; a logarithm
    "cut_off": (0.04434, 0.09497, -1.102),  # the share of the border that is at the window's edge
    "size": (0.0, 3.826, 4.064),  # see `size_trait`
}
_COMPARED = 24  # the others are too unlikely to matter
_WORTH_SHOWING = 0.01  # of expected IoU
_UNLIKELY = 4.0  # spreads from the mean; more counts as much
# A border is no better for being stronger still; an inside with more texture than this speaks for nothing.
_MOST_CHANGE, _MOST_TEXTURE = 8.0, 2.0
_MIN_SIMILAR = 3  # fewer areas say nothing about size
_LEAST_LOG_SPREAD = 0.25
_BINS = 16
_RANGES = ((0.0, 100.0), (-40.0, 40.0), (-40.0, 40.0))


def best_of(shapes: Sequence[Polygon], scores: Floats, count: int) -> list[tuple[int, float]]:
    """Return the positions of the shapes to propose, the best first, each with its expected IoU with the object.

    One of the shapes is taken to be the object, with the softmax of its score as probability. The first proposed has
    the largest expected IoU; each that follows adds most to the expected IoU of the best of them.
    """
    likely = np.argsort(-scores, kind="stable")[:_COMPARED]
    chance = np.exp(scores[likely] - scores[likely[0]])
    chance /= chance.sum()
    overlap = overlaps(np.array([shapes[n] for n in likely], dtype=object))
    covered = np.zeros(len(likely))
    chosen: list[tuple[int, float]] = []
    for _ in range(min(count, len(likely))):
        together = np.maximum(overlap, covered) @ chance
        best = int(together.argmax())
        if chosen and together[best] - chance @ covered < _WORTH_SHOWING:
            break
        covered = np.maximum(covered, overlap[best])
        chosen.append((int(likely[best]), float(overlap[best] @ chance)))
    return chosen


def overlaps(shapes: Geometries) -> Floats:
    """Return the IoU of each pair (N, N)."""
    one, other = np.triu_indices(len(shapes), 1)
    area = shapely.area(shapes)
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    found = np.eye(len(shapes))
    found[one, other] = found[other, one] = shared / (area[one] + area[other] - shared)
    return found


def score(traits: Floats) -> Floats:
    """Score outlines with these traits (N, K) by how much they look like an object (N,)."""
    mean, spread, weight = np.array(list(TRAITS.values())).T
    found: Floats = np.clip((traits - mean) / spread, -_UNLIKELY, _UNLIKELY) @ weight
    return found


def traits_of(part: Mask, shape: Polygon, lab: Floats, steep: Floats, centre: Point) -> Floats:
    """Measure the traits of an outline, in the order of `TRAITS` but the last (K - 1,).

    Args:
        part: (H, W) the object in its window.
        shape: Its outline, in pixels of the view.
        lab: (H, W, 3) colours of the window.
        steep: (H, W) how fast they change.
        centre: (x, y) of the click, or the middle of the box, in pixels of the view.
    """
    usual = float(np.median(steep)) + 0.3
    wide = 2 + round(0.15 * np.sqrt(part.sum()))
    rows, columns = (np.flatnonzero(part.any(axis=axis)) for axis in (1, 0))
    around = tuple(slice(max(0, at[0] - wide - 1), at[-1] + wide + 2) for at in (rows, columns))
    near_edge = np.ones_like(part)
    near_edge[3:-3, 3:-3] = False
    part, lab, steep, near_edge = part[around], lab[around], steep[around], near_edge[around]
    inner = ndimage.binary_erosion(part)
    grown = ndimage.binary_dilation(part)
    inner_border, border = part & ~inner, grown & ~inner
    inside = inner if inner.any() else part
    beside = ndimage.binary_dilation(grown, iterations=wide - 1) & ~grown
    beside = beside if beside.any() else ~inside
    crest = ndimage.maximum_filter(steep, 3)[inner_border] / usual
    frame = shapely.oriented_envelope(shape)
    sides = np.hypot(*np.diff(shapely.get_coordinates(frame)[:3], axis=0).T)
    from_centre = shape.centroid.distance(shapely.Point(centre)) / np.sqrt(shape.area)
    return np.array(
        [
            _change(steep[border].mean() / usual, _MOST_CHANGE),
            _change(np.quantile(crest, 0.1), _MOST_CHANGE),
            _change(steep[inside].mean() / usual, _MOST_TEXTURE),
            _change(steep[beside].mean() / usual, _MOST_CHANGE),
            _shared(lab[inside], lab[beside]),
            4 * np.pi * shape.area / shape.length**2,
            shape.area / frame.area,
            shape.area / shape.convex_hull.area,
            sides.min() / sides.max(),
            from_centre,
            np.log(part.sum() / near_edge.size),
            near_edge[inner_border].mean(),
        ]
    )


def _change(ratio: float, most: float) -> float:
    return float(np.log(np.clip(ratio, 0.5, most)))


def size_trait(area: float, similar_areas: Sequence[float]) -> float:
    """Return minus the squared distance of an area from those of similar objects, in spreads of their logarithms.

    0 with fewer than three areas.
    """
    if len(similar_areas) < _MIN_SIMILAR:
        return 0.0
    logs = np.log(similar_areas)
    apart = (np.log(area) - logs.mean()) / max(_LEAST_LOG_SPREAD, float(logs.std()))
    return float(-min(apart**2, 9.0))


def _shared(mine: Floats, others: Floats) -> float:
    """Return the intersection of the histograms of the colours (N, 3) and (M, 3), 0 to 1."""
    common = 0.0
    for channel, (low, high) in enumerate(_RANGES):
        counts = [
            np.histogram(np.clip(part[:, channel], low, high), _BINS, (low, high))[0] / len(part)
            for part in (mine, others)
        ]
        common += np.minimum(*counts).sum()
    return common / len(_RANGES)
