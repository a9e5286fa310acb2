"""Labels of one raster, clipped to chips as COCO annotations."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import shapely
from rasterio.features import rasterize

from tiling.arrays import Geometries
from tiling.grid.window import PixelSize, PixelWindow
from tiling.vectors import LabelledPolygons, split_polygons

# A fragment of an object with less area than this, square pixels, is no annotation.
MIN_AREA_PX2 = 1.0

# The category of objects whose file names no class.
UNNAMED = "object"


class ChipLabels:
    """Polygons of one raster with a spatial index; may be shared between threads."""

    def __init__(self, truth: LabelledPolygons, min_visible: float = 0.0) -> None:
        """Build the index; `min_visible` is the least share of an object's area that a chip must show."""
        self._truth = truth
        self._min_visible = min_visible
        self._tree = shapely.STRtree(truth.polygons)

    def intersect(self, width: int, height: int) -> bool:
        """Return True where any polygon intersects a raster of this size."""
        return len(self._tree.query(shapely.box(0, 0, width, height), predicate="intersects")) > 0

    def clip(self, window: PixelWindow) -> list[dict[str, Any]]:
        """Clip the objects to a window.

        Returns:
            COCO annotations in the window's own pixels. `category` is the name of the class; `visible` is the
            share of the object's area that lies in the window. Outlines are rings; those with a hole, which COCO's
            rings do not know, and those that wait for review, which are crowd regions, are run lengths.
        """
        frame = shapely.box(window.col, window.row, window.right, window.bottom)
        indices = np.sort(self._tree.query(frame, predicate="intersects"))
        if not len(indices):
            return []
        objects, unknown = self._truth.polygons[indices], self._truth.unknown()
        parts, part_of, _ = split_polygons(shapely.intersection(objects, frame))
        large = shapely.area(parts) >= MIN_AREA_PX2
        parts, part_of = parts[large], part_of[large]
        visible_px2 = np.bincount(part_of, weights=shapely.area(parts), minlength=len(objects))
        object_px2 = shapely.area(objects)
        parts = shapely.transform(parts, lambda xy: xy - (window.col, window.row))
        annotations = []
        for k in np.unique(part_of).tolist():
            if visible_px2[k] >= self._min_visible * object_px2[k]:
                share = min(1.0, float(visible_px2[k] / object_px2[k]))
                category = self._truth.classes[indices[k]] or UNNAMED
                annotation = _annotation(parts[part_of == k], float(visible_px2[k]), share, category)
                crowd = bool(unknown[indices[k]])
                if crowd or (shapely.get_num_interior_rings(parts[part_of == k]) > 0).any():
                    size = PixelSize(window.width, window.height)
                    annotation["segmentation"] = run_lengths(parts[part_of == k], size)
                annotations.append(annotation | {"iscrowd": int(crowd)})
        return annotations


def _annotation(parts: Geometries, area_px2: float, visible: float, category: str) -> dict[str, Any]:
    xmin, ymin, xmax, ymax = shapely.total_bounds(parts).tolist()
    return {
        "category": category,
        "segmentation": [shapely.get_coordinates(part.exterior)[:-1].ravel().tolist() for part in parts],
        "bbox": [xmin, ymin, xmax - xmin, ymax - ymin],
        "area": area_px2,
        "visible": round(visible, 6),
        "iscrowd": 0,
    }


def run_lengths(parts: Geometries, size: PixelSize) -> dict[str, Any]:
    """Return polygons as COCO's uncompressed run lengths over an image of `size` (width, height).

    The counts go down the columns and begin with the pixels outside.
    """
    width, height = size
    inside = rasterize(list(parts), (height, width), dtype=np.uint8).ravel(order="F")
    edges = np.flatnonzero(np.diff(inside, prepend=np.uint8(0)))
    counts = np.diff(edges, prepend=0, append=len(inside))
    return {"size": [height, width], "counts": counts.tolist()}


def is_sampled(chip_id: str, share: float, seed: int) -> bool:
    """Return True for the `share` of chip ids that a seed samples; a hash of the id alone decides.

    >>> sum(is_sampled(f"scene_{number}", 0.25, seed=1) for number in range(10_000))
    2475
    """
    if share >= 1.0:
        return True
    digest = hashlib.sha256(f"{seed}:{chip_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64
