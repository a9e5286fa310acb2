"""Detections as parallel arrays: thousands of objects without thousands of Python objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import shapely

from detectors.errors import SpaceError
from tiling.arrays import Floats, Geometries, Ints, Mask

EDGE_PX = 2.0  # how close to a border an object counts as cut by it


class Space(StrEnum):
    """Coordinate space of detections; always x right, y down, corner convention."""

    CHIP = "chip"  # pixels of one chip
    RESAMPLED = "resampled"  # pixels of the scene at the model's ground resolution
    SCENE = "scene"  # pixels of the scene's own grid


@dataclass(frozen=True)
class Detections:
    """Detected objects as parallel arrays, in the order of their producer.

    Attributes:
        boxes: (N, 4) float64, x0, y0, x1, y1: the producer's own, where it has boxes (a mask may be smaller), or the
            polygons' bounds.
        scores: (N,) float64 in 0..1.
        labels: (N,) int64, 1-based class numbers of the model card.
        coords: (M, 2) float64, the vertices of all rings.
        ring_offsets: (R + 1,) int64 into `coords`.
        polygon_offsets: (N + 1,) int64 into the rings; the first ring of a polygon is its shell.
        edge_flags: (N,) bool, whether a chip border cut the object.
        seen: (N, 4) float64, x0, y0, x1, y1: the part of the image that was looked at to find it, infinite on sides
            where nothing more could have been seen.
        space: What the coordinates are counted in.
    """

    boxes: Floats
    scores: Floats
    labels: Ints
    coords: Floats
    ring_offsets: Ints
    polygon_offsets: Ints
    edge_flags: Mask
    seen: Floats
    space: Space

    def __len__(self) -> int:
        """Return the number of detections."""
        return len(self.scores)

    @classmethod
    def from_polygons(
        cls,
        polygons: Geometries,
        scores: npt.ArrayLike,
        labels: npt.ArrayLike,
        edge_flags: npt.ArrayLike,
        space: Space,
        boxes: npt.ArrayLike | None = None,
        seen: npt.ArrayLike | None = None,
    ) -> Detections:
        """Build from (N,) shapely polygons and the matching arrays.

        Without `boxes`, they are the polygons' bounds; without `seen`, everything was looked at.
        """
        if len(polygons):
            ragged: Any = shapely.to_ragged_array(polygons, include_z=False)
            _, coords, (rings, parts) = ragged
            bounds = shapely.bounds(polygons)
        else:
            coords, rings, parts, bounds = np.empty((0, 2)), np.zeros(1), np.zeros(1), np.empty((0, 4))
        return cls(
            boxes=np.asarray(bounds if boxes is None else boxes, np.float64).reshape(-1, 4),
            scores=np.asarray(scores, np.float64),
            labels=np.asarray(labels, np.int64),
            coords=np.asarray(coords, np.float64),
            ring_offsets=np.asarray(rings, np.int64),
            polygon_offsets=np.asarray(parts, np.int64),
            edge_flags=np.asarray(edge_flags, np.bool_),
            seen=unbounded(len(polygons)) if seen is None else np.asarray(seen, np.float64).reshape(-1, 4),
            space=space,
        )

    @classmethod
    def empty(cls, space: Space) -> Detections:
        """Return detections of length 0."""
        return cls.from_polygons(np.empty(0, object), [], [], [], space)

    @classmethod
    def concatenate(cls, parts: Sequence[Detections], space: Space) -> Detections:
        """Concatenate detections of one space, in order.

        Raises:
            SpaceError: One of them is in another space.
        """
        for part in parts:
            if part.space != space:
                raise SpaceError(f"detections are in {part.space} space, expected {space}")
        if not parts:
            return cls.empty(space)
        arrays = {
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in _ARRAYS
            if not name.endswith("_offsets")
        }
        return cls(
            **arrays,
            ring_offsets=_strung([part.ring_offsets for part in parts]),
            polygon_offsets=_strung([part.polygon_offsets for part in parts]),
            space=space,
        )

    def polygons(self) -> Geometries:
        """Return the (N,) shapely polygons."""
        if not len(self):
            return np.empty(0, object)
        offsets = (self.ring_offsets, self.polygon_offsets)
        polygons: Geometries = shapely.from_ragged_array(shapely.GeometryType.POLYGON, self.coords, offsets)
        return polygons

    def take(self, index: Ints | Mask) -> Detections:
        """Return the detections at `index` (integers or a mask), in that order.

        >>> boxes = shapely.box([0, 50], 0, [10, 60], 10)
        >>> found = Detections.from_polygons(boxes, [0.9, 0.4], [1, 2], [False] * 2, Space.SCENE)
        >>> found.take(found.scores > 0.5).labels.tolist()
        [1]
        """
        chosen = np.arange(len(self))[index]
        rings, polygon_offsets = _members(self.polygon_offsets, chosen)
        vertices, ring_offsets = _members(self.ring_offsets, rings)
        return Detections(
            boxes=self.boxes[chosen],
            scores=self.scores[chosen],
            labels=self.labels[chosen],
            coords=self.coords[vertices],
            ring_offsets=ring_offsets,
            polygon_offsets=polygon_offsets,
            edge_flags=self.edge_flags[chosen],
            seen=self.seen[chosen],
            space=self.space,
        )

    def with_polygons(self, polygons: Geometries) -> Detections:
        """Replace the polygons by (N,) others in the same space; boxes and all else stay."""
        return Detections.from_polygons(
            polygons, self.scores, self.labels, self.edge_flags, self.space, self.boxes, self.seen
        )

    def moved(self, scale: tuple[float, float], offset: tuple[float, float], space: Space) -> Detections:
        """Scale and shift the coordinates into another space: times `scale` (x, y), plus `offset` (x, y)."""
        factor, shift = np.asarray(scale, np.float64), np.asarray(offset, np.float64)
        return Detections(
            boxes=self.boxes * np.tile(factor, 2) + np.tile(shift, 2),
            scores=self.scores,
            labels=self.labels,
            coords=self.coords * factor + shift,
            ring_offsets=self.ring_offsets,
            polygon_offsets=self.polygon_offsets,
            edge_flags=self.edge_flags,
            seen=self.seen * np.tile(factor, 2) + np.tile(shift, 2),
            space=space,
        )

    def write(self, file: BinaryIO) -> None:
        """Write as uncompressed .npz; equal detections give equal bytes."""
        np.savez(
            file,
            allow_pickle=False,
            **{name: getattr(self, name) for name in _ARRAYS},
            space=np.array(str(self.space)),
        )

    @classmethod
    def read(cls, path: Path) -> Detections:
        """Read a file of `write`; files of earlier versions have no `seen`, and get unbounded windows."""
        with np.load(path, allow_pickle=False) as arrays:
            values = {name: arrays[name] for name in _ARRAYS if name in arrays}
            values.setdefault("seen", unbounded(len(values["scores"])))
            return cls(**values, space=Space(str(arrays["space"])))


_ARRAYS = ("boxes", "scores", "labels", "coords", "ring_offsets", "polygon_offsets", "edge_flags", "seen")


def _members(offsets: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """Return the positions of the members of the chosen spans, in order, and the offsets (C + 1,) of those."""
    counts = offsets[chosen + 1] - offsets[chosen]
    starts = np.concatenate([[0], np.cumsum(counts)])
    return np.repeat(offsets[chosen] - starts[:-1], counts) + np.arange(starts[-1]), starts


def _strung(parts: Sequence[Ints]) -> Ints:
    """Return the offsets of spans that follow one another."""
    lengths = [np.diff(part) for part in parts]
    return np.concatenate([[0], np.cumsum(np.concatenate(lengths))])


def unbounded(count: int) -> Floats:
    """Return (N, 4) float64 bounds that hold the whole plane."""
    return np.tile([-np.inf, -np.inf, np.inf, np.inf], (count, 1))


def cut_sides(boxes: Floats, seen: Floats) -> Mask:
    """Return (N, 4) whether boxes come within 2 px of the left, top, right, bottom of their windows `seen` (N, 4)."""
    low, high = boxes[:, :2] < seen[:, :2] + EDGE_PX, boxes[:, 2:] > seen[:, 2:] - EDGE_PX
    return np.hstack([low, high])


def is_cut(boxes: Floats, seen: Floats) -> Mask:
    """Return (N,) whether boxes (N, 4) reach a border of the windows they were detected in, `seen` (N, 4)."""
    flags: Mask = np.any(cut_sides(boxes, seen), axis=1)
    return flags
