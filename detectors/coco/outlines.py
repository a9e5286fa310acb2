"""Outlines of COCO objects: polygons of one or several rings, run lengths in both spellings, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pycocotools import mask as run_lengths
from rasterio.features import rasterize, shapes
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from detectors.coco.values import MAX_PX, Box, is_number
from detectors.polygons.vectorize import polygon_parts
from tiling.arrays import Bytes, Floats, Ints
from tiling.grid.window import PixelSize

# pycocotools holds run lengths in 32 bits.
_MAX_PIXELS = 1 << 31


class OutlineError(ValueError):
    """An outline that cannot be used; the message says why, to be put after "outlines"."""


@dataclass(frozen=True)
class Outline:
    """Outline of an object; either rings, whose union it is, or run lengths.

    Attributes:
        rings: (N, 2) vertices of each ring in pixels, not closed.
        run_lengths: `size` (height, width) and `counts` (compressed, bytes), as pycocotools takes them.
    """

    rings: tuple[Floats, ...] = ()
    run_lengths: dict[str, Any] | None = None

    @property
    def size(self) -> PixelSize | None:
        """Size (width, height) of the image that run lengths are of; None for rings."""
        if self.run_lengths is None:
            return None
        height, width = self.run_lengths["size"]
        return PixelSize(width, height)

    def bounds(self) -> Box:
        """Return the box around the outline as x, y, width, height."""
        if self.run_lengths is not None:
            x, y, width, height = (float(v) for v in run_lengths.toBbox(self.run_lengths))
        else:
            corners = np.concatenate(self.rings)
            (x, y), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
            width, height = x1 - x, y1 - y
        return float(x), float(y), float(width), float(height)

    def area(self) -> float:
        """Return the area in square pixels."""
        if self.run_lengths is not None:
            return float(run_lengths.area(self.run_lengths))
        return float(self.polygons().area)

    def polygons(self) -> MultiPolygon:
        """Return the outline as polygons: valid, not overlapping, with the holes of run lengths."""
        parts: list[BaseGeometry] = [Polygon(ring) for ring in self.rings] or self._traced()
        whole = shapely.union_all(shapely.make_valid(np.array(parts, object)))
        return MultiPolygon([part for part in polygon_parts(whole) if part.area > 0])

    def _traced(self) -> list[BaseGeometry]:
        x, y, width, height = (int(v) for v in self.bounds())
        if not width or not height:
            return []
        mask: Bytes = run_lengths.decode(self.run_lengths)[y : y + height, x : x + width]
        found = shapes(np.ascontiguousarray(mask), mask.astype(bool))
        traced = [shapely.geometry.shape(mapping) for mapping, _ in found]
        return [shapely.transform(part, lambda xy: xy + np.array([x, y])) for part in traced]

    def encode(self, size: PixelSize) -> dict[str, Any]:
        """Return the outline as run lengths over an image of `size` (width, height)."""
        if self.run_lengths is not None:
            return self.run_lengths
        width, height = size
        rings = [np.clip(ring, (-width, -height), (2 * width, 2 * height)) for ring in self.rings]
        if any((near != ring).any() for near, ring in zip(rings, self.rings, strict=True)):
            # Drawn far outside of the image, it would take all memory.
            inside = shapely.intersection(self.polygons(), box(0, 0, width, height))
            return encode_polygons(polygon_parts(inside), size)
        parts = run_lengths.frPyObjects([ring.ravel().tolist() for ring in rings], height, width)
        merged: dict[str, Any] = run_lengths.merge(parts)
        return merged


def encode_polygons(polygons: list[Polygon], size: PixelSize) -> dict[str, Any]:
    """Encode polygons as run lengths over an image of `size` (width, height), their holes left free."""
    width, height = size
    polygons = [polygon for polygon in polygons if not polygon.is_empty]
    if not polygons:
        mask: Bytes = np.zeros((height, width), np.uint8)
    elif any(polygon.interiors for polygon in polygons):
        mask = rasterize(polygons, (height, width), dtype=np.uint8)
    else:
        rings = [np.asarray(p.exterior.coords)[:-1, :2].ravel().tolist() for p in polygons]
        code: dict[str, Any] = run_lengths.merge(run_lengths.frPyObjects(rings, height, width))
        return code
    encoded: dict[str, Any] = run_lengths.encode(np.asfortranarray(mask))
    return encoded


def box_outline(bounds: Box) -> Outline:
    """Return the outline of a box x, y, width, height."""
    x, y, width, height = bounds
    ring = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
    return Outline((np.array(ring, np.float64),))


def read_outline(value: object) -> Outline | None:
    """Read a `segmentation`; None where it holds no outline (absent, null, empty).

    Raises:
        OutlineError: It holds something that is no outline.
    """
    if value is None or value in ([], {}, "", [[]]):
        return None
    if isinstance(value, dict):
        return Outline(run_lengths=_run_lengths(value))
    if not isinstance(value, list):
        raise OutlineError("that are neither polygons nor run lengths")
    rings = [value] if all(is_number(v) for v in value) else value
    read = [_ring(ring) for ring in rings]
    good = tuple(ring for ring in read if len(ring) >= 3 and np.ptp(ring, axis=0).min() > 0)
    if not good:
        raise OutlineError("of fewer than three points, or without area")
    return Outline(good)


def _ring(value: object) -> Floats:
    if isinstance(value, list) and all(isinstance(v, list) and len(v) == 2 for v in value):
        value = [v for pair in value for v in pair]
    if not isinstance(value, list) or not all(is_number(v) for v in value):
        raise OutlineError("with something that is no number")
    if len(value) % 2:
        raise OutlineError("with an odd number of coordinates")
    ring = np.array(value, np.float64).reshape(-1, 2)
    if np.abs(ring).max(initial=0) > MAX_PX:
        raise OutlineError(f"with coordinates beyond {MAX_PX:,.0f} px")
    return ring[:-1] if len(ring) > 1 and (ring[0] == ring[-1]).all() else ring


def _run_lengths(value: dict[str, Any]) -> dict[str, Any]:
    size, counts = value.get("size"), value.get("counts")
    if not isinstance(size, list) or len(size) != 2 or not all(type(v) is int and v > 0 for v in size):
        raise OutlineError("as run lengths without a size")
    pixels = size[0] * size[1]
    if pixels > _MAX_PIXELS:
        raise OutlineError(f"as run lengths over more than {_MAX_PIXELS:,} pixels")
    if isinstance(counts, list):
        if not all(type(v) is int and 0 <= v <= pixels for v in counts) or sum(counts) != pixels:
            raise OutlineError("as run lengths that do not add up to their size")
        code: dict[str, Any] = run_lengths.frPyObjects(value, *size)
    elif isinstance(counts, str) and counts.isascii():
        runs = _decompressed(counts)
        if runs is None or runs.min(initial=0) < 0 or runs.sum() != pixels:
            raise OutlineError("as run lengths that do not add up to their size")
        code = {"size": size, "counts": counts.encode()}
    else:
        raise OutlineError("as run lengths without counts")
    if not run_lengths.area(code):
        raise OutlineError("as run lengths of no pixel")
    return code


def _decompressed(counts: str) -> Ints | None:
    """Return the runs of COCO's compressed run lengths; None where the text is none.

    Each run is written in groups of 5 bits, the sixth says that more follow; from the third on, as the difference to
    the run before the last. pycocotools reads any text without looking, beyond the end of the image too.
    """
    codes = np.frombuffer(counts.encode(), np.uint8).astype(np.int64) - 48
    if not len(codes) or codes.min() < 0 or codes.max() > 63 or codes[-1] & 32:
        return None
    ends = np.flatnonzero(codes & 32 == 0)
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts + 1
    if lengths.max() > 8:
        return None
    shifts = 5 * (np.arange(len(codes)) - np.repeat(starts, lengths))
    runs = np.add.reduceat((codes & 31) << shifts, starts)
    runs -= np.where(codes[ends] & 16, 1 << (5 * lengths), 0)
    runs[1::2] = np.cumsum(runs[1::2])
    runs[2::2] = np.cumsum(runs[2::2])
    return np.asarray(runs)
