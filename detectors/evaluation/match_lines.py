"""Matching of predicted lines with true ones by a buffer."""

from __future__ import annotations

import numpy as np
import shapely

from tiling.arrays import Floats, Geometries

_QUARTER_SEGMENTS = 16


def matched_lengths(lines: Geometries, others: Geometries, buffer: float) -> Floats:
    """Return of each line the length that lies within a buffer around any of the others.

    That of true lines over their length is the completeness, that of predicted ones the correctness (Heipke, Mayer,
    Wiedemann and Jamet: Evaluation of automatic road extraction, 1997).

    Args:
        lines: (N,) LineStrings.
        others: (M,) LineStrings in the same coordinates.
        buffer: Half the width of the buffer, in units of the coordinates.

    Returns:
        (N,) lengths.

    >>> one, other = shapely.linestrings([[[0, 0], [10, 0]]]), shapely.linestrings([[[0, 1], [5, 1]]])
    >>> matched_lengths(one, other, 1.0).round(1).tolist(), matched_lengths(other, one, 1.5).tolist()
    ([5.0], [5.0])
    """
    found = np.zeros(len(lines))
    if not len(others):
        return found
    index, near = shapely.STRtree(others).query(lines, predicate="dwithin", distance=buffer)
    around = shapely.buffer(others, buffer, quad_segs=_QUARTER_SEGMENTS)
    for line in np.unique(index).tolist():
        ground = shapely.union_all(around[near[index == line]])
        found[line] = shapely.length(shapely.intersection(lines[line], ground))
    return found
