"""Star-shaped segmentation: the closed line of steepest colour change that every ray from the click meets once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy import ndimage

from detectors.outlines.prompt import Point
from tiling.arrays import Floats, Mask

_RAYS, _RINGS = 64, 32
_NEAREST, _FARTHEST = 0.06, 0.47  # of a window: radii between which the line is looked for
_STEEPEST = 6.0  # of the usual change; more is no stronger a border
_BEND_COST = 0.3  # of a ring, from one ray to the next
_FASTEST = 3  # rings from one ray to the next: a corner of a rectangle of 1 : 3 is sharper no more


def star_shaped(lab: Floats, centre: Point) -> Mask:
    """Return the mask of the object around a click (H, W), star-shaped about it.

    A circular shortest path (Sun & Pallottino 2003) on rays and rings whose radii grow by a constant factor, so
    that a bend costs the same near and far.

    Args:
        lab: (H, W, 3) colours.
        centre: (x, y) of the click, in cells.
    """
    size = min(lab.shape[:2])
    radii = size * np.geomspace(_NEAREST, _FARTHEST, _RINGS)
    angles = 2 * np.pi * np.arange(_RAYS) / _RAYS
    x = centre[0] + radii[:, None] * np.cos(angles)
    y = centre[1] + radii[:, None] * np.sin(angles)
    seen = [
        ndimage.map_coordinates(lab[..., k], (y - 0.5, x - 0.5), order=1, mode="nearest") for k in range(3)
    ]
    smooth = ndimage.gaussian_filter1d(np.stack(seen), 1.0, axis=2, mode="wrap")
    change = np.sqrt((np.gradient(smooth, axis=1) ** 2).sum(axis=0))
    ring = cheapest_closed_path(-np.minimum(change / (np.median(change) + 1e-6), _STEEPEST))
    rays = np.arange(_RAYS)
    drawing = Image.new("1", (lab.shape[1], lab.shape[0]))
    corners = np.column_stack([x[ring, rays], y[ring, rays]]) - 0.5
    ImageDraw.Draw(drawing).polygon([tuple(corner) for corner in corners.tolist()], fill=1)
    return np.array(drawing)


def cheapest_closed_path(cost: Floats) -> npt.NDArray[np.intp]:
    """Return the ring on each ray (A,) of the cheapest closed path, over costs (R, A).

    Found by dynamic programming over three rounds, of which the middle one hardly knows where the first began.
    """
    rings, rays = cost.shape
    turns = np.arange(2 * _FASTEST + 1)
    bends = _BEND_COST * np.abs(turns - _FASTEST)
    rows, reached = np.arange(rings), np.arange(rings)[:, None] + turns
    padded = np.full(rings + 2 * _FASTEST, np.inf)
    padded[_FASTEST:-_FASTEST] = cost[:, 0]
    came_from = np.empty((3 * rays, rings), dtype=np.intp)
    for ray in range(1, 3 * rays):
        ways = padded[reached] + bends
        best = ways.argmin(axis=1)
        came_from[ray] = rows + best - _FASTEST
        padded[_FASTEST:-_FASTEST] = ways[rows, best] + cost[:, ray % rays]
    way = [int(padded[_FASTEST:-_FASTEST].argmin())]
    for step in came_from[:0:-1]:
        way.append(int(step[way[-1]]))
    return np.array(way[::-1])[rays : 2 * rays]
