"""Training samples: an image at the model's ground resolution with its objects in pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import box

from detectors.polygons.vectorize import polygon_parts
from tiling.arrays import Bytes, Floats, Geometries, Ints, Mask
from tiling.grid.window import PixelSize

# Smaller objects show nothing that could be learnt.
MIN_AREA_PX2 = 4.0

Coordinates = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Sample:
    """Image with everything that is labelled on it.

    Attributes:
        name: For messages and for keeping an image out of training.
        source: Name of the data set.
        image: (H, W, 3) uint8, at the package's ground resolution.
        polygons: (N,) shapely polygons in pixels (x right, y down); boxes are rectangles.
        labels: (N,) int64, 1-based class numbers.
        labelled: (K,) bool, the classes this image is completely labelled for.
        outlined: (N,) bool, which polygons are outlines (the others are rectangles around the objects).
    """

    name: str
    source: str
    image: Bytes
    polygons: Geometries
    labels: Ints
    labelled: Mask
    outlined: Mask

    @property
    def size(self) -> PixelSize:
        """Size (width, height) in pixels."""
        return PixelSize(self.image.shape[1], self.image.shape[0])


def draw_chances(samples: list[Sample], repeat_rare: float) -> Floats:
    """Return (N,) the probability of each sample, by repeat factors (Gupta et al. 2019, arXiv:1908.03195).

    A class that a share f of the images has counts sqrt(repeat_rare / f), at least 1; an image as much as its rarest
    class.
    """
    classes = max((int(sample.labels.max(initial=0)) for sample in samples), default=0)
    has = np.array([np.isin(np.arange(classes + 1), sample.labels) for sample in samples])
    factor = np.sqrt(np.maximum(1.0, repeat_rare / np.maximum(has.mean(axis=0), 1e-9)))
    counts = np.where(has, factor, 1.0).max(axis=1)
    chances: Floats = counts / counts.sum()
    return chances


def clip_polygons(
    polygons: Geometries,
    bounds: tuple[float, float, float, float],
    min_visible: float,
) -> tuple[Geometries, Ints]:
    """Clip polygons to a rectangle, keeping the largest part of each.

    Args:
        polygons: (N,) polygons in pixels.
        bounds: x0, y0, x1, y1 of the rectangle.
        min_visible: Objects with a smaller share of their area inside are left out.

    Returns:
        (M,) clipped polygons and (M,) the indices of the originals.
    """
    near = np.flatnonzero(shapely.intersects(polygons, box(*bounds)))
    clipped = shapely.clip_by_rect(shapely.make_valid(polygons[near]), *bounds)
    kept, index = [], []
    for i, shape in zip(near, clipped, strict=True):
        parts = polygon_parts(shape)
        if not parts:
            continue
        largest = max(parts, key=lambda p: p.area)
        if largest.area >= min_visible * polygons[i].area and largest.area >= MIN_AREA_PX2:
            kept.append(largest)
            index.append(i)
    out = np.empty(len(kept), dtype=object)
    out[:] = kept
    return out, np.asarray(index, dtype=np.int64)


def turn(pixels: Bytes, polygons: Geometries, turns: int, mirror: bool) -> tuple[Bytes, Geometries]:
    """Rotate by quarter turns (counter-clockwise as seen) and mirror an image together with its polygons."""
    for _ in range(turns):
        width = pixels.shape[1]
        pixels = np.rot90(pixels)
        polygons = shapely.transform(polygons, _quarter_turn(width))
    if mirror:
        width = pixels.shape[1]
        pixels = pixels[:, ::-1]
        polygons = shapely.transform(polygons, _mirrored(width))
    return np.ascontiguousarray(pixels), polygons


def _quarter_turn(width: float) -> Coordinates:
    return lambda xy: np.column_stack([xy[:, 1], width - xy[:, 0]])


def _mirrored(width: float) -> Coordinates:
    return lambda xy: np.column_stack([width - xy[:, 0], xy[:, 1]])
