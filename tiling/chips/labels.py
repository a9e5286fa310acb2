"""Labels on chips: clipped, with the share of the object that is visible, and written as COCO."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import numpy as np
import shapely

from tiling.grid.window import PixelWindow
from tiling.vectors import LabelledPolygons, polygon_parts

# A piece of an object with less area than this (square pixels) is not an annotation.
MIN_AREA_PX2 = 1.0

# The category of objects whose file names no class.
UNNAMED = "object"


class ChipLabels:
    """The polygons of one raster, ready to be clipped to chips. Safe to share between threads."""

    def __init__(self, truth: LabelledPolygons, min_visible: float = 0.0) -> None:
        """Makes an index of `truth`; pieces below `min_visible` of an object's own area are left out."""
        self._truth = truth
        self._min_visible = min_visible
        self._tree = shapely.STRtree(truth.polygons)

    def reach(self, width: int, height: int) -> bool:
        """True where any polygon reaches into a raster of this size."""
        return len(self._tree.query(shapely.box(0, 0, width, height), predicate="intersects")) > 0

    def clip(self, window: PixelWindow) -> list[dict[str, Any]]:
        """What of the objects is visible in a window: COCO annotations in the window's own pixels.

        `category` is the class's name; `visible` is the share of the object's area that lies in the window.
        """
        frame = shapely.box(window.col, window.row, window.right, window.bottom)
        found = []
        for index in np.sort(self._tree.query(frame, predicate="intersects")):
            polygon = self._truth.polygons[index]
            parts = polygon_parts(shapely.intersection(polygon, frame))
            parts = [part for part in parts if part.area >= MIN_AREA_PX2]
            area = float(sum(part.area for part in parts))
            if parts and area >= self._min_visible * polygon.area:
                moved = [shapely.transform(part, lambda xy: xy - (window.col, window.row)) for part in parts]
                visible = min(1.0, area / polygon.area)
                found.append(_annotation(moved, area, visible, self._truth.classes[index] or UNNAMED))
        return found


def _annotation(parts: list[shapely.Polygon], area: float, visible: float, category: str) -> dict[str, Any]:
    xmin, ymin, xmax, ymax = shapely.total_bounds(np.array(parts, dtype=object)).tolist()
    return {
        "category": category,
        # COCO's lists of rings know no holes; the outline is what it can say.
        "segmentation": [shapely.get_coordinates(part.exterior)[:-1].ravel().tolist() for part in parts],
        "bbox": [xmin, ymin, xmax - xmin, ymax - ymin],
        "area": area,
        "visible": round(visible, 6),
        "iscrowd": 0,
    }


def keeps_negative(identifier: str, share: float, seed: int) -> bool:
    """Whether a chip without labels is among the `share` of them that is kept; a draw by its id alone."""
    if share >= 1.0:
        return True
    draw = hashlib.sha256(f"{seed}:{identifier}".encode()).digest()
    return int.from_bytes(draw[:8], "big") < share * 2**64


class CocoFile:
    """A COCO file that is written as chips come; annotations wait in a file of their own."""

    def __init__(self, path: Path, categories: Sequence[str]) -> None:
        """Starts `path`; categories get their numbers, from 1, in the order given."""
        self._numbers = {name: number for number, name in enumerate(categories, 1)}
        self.images = self.annotations = 0
        with ExitStack() as stack:
            self._file: IO[str] = stack.enter_context(path.open("w", encoding="utf-8"))
            waiting = path.with_name(f"{path.name}.annotations")
            self._waiting: IO[str] = stack.enter_context(waiting.open("w+", encoding="utf-8"))
            waiting.unlink()  # it goes when it is closed
            self._stack = stack.pop_all()
        self._file.write('{"images": [')

    def add(self, image: dict[str, Any], annotations: Iterable[dict[str, Any]]) -> None:
        """Adds one chip: the members of its image entry but the id, and what `ChipLabels.clip` found."""
        self.images += 1
        self._file.write(",\n" if self.images > 1 else "\n")
        self._file.write(json.dumps({"id": self.images} | image, ensure_ascii=False))
        for annotation in annotations:
            self.annotations += 1
            entry = {"id": self.annotations, "image_id": self.images} | annotation
            entry["category_id"] = self._numbers[entry.pop("category")]
            self._waiting.write(",\n" if self.annotations > 1 else "\n")
            self._waiting.write(json.dumps(entry, ensure_ascii=False))

    def finish(self) -> None:
        """Writes the annotations behind the images, and the categories."""
        self._file.write('\n],\n"annotations": [')
        self._waiting.seek(0)
        shutil.copyfileobj(self._waiting, self._file, 1 << 20)
        categories = [{"id": number, "name": name} for name, number in self._numbers.items()]
        self._file.write(f'\n],\n"categories": {json.dumps(categories, ensure_ascii=False)}}}\n')
        self._file.flush()

    def close(self) -> None:
        """Closes the file; safe to call twice."""
        self._stack.close()
