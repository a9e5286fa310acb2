"""Copy-paste of rare objects into training crops (Ghiasi et al. 2021, arXiv:2012.07177)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from PIL import Image, ImageDraw, ImageFilter
from shapely.affinity import translate
from shapely.geometry import Polygon, box

from detectors.training.samples import Sample, turn
from tiling.arrays import Bytes, Geometries, Ints, Mask

_TRIES = 8
_MARGIN_PX = 3.0  # of its surroundings that come along, so that no edge is cut out with scissors
_RESIZE = (0.8, 1.25)
_LARGEST = 0.7  # of the crop's side
_APART_PX = 4.0


@dataclass(frozen=True)
class RareObjects:
    """Objects of a data set's rare classes, by class: (sample, number of the object in it)."""

    by_class: dict[int, list[tuple[Sample, int]]]

    @classmethod
    def of(cls, samples: list[Sample], rare: float) -> RareObjects:
        """Collect the objects of classes that less than a share `rare` of the samples have."""
        images = Counter(int(label) for sample in samples for label in np.unique(sample.labels))
        few = {label for label, count in images.items() if count < rare * len(samples)}
        found: dict[int, list[tuple[Sample, int]]] = {label: [] for label in sorted(few)}
        for sample in samples:
            for number, label in enumerate(sample.labels):
                if int(label) in few:
                    found[int(label)].append((sample, number))
        return cls(found)

    def paste(
        self,
        canvas: Bytes,
        polygons: Geometries,
        rng: np.random.Generator,
        zoom: float,
    ) -> tuple[Geometries, Ints, Mask]:
        """Paste one object, turned and zoomed, into a free part of a crop.

        Args:
            canvas: (size, size, 3) uint8, changed in place.
            polygons: (N,) what is labelled in it, in its pixels; none of it is covered.
            rng: Source of every random choice.
            zoom: Pixels of the crop per pixel of the samples.

        Returns:
            (1,) the object in the crop's pixels, (1,) its label and (1,) whether it is an outline; nothing of each
            where there is none or no place was free.
        """
        nothing = np.empty(0, object), np.empty(0, np.int64), np.empty(0, bool)
        if not self.by_class:
            return nothing
        label = list(self.by_class)[int(rng.integers(len(self.by_class)))]
        sample, number = self.by_class[label][int(rng.integers(len(self.by_class[label])))]
        crop, alpha, shape = _cut_out(sample, number, rng, zoom)
        height, width = alpha.shape
        size = canvas.shape[0]
        if max(height, width) > _LARGEST * size or min(height, width) < 8:
            return nothing
        taken = shapely.STRtree(polygons)
        for _ in range(_TRIES):
            x, y = int(rng.integers(size - width + 1)), int(rng.integers(size - height + 1))
            area = box(x, y, x + width, y + height).buffer(_APART_PX)
            if not len(taken.query(area, predicate="intersects")):
                part = canvas[y : y + height, x : x + width]
                part[:] = np.round(part * (1 - alpha[..., None]) + crop * alpha[..., None])
                shape = translate(shape, x, y)
                return np.array([shape], object), np.array([label]), sample.outlined[[number]]
        return nothing


def _cut_out(
    sample: Sample, number: int, rng: np.random.Generator, zoom: float
) -> tuple[Bytes, npt.NDArray[np.float32], Polygon]:
    """Crop an object with a margin: (H, W, 3) pixels, (H, W) alpha in 0..1, and its polygon there."""
    polygon = sample.polygons[number]
    x0, y0, x1, y1 = polygon.buffer(_MARGIN_PX).bounds
    width, height = sample.size
    x0, y0, x1, y1 = max(x0, 0.0), max(y0, 0.0), min(x1, float(width)), min(y1, float(height))
    zoom *= float(np.exp(rng.uniform(*np.log(_RESIZE))))
    size = max(1, round((x1 - x0) * zoom)), max(1, round((y1 - y0) * zoom))
    scale = np.array([size[0] / (x1 - x0), size[1] / (y1 - y0)])
    resized = Image.fromarray(sample.image).resize(size, Image.Resampling.BILINEAR, box=(x0, y0, x1, y1))
    shape = shapely.transform(polygon, lambda xy: (xy - (x0, y0)) * scale)
    mask = Image.new("L", size)
    outline = shape.buffer(_MARGIN_PX / 2).exterior.coords if sample.outlined[number] else None
    if outline is None:
        mask.paste(255, (0, 0, *size))
    else:
        ImageDraw.Draw(mask).polygon([(x, y) for x, y in outline], fill=255)
        mask = mask.filter(ImageFilter.GaussianBlur(1.0))
    cut = np.dstack([np.asarray(resized), np.asarray(mask)])
    shapes = np.array([shape], object)
    turned, [shape] = turn(cut, shapes, turns=int(rng.integers(4)), mirror=bool(rng.integers(2)))
    return turned[..., :3], turned[..., 3].astype(np.float32) / np.float32(255), shape
