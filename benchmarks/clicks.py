"""How well clicks and boxes outline objects that were held out: a trained package beside the method without a model.

    python benchmarks/clicks.py detectors/configs/outline.toml PACKAGE [--count 60]

Run it from the repository root. The objects are those that the configuration holds out, by data set and, where
`hold_out` names places, by place; and of VHR-10, of which nothing was learnt. Each is clicked once, anywhere in its
inner half; two corrections follow, each in the middle of the largest error; and a box a tenth larger per side is drawn.
Of objects that have boxes only, the bounds are compared. Prints mean IoU, the share of 0.75 and more after the first
click, and the time of a first click and of another into the same view.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import outline_objects
import shapely
from rasterio.features import rasterize
from scipy import ndimage

from detectors.outlines import classical
from detectors.outlines.prompt import Outline, Prompt, View
from detectors.outlines.sam import SamPackage
from detectors.training.config import read_config
from detectors.training.outline_measure import inner_point
from detectors.training.samples import Sample
from detectors.training.sources import read_source
from server.outlines.outliner import AROUND_PX, prompt_window
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid

Propose = Callable[[View, Prompt, str], list[Outline]]


@dataclass(frozen=True)
class Target:
    """An object in an image, with a point on it."""

    image: np.ndarray
    truth: shapely.Polygon
    is_box: bool
    stray: tuple[float, float]

    def iou(self, polygon: shapely.Polygon) -> float:
        """Return the IoU with the object, of the bounds where only a box is known."""
        return outline_objects.iou(shapely.box(*polygon.bounds) if self.is_box else polygon, self.truth)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("config", type=Path)
    parser.add_argument("package", type=Path)
    parser.add_argument("--count", type=int, default=60, help="objects of each set")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = parser.parse_args()
    package = SamPackage.open(options.package)
    methods: dict[str, tuple[Propose, bool]] = {
        "classical": (lambda view, prompt, _key: classical.propose(view, prompt), False),
        package.card.name: (package.propose, True),
    }
    print(f"{'set':26}{'method':12}{'n':>4}  click >=.75  3 clicks   box | click ms  again ms")
    for name, targets in sets(options.config, options.data, options.count):
        for method, (propose, around) in methods.items():
            rows = np.array([measured(target, propose, around) for target in targets])
            click, third, box, first, again = rows.mean(0)
            print(
                f"{name:26}{method:12}{len(rows):4}{click:7.2f}{(rows[:, 0] >= 0.75).mean():6.2f}{third:10.2f}"
                f"{box:6.2f} |{first * 1e3:9.0f}{again * 1e3:10.0f}",
                flush=True,
            )


def sets(path: Path, data: Path, count: int) -> Iterator[tuple[str, list[Target]]]:
    """Yield the objects of each data set and place that were held out, in a fixed random order."""
    config = read_config(path)
    for source in config.sources:
        places: dict[str, list[tuple[Sample, int]]] = {}
        for sample in read_source(source, config).val:
            found = re.search(source.hold_out, Path(sample.name).name) if source.hold_out else None
            place = f"{source.name} {found.group()}" if found else source.name
            places.setdefault(place, []).extend((sample, n) for n in range(len(sample.labels)))
        for place, objects in places.items():
            rng = np.random.default_rng(1)
            chosen = [objects[int(at)] for at in rng.permutation(len(objects))[:count]]
            yield place, [target_of(sample, n, rng) for sample, n in chosen]
    yield "vhr10", list(islice(never_seen(data), count))


def target_of(sample: Sample, number: int, rng: np.random.Generator) -> Target:
    """Return an object of a sample."""
    truth = sample.polygons[number]
    return Target(sample.image, truth, not sample.outlined[number], inner_point(truth, rng))


def never_seen(data: Path) -> Iterator[Target]:
    """Yield objects of VHR-10."""
    for sample in outline_objects.samples(data, "vhr10", "report", 10_000):
        yield Target(sample.view.rgb, sample.truth, sample.is_box, sample.stray)


def measured(target: Target, propose: Propose, around: bool) -> tuple[float, float, float, float, float]:
    """Return IoU of a click, of three and of a box, and the seconds of a first click and of another."""
    prompt = Prompt((target.stray,))
    seconds, ious = [], []
    for _ in range(3):
        began = time.perf_counter()
        outline = first(target, prompt, propose, around)
        seconds.append(time.perf_counter() - began)
        ious.append(0.0 if outline is None else target.iou(outline))
        prompt = corrected(target, prompt, outline)
    x0, y0, x1, y1 = target.truth.bounds
    dx, dy = 0.1 * (x1 - x0), 0.1 * (y1 - y0)
    boxed = first(target, Prompt(box=(x0 - dx, y0 - dy, x1 + dx, y1 + dy)), propose, around)
    return ious[0], ious[2], 0.0 if boxed is None else target.iou(boxed), seconds[0], seconds[1]


def first(target: Target, prompt: Prompt, propose: Propose, around: bool) -> shapely.Polygon | None:
    """Return the first outline for a prompt in the image, seen in the window that the server reads."""
    height, width = target.image.shape[:2]
    anchor = prompt if prompt.box else Prompt((target.stray,))
    window = prompt_window(RasterGrid(None, PIXEL_PLANE, width, height), anchor, seen_around=around).window
    part = target.image[window.row : window.bottom, window.col : window.right]
    view = View(np.ascontiguousarray(part), np.ones(part.shape[:2], bool))
    key = f"{id(target)} {window}"
    found = propose(view, prompt.moved((window.col, window.row), 1.0), key)
    if not found:
        return None
    origin = np.array([window.col, window.row])
    return shapely.transform(found[0].polygon, lambda xy: xy + origin)


def corrected(target: Target, prompt: Prompt, outline: shapely.Polygon | None) -> Prompt:
    """Add a click in the middle of the largest error; none for objects that have a box only."""
    if target.is_box:
        return prompt
    x, y = (int(value) for value in target.stray)
    left, top = max(0, x - AROUND_PX // 2), max(0, y - AROUND_PX // 2)
    shape = target.image[top : y + AROUND_PX // 2, left : x + AROUND_PX // 2].shape[:2]
    wanted, found = (
        np.zeros(shape, bool) if polygon is None else drawn(polygon, (left, top), shape)
        for polygon in (target.truth, outline)
    )
    depths = [
        ndimage.distance_transform_edt(np.pad(e, 1))[1:-1, 1:-1] for e in (wanted & ~found, found & ~wanted)
    ]
    kind = int(depths[1].max() > depths[0].max())
    if depths[kind].max() < 2:
        return prompt
    row, column = np.unravel_index(int(depths[kind].argmax()), shape)
    click = (left + float(column) + 0.5, top + float(row) + 0.5)
    points, negative = (*prompt.points, *[click][kind:]), (*prompt.negative, *[click][:kind])
    return Prompt(points, negative)


def drawn(polygon: shapely.Polygon, origin: tuple[int, int], shape: tuple[int, ...]) -> np.ndarray:
    """Return the pixels of a polygon in a window, (rows, cols) bool."""
    moved = shapely.transform(polygon, lambda xy: xy - origin)
    mask: np.ndarray = rasterize([moved], shape, dtype=np.uint8).astype(bool)
    return mask


if __name__ == "__main__":
    main()
