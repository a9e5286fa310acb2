"""Lines cut at the antimeridian, and joined there again."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString

from tiling.arrays import Floats
from tiling.grid.lonlat_lines import ON_LINE_DEG


def wrapped_line(lonlat: Floats) -> LineString | MultiLineString | None:
    """Cut a line of any longitudes at the antimeridian, into -180..180; its parts stay in its order.

    Args:
        lonlat: (N, 2) positions whose longitudes run on beyond 180 degrees and never jump.

    Returns:
        The line, or its parts; None where nothing with a length is left.
    """
    points = _with_crossings(lonlat)
    turns = np.floor(((points[:-1, 0] + points[1:, 0]) / 2 + 180.0) / 360.0)
    starts = np.flatnonzero(np.diff(turns, prepend=np.nan))  # the first edge of each part
    parts: list[Floats] = []
    last = np.nan
    for start, stop in zip(starts, [*starts[1:], len(turns)], strict=True):
        part = points[start : stop + 1] - np.array([360.0 * turns[start], 0.0])
        part[:, 0] = np.clip(part[:, 0], -180.0, 180.0)
        # A sliver along the cut is rounding: what lies before and behind it is one part.
        if np.hypot(*np.diff(part, axis=0).T).sum() <= ON_LINE_DEG and len(starts) > 1:
            continue
        if turns[start] == last:
            parts[-1] = np.vstack((parts[-1], part))
        else:
            parts.append(part)
        last = turns[start]
    if not parts:
        return None
    return LineString(parts[0]) if len(parts) == 1 else MultiLineString(parts)


def joined_lines(geometry: LineString | MultiLineString) -> LineString | MultiLineString:
    """Join each part that ends at the antimeridian with the next, where that begins there; longitudes run on."""
    lines: list[Floats] = []
    turns = 0
    for part in shapely.get_parts(geometry):
        points = shapely.get_coordinates(part)
        end = lines[-1][-1] - np.array([360.0 * turns, 0.0]) if lines else None
        step = 0 if end is None else _across(end, points[0])
        if not step:
            turns = 0
            lines.append(points)
            continue
        turns += step
        moved = points + np.array([360.0 * turns, 0.0])
        seam = len(lines[-1]) - 1
        lines[-1] = _without_seam(np.vstack((lines[-1], moved[1:])), seam)
    return LineString(lines[0]) if len(lines) == 1 else MultiLineString(lines)


def _with_crossings(points: Floats) -> Floats:
    """Return a line with a vertex wherever an edge crosses a longitude of 180 + 360 n."""
    turns = (points[:, 0] + 180.0) / 360.0
    found = [points[:1]]
    for edge in range(len(points) - 1):
        low, high = sorted((turns[edge], turns[edge + 1]))
        lines = np.arange(np.floor(low) + 1, np.ceil(high))
        if len(lines):
            shares = np.sort((lines - turns[edge]) / (turns[edge + 1] - turns[edge]))
            crossed = points[edge] + shares[:, None] * (points[edge + 1] - points[edge])
            crossed[:, 0] = 360.0 * np.round((crossed[:, 0] - 180.0) / 360.0) + 180.0
            found.append(crossed)
        found.append(points[edge + 1 : edge + 2])
    return np.vstack(found)


def _across(end: Floats, start: Floats) -> int:
    """Return 1 or -1 where a line goes on across the antimeridian to the east or west, else 0."""
    if abs(end[1] - start[1]) > ON_LINE_DEG:
        return 0
    for side in (1, -1):
        if abs(end[0] - 180.0 * side) < ON_LINE_DEG and abs(start[0] + 180.0 * side) < ON_LINE_DEG:
            return side
    return 0


def _without_seam(points: Floats, seam: int) -> Floats:
    """Drop the vertex that only the cut has put into an edge."""
    if not 0 < seam < len(points) - 1:
        return points
    along, across = points[seam + 1] - points[seam - 1], points[seam] - points[seam - 1]
    length = float(np.hypot(*along))
    off = abs(along[0] * across[1] - along[1] * across[0]) / length if length else np.inf
    return np.delete(points, seam, axis=0) if off < ON_LINE_DEG else points
