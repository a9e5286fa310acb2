"""How well and how fast outlines are proposed: python benchmarks/outline.py ../shared/data

Real objects, each pointed at by a click at a representative point and by its bounds padded by a tenth. With OpenCV
installed, its GrabCut is given the same windows. Prints mean IoU, the shares with IoU of 0.5 and 0.7 and more, the same
for the best of the proposals, and processor and wall time at the 95th percentile.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import shapely
from PIL import Image
from skimage.segmentation import felzenszwalb, random_walker

from tiling.outlines import classical
from tiling.outlines.prompt import Outline, Prompt, View
from tiling.raster import open_raster, read_window
from tiling.vectors import read_polygons
from tiling.window import PixelWindow

SEED = 1
AROUND_PX = 640
LEAST_PX2 = 64
# A picture, the outline in it, and whether it is one or only a box.
Sample = tuple[View, shapely.Polygon, bool]


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--count", type=int, default=40, help="objects of each set")
    parser.add_argument("--method", choices=METHODS, help="only this one")
    options = parser.parse_args()
    methods = [name for name in METHODS if name != "GrabCut" or importlib.util.find_spec("cv2")]
    methods = [name for name in methods if options.method in (None, name)]
    print(f"{'set':12}{'prompt':8}{'method':16}  IoU  >=.5  >=.7 | best of 3, >=.5 | CPU p95   wall p95")
    for name, samples in sets(options.data, options.count):
        for kind in ("click", "box"):
            for method in methods:
                measure(f"{name:12}{kind:8}{method:16}", samples, kind, method)


def sets(data: Path, count: int) -> Iterator[tuple[str, list[Sample]]]:
    """The sets by name."""
    yield "buildings", list(buildings(data / "banepa", count))
    yield "vhr10", list(pictures(next((data / "vhr10").rglob("*.json")), count, is_box=False))
    yield "trees", list(pictures(next((data / "neon_trees").rglob("*.json")), count, is_box=True))


def buildings(folder: Path, count: int) -> Iterator[Sample]:
    """Buildings of a whole scene."""
    with open_raster(folder / "banepa.tif") as raster:
        area = read_polygons(folder / "labelled_area.geojson", raster.grid).polygons[0]
        labels = [
            p for p in read_polygons(folder / "buildings.geojson", raster.grid).polygons if area.contains(p)
        ]
        random.Random(SEED).shuffle(labels)
        whole = PixelWindow(0, 0, raster.grid.width, raster.grid.height)
        for polygon in labels[:count]:
            x, y = int(polygon.centroid.x), int(polygon.centroid.y)
            window = PixelWindow(x - AROUND_PX, y - AROUND_PX, 2 * AROUND_PX, 2 * AROUND_PX).intersect(whole)
            assert window is not None
            chip = read_window(raster, window, bands=(1, 2, 3))
            rgb = np.ascontiguousarray(chip.image.transpose(1, 2, 0)).astype(np.uint8)
            yield View(rgb, chip.valid), shapely.affinity.translate(polygon, -window.col, -window.row), False


def pictures(file: Path, count: int, *, is_box: bool) -> Iterator[Sample]:
    """Objects of a COCO file, all categories alike."""
    content = json.loads(file.read_text())
    names = {image["id"]: Path(image["file_name"]).name for image in content["images"]}
    paths = {path.name: path for path in file.parent.rglob("*") if path.suffix in (".jpg", ".tif", ".png")}
    random.Random(SEED).shuffle(content["annotations"])
    for annotation in content["annotations"]:
        if is_box:
            x, y, width, height = annotation["bbox"]
            shape = shapely.box(x, y, x + width, y + height)
        else:
            rings = [np.reshape(ring, (-1, 2)) for ring in annotation["segmentation"] if len(ring) >= 6]
            parts = [shapely.make_valid(shapely.Polygon(ring)) for ring in rings]
            shape = max(parts, key=lambda part: part.area, default=shapely.Polygon())
        if shape.geom_type != "Polygon" or shape.area < LEAST_PX2:
            continue
        rgb = np.array(Image.open(paths[names[annotation["image_id"]]]).convert("RGB"))
        yield View(rgb, np.ones(rgb.shape[:2], bool)), shape, is_box
        count -= 1
        if count == 0:
            return


def measure(title: str, samples: list[Sample], kind: str, method: str) -> None:
    """Prints one line."""
    first, best, cpu, wall = [], [], [], []
    for view, truth, is_box in samples:
        began, worked = time.perf_counter(), time.process_time()
        found = proposed(view, prompt_of(truth, kind), method)
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - worked)
        shared = [iou(outline.polygon, truth, is_box) for outline in found] or [0.0]
        first.append(shared[0])
        best.append(max(shared))
    one, top = np.array(first), np.array(best)
    print(
        f"{title}{one.mean():5.2f}{(one >= 0.5).mean():6.2f}{(one >= 0.7).mean():6.2f} | "
        f"{top.mean():9.2f}{(top >= 0.5).mean():6.2f} | {np.quantile(cpu, 0.95) * 1e3:5.0f} ms"
        f"{np.quantile(wall, 0.95) * 1e3:8.0f} ms",
        flush=True,
    )


def prompt_of(truth: shapely.Polygon, kind: str) -> Prompt:
    """A click on an object, or a box a tenth larger on every side."""
    if kind == "click":
        point = truth.representative_point()
        return Prompt(((point.x, point.y),))
    x0, y0, x1, y1 = truth.bounds
    dx, dy = 0.1 * (x1 - x0), 0.1 * (y1 - y0)
    return Prompt(box=(x0 - dx, y0 - dy, x1 + dx, y1 + dy))


def proposed(view: View, prompt: Prompt, method: str) -> list[Outline]:
    """Proposals of one method, the others' place taken by it."""
    with mock.patch.object(classical, "_masks", METHODS[method]):
        return classical.propose(view, prompt)


