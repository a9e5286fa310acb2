"""Lines in longitude and latitude: where they cross the antimeridian, run along a pole, or bend on the way to a CRS."""

from __future__ import annotations

import numpy as np

from tiling.arrays import Floats

# Degrees within which a vertex lies on the antimeridian or at a pole; files are rounded to 9 decimals.
ON_LINE_DEG = 1e-7


def from_antimeridian(lonlat: Floats, turns: int) -> Floats:
    """Return a line around the Earth that begins and ends where it first crosses longitude 180."""
    lon = lonlat[:, 0]
    turn = np.floor((lon + 180.0) / 360.0)
    at = int(np.flatnonzero(np.diff(turn))[0])
    line = 360.0 * max(turn[at], turn[at + 1]) - 180.0
    share = (line - lon[at]) / (lon[at + 1] - lon[at])
    latitude = lonlat[at, 1] + share * (lonlat[at + 1, 1] - lonlat[at, 1])
    rest = lonlat[1 : at + 1] + np.array([360.0 * turns, 0.0])
    start = -180.0 if turns > 0 else 180.0
    moved = np.vstack(([[line, latitude]], lonlat[at + 1 :], rest, [[line + 360.0 * turns, latitude]]))
    moved[:, 0] += start - line
    moved[[0, -1], 0] = start, -start
    return moved


def opened(ring: Floats) -> Floats:
    """Return a ring without its way along a pole and the antimeridian, which is one point or line of the Earth."""
    at_pole = np.abs(ring[:, 1]) > 90 - ON_LINE_DEG
    if not at_pole.any() or np.ptp(ring[:, 0]) < 360 - 2 * ON_LINE_DEG:
        return ring
    points, at_pole = ring[:-1], at_pole[:-1]
    first = int(np.flatnonzero(at_pole & ~np.roll(at_pole, -1))[0]) + 1
    points, at_pole = np.roll(points, -first, axis=0), np.roll(at_pole, -first)
    return points[~at_pole]


def middles(line: Floats) -> Floats:
    """Return the middle of each edge."""
    return np.asarray((line[:-1] + line[1:]) / 2)


def probes(line: Floats) -> Floats:
    """Return a point on each edge, not its middle: an edge that bends like an S crosses its straight line there."""
    return np.asarray(0.6 * line[:-1] + 0.4 * line[1:])


def stepped(line: Floats, step: float) -> Floats:
    """Return a line with vertices in between, so that no edge is longer in x than `step`."""
    counts = np.maximum(1, np.ceil(np.abs(np.diff(line[:, 0])) / step - 1e-9)).astype(np.int64)
    if (counts == 1).all():
        return line
    shares = np.concatenate([np.arange(count) / count for count in counts])[:, None]
    starts, ends = np.repeat(line[:-1], counts, axis=0), np.repeat(line[1:], counts, axis=0)
    return np.vstack((starts + shares * (ends - starts), line[-1:]))


def off_line(points: Floats, line: Floats, period: float | None) -> Floats:
    """Return how far each point lies from its edge of a line.

    Args:
        points: (N, 2), one for each edge.
        line: (N + 1, 2) vertices.
        period: Distance in x after which coordinates name the same place again.
    """
    with np.errstate(invalid="ignore", divide="ignore"):  # points that are nowhere stay not finite
        along, beside = np.diff(line, axis=0), points - line[:-1]
        if period is not None:
            beside[:, 0] -= period * np.round((beside[:, 0] - along[:, 0] / 2) / period)
        share = np.clip((along * beside).sum(axis=1) / (along**2).sum(axis=1), 0.0, 1.0)
        share[~np.isfinite(share)] = 0.0
        return np.asarray(np.hypot(*(beside - share[:, None] * along).T))
