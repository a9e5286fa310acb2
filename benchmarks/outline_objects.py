"""Real objects to point at, in two halves that share no ground: one to tune on, one to report."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely
from PIL import Image
from shapely.affinity import scale, translate

from detectors.outlines.prompt import Point, Prompt, View
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window
from tiling.vectors import read_polygons

Half = Literal["tune", "report"]
SEED = 1
AROUND_PX = 320
LEAST_PX2 = 64
# Of Banepa, so much on either side of the line between the halves is in neither: no window reaches over it far.
BUFFER_PX = 128
# As many objects of its kind are known of as somebody soon has accepted.
KIN = 20


@dataclass(frozen=True)
class Sample:
    """An object and what is known around it.

    Attributes:
        view: the pixels within 320 px of its middle.
        truth: its outline, or its box, in pixels of the view.
        is_box: whether `truth` is only a box.
        areas: areas of others of its class in the same scene, at most 20; for boxes, of these.
        stray: a point on it that is not its middle.
    """

    view: View
    truth: shapely.Polygon
    is_box: bool
    areas: tuple[float, ...]
    stray: Point

    def prompt(self, kind: str) -> Prompt:
        """Return a click at a representative point or elsewhere on the object, or a box a tenth larger per side."""
        if kind == "box":
            x0, y0, x1, y1 = self.truth.bounds
            dx, dy = 0.1 * (x1 - x0), 0.1 * (y1 - y0)
            return Prompt(box=(x0 - dx, y0 - dy, x1 + dx, y1 + dy))
        middle = self.truth.representative_point()
        return Prompt(((middle.x, middle.y) if kind == "middle" else self.stray,))

    def iou(self, polygon: shapely.Polygon) -> float:
        """Intersection over union with the object, of the bounds where the truth is a box."""
        polygon = shapely.box(*polygon.bounds) if self.is_box else polygon
        return iou(polygon, self.truth)


def iou(one: shapely.Polygon, other: shapely.Polygon) -> float:
    """Intersection over union."""
    shared = one.intersection(other).area
    return float(shared / (one.area + other.area - shared))


# Each with the folder of its COCO file and whether it has boxes only.
_PICTURES = {
    "vhr10": ("vhr10", False),
    "trees": ("neon_trees", True),
    "cars": ("cars", True),
    "planes": ("airport", True),
}
NAMES = ("buildings", *_PICTURES)
# Nothing is tuned on these: their terms allow research only.
REPORTED_ONLY = ("vhr10",)


def samples(data: Path, name: str, half: Half, count: int) -> list[Sample]:
    """Return the first `count` objects of one half of a set, in a fixed random order."""
    if name == "buildings":
        return list(islice(_buildings(data / "banepa", half), count))
    folder, is_box = _PICTURES[name]
    file = next((data / folder).rglob("*.json"))
    return list(islice(_pictures(file, half, is_box=is_box), count))


def _buildings(folder: Path, half: Half) -> Iterator[Sample]:
    """Yield buildings: in the west of the labelled area to tune on, in the east to report."""
    with open_raster(folder / "banepa.tif") as raster:
        area = read_polygons(folder / "labelled_area.geojson", raster.grid).polygons[0]
        middle = (area.bounds[0] + area.bounds[2]) / 2
        sign = -1 if half == "tune" else 1
        mine = [
            polygon
            for polygon in read_polygons(folder / "buildings.geojson", raster.grid).polygons
            if area.contains(polygon) and sign * (polygon.centroid.x - middle) > BUFFER_PX
        ]
        random.Random(SEED).shuffle(mine)
        whole = PixelWindow(0, 0, raster.grid.width, raster.grid.height)
        for n, polygon in enumerate(mine):
            x, y = int(polygon.centroid.x), int(polygon.centroid.y)
            side = 2 * AROUND_PX
            window = PixelWindow(x - AROUND_PX, y - AROUND_PX, side, side).intersect(whole)
            assert window is not None
            chip = read_window(raster, window, bands=(1, 2, 3))
            rgb = np.ascontiguousarray(chip.image.transpose(1, 2, 0)).astype(np.uint8)
            truth = translate(polygon, -window.col, -window.row)
            yield Sample(View(rgb, chip.valid), truth, False, _areas(mine, polygon, n), _stray(truth, n))


def _pictures(file: Path, half: Half, *, is_box: bool) -> Iterator[Sample]:
    """Objects of a COCO file, all categories alike; every second picture is in the other half."""
    content = json.loads(file.read_text())
    names = {image["id"]: Path(image["file_name"]).name for image in content["images"]}
    paths = {path.name: path for path in file.parent.rglob("*") if path.suffix in (".jpg", ".tif", ".png")}
    order = sorted(names)
    random.Random(SEED).shuffle(order)
    mine = set(order[("tune", "report").index(half) :: 2])
    kinds: dict[tuple[int, int], list[shapely.Polygon]] = defaultdict(list)
    found = []
    for annotation in content["annotations"]:
        shape = _shape(annotation, is_box=is_box)
        if annotation["image_id"] in mine and shape is not None and shape.area >= LEAST_PX2:
            kind = kinds[annotation["image_id"], annotation["category_id"]]
            kind.append(shape)
            found.append((annotation["image_id"], shape, kind))
    random.Random(SEED).shuffle(found)
    for n, (image_id, shape, kind) in enumerate(found):
        with Image.open(paths[names[image_id]]) as picture:
            x, y = int(shape.centroid.x), int(shape.centroid.y)
            left, top = max(0, x - AROUND_PX), max(0, y - AROUND_PX)
            right, bottom = min(picture.width, x + AROUND_PX), min(picture.height, y + AROUND_PX)
            rgb = np.array(picture.convert("RGB").crop((left, top, right, bottom)))
        truth = translate(shape, -left, -top)
        view = View(rgb, np.ones(rgb.shape[:2], bool))
        yield Sample(view, truth, is_box, _areas(kind, shape, n), _stray(truth, n))


def _shape(annotation: dict[str, Any], *, is_box: bool) -> shapely.Polygon | None:
    """Return the outline or box of an annotation; None where it is no single polygon."""
    if is_box:
        x, y, width, height = annotation["bbox"]
        box: shapely.Polygon = shapely.box(x, y, x + width, y + height)
        return box
    rings = [np.reshape(ring, (-1, 2)) for ring in annotation["segmentation"] if len(ring) >= 6]
    parts = [shapely.make_valid(shapely.Polygon(ring)) for ring in rings]
    largest: object = max(parts, key=lambda part: part.area, default=None)
    return largest if isinstance(largest, shapely.Polygon) else None


def _areas(kind: list[shapely.Polygon], polygon: shapely.Polygon, seed: int) -> tuple[float, ...]:
    others = [other.area for other in kind if other is not polygon]
    random.Random(seed).shuffle(others)
    return tuple(others[:KIN])


def _stray(truth: shapely.Polygon, seed: int) -> Point:
    """Return a point in the object shrunk to half its width around a representative point."""
    middle = truth.representative_point()
    inner = scale(truth, 0.5, 0.5, origin=middle).intersection(truth)
    rng = np.random.default_rng(seed)
    x0, y0, x1, y1 = inner.bounds
    while True:
        x, y = float(rng.uniform(x0, x1)), float(rng.uniform(y0, y1))
        if inner.contains(shapely.Point(x, y)):
            return x, y