def watershed(lab: np.ndarray, steep: np.ndarray, valid: np.ndarray, prompt: Prompt) -> Iterator[np.ndarray]:
    """Markers and a flood only."""
    certain, ground, _ = classical.markers(valid, prompt)
    yield classical.flooded(steep, certain.astype(np.int32) + 2 * ground.astype(np.int32)) == 1


def grabcut(lab: np.ndarray, steep: np.ndarray, valid: np.ndarray, prompt: Prompt) -> Iterator[np.ndarray]:
    """OpenCV's, on pixels, from the same markers; it sees L*a*b* instead of RGB."""
    cv2 = importlib.import_module("cv2")
    certain, ground, likely = classical.markers(valid, prompt)
    state = np.where(likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    state[ground], state[certain] = cv2.GC_BGD, cv2.GC_FGD
    levels = np.clip(lab * 2.55 + [0, 128, 128], 0, 255).astype(np.uint8)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(levels, state, None, *models, 5, cv2.GC_INIT_WITH_MASK)
    yield (state == cv2.GC_FGD) | (state == cv2.GC_PR_FGD)


def walker(lab: np.ndarray, steep: np.ndarray, valid: np.ndarray, prompt: Prompt) -> Iterator[np.ndarray]:
    """Random walks to the markers (Grady 2006)."""
    certain, ground, _ = classical.markers(valid, prompt)
    labels = certain + 2 * ground.astype(np.int32)
    yield random_walker(lab, labels, beta=300, mode="cg_j", tol=1e-2, channel_axis=-1) == 1


def superpixels(
    lab: np.ndarray, steep: np.ndarray, valid: np.ndarray, prompt: Prompt
) -> Iterator[np.ndarray]:
    """The segments (Felzenszwalb & Huttenlocher 2004), from fine to coarse, that hold the markers and no ground."""
    certain, ground, _ = classical.markers(valid, prompt)
    for scale in (20, 60, 150, 400):
        number = felzenszwalb(lab, scale=scale, sigma=0.8, min_size=20)
        total, beside = np.bincount(number.ravel()), np.bincount(number[ground], minlength=number.max() + 1)
        held = np.bincount(number[certain], minlength=number.max() + 1) > 0
        yield (held & (beside < 0.1 * total))[number]


METHODS: dict[str, Any] = {
    "watershed-cut": classical._masks,
    "watershed": watershed,
    "GrabCut": grabcut,
    "random walker": walker,
    "superpixels": superpixels,
}


def iou(polygon: shapely.Polygon, truth: shapely.Polygon, is_box: bool) -> float:
    """Intersection over union, of the bounds where the truth is a box."""
    polygon = shapely.box(*polygon.bounds) if is_box else polygon
    shared = polygon.intersection(truth).area
    return float(shared / (polygon.area + truth.area - shared))


if __name__ == "__main__":
    main()
