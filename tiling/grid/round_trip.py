"""Check that geometries survive a way to another CRS and back."""

from __future__ import annotations

import numpy as np
import shapely

from tiling.arrays import Geometries, Mask


def lost(before: Geometries, after: Geometries, shift: float, share: float = 0.01) -> Mask:
    """Return which geometries did not survive a way there and back: (N,) bool.

    Args:
        before: (N,) Polygons, LineStrings and Points in x, y of one CRS.
        after: (N,) the same after the way there and back; None where nothing is left.
        shift: How far a centroid may move and bounds may differ, in units of the CRS.
        share: By which share of itself an area, or a line's length, may differ beyond what `shift` explains.
    """
    gone = shapely.is_missing(after) | shapely.is_empty(after)
    kept = np.where(gone, before, after)
    slack = share * shapely.area(before) + shift * shapely.length(before)
    with np.errstate(invalid="ignore"):
        resized = ~(np.abs(shapely.area(kept) - shapely.area(before)) <= slack)
        lengths = np.where(shapely.get_dimensions(before) == 1, shapely.length(before), 0.0)
        kept_lengths = np.where(shapely.get_dimensions(before) == 1, shapely.length(kept), 0.0)
        resized |= ~(np.abs(kept_lengths - lengths) <= share * lengths + 4 * shift)
        moved = ~(shapely.distance(shapely.centroid(kept), shapely.centroid(before)) <= shift * 4)
        apart = ~(np.abs(shapely.bounds(kept) - shapely.bounds(before)) <= shift * 4).all(axis=1)
    return np.asarray(gone | resized | moved | apart)
