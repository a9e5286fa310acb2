"""Random training crops for overhead views, where all eight flips and rotations are equally likely."""

from __future__ import annotations

import numpy as np
import shapely
import torch
from PIL import Image
from rasterio.features import rasterize
from torch import Tensor

from detectors.training.paste import RareObjects
from detectors.training.samples import Coordinates, Sample, clip_polygons, turn
from detectors.training.sensors import imitate_sensor
from tiling.arrays import Bytes, Floats, Geometries, Ints, Mask

_MIN_VISIBLE = 0.35
_OBJECT_CENTRED = 0.8
_MIN_PATCH_PX = 32  # a narrower rest of the canvas stays black


def random_crop(
    pool: list[Sample],
    rng: np.random.Generator,
    size_px: int,
    jitter: tuple[float, float],
    chances: Floats | None = None,
    rare: RareObjects | None = None,
    other_sensors: float = 0.0,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Draw one crop of `size_px` from a data set.

    Images smaller than the crop are laid side by side (several draws) rather than padded, so that no
    computation is spent on nothing.

    Args:
        pool: The samples of one data set.
        rng: Source of every random choice.
        size_px: Side of the crop.
        jitter: Lowest and highest zoom (1 = the package's ground resolution).
        chances: (N,) how likely each sample is drawn; None for all alike.
        rare: Objects of which one is pasted in, where there is room.
        other_sensors: Chance that the crop is shown as another sensor would.

    Returns:
        (3, size, size) float32 in 0..1, and a target as `detectors.architectures.network` describes.
    """
    zoom = float(np.exp(rng.uniform(*np.log(jitter))))
    canvas = np.zeros((size_px, size_px, 3), np.uint8)
    shapes: list[Geometries] = []
    labels: list[Ints] = []
    outlines: list[Mask] = []
    y = 0
    sample = pool[0]
    while size_px - y >= _MIN_PATCH_PX:
        x, row_height = 0, size_px - y
        while size_px - x >= _MIN_PATCH_PX:
            sample = pool[int(rng.choice(len(pool), p=chances))]
            patch, polygons, numbers, outlined = _patch(sample, rng, zoom, size_px - x, row_height)
            height, width = patch.shape[:2]
            canvas[y : y + height, x : x + width] = patch
            shapes.append(shapely.transform(polygons, _shifted(x, y)))
            labels.append(numbers)
            outlines.append(outlined)
            row_height = height if x == 0 else row_height
            x += width
        y += row_height
    if rare:
        pasted, label, outlined = rare.paste(canvas, np.concatenate(shapes), rng, zoom)
        shapes, labels, outlines = [*shapes, pasted], [*labels, label], [*outlines, outlined]
    if other_sensors and rng.random() < other_sensors:
        canvas = imitate_sensor(canvas, rng)
    drawn, numbers, flags = np.concatenate(shapes), np.concatenate(labels), np.concatenate(outlines)
    return _radiometry(canvas, rng), _target(drawn, numbers, flags, sample.labelled, size_px)


def _patch(
    sample: Sample, rng: np.random.Generator, zoom: float, max_width: int, max_height: int
) -> tuple[Bytes, Geometries, Ints, Mask]:
    """Draw a turned, zoomed part of one sample, at most `max_width` by `max_height`, with its objects in its pixels."""
    turns, mirror = int(rng.integers(4)), bool(rng.integers(2))
    width, height = sample.size
    if turns % 2:
        max_width, max_height = max_height, max_width
    out_w, out_h = min(max_width, max(8, int(width * zoom))), min(max_height, max(8, int(height * zoom)))
    span_x, span_y = min(out_w / zoom, width), min(out_h / zoom, height)
    x0, y0 = rng.uniform(0, width - span_x), rng.uniform(0, height - span_y)
    if len(sample.labels) and rng.random() < _OBJECT_CENTRED:
        centre = sample.polygons[int(rng.integers(len(sample.labels)))].centroid
        x0 = float(np.clip(centre.x - span_x * rng.uniform(0.2, 0.8), 0, width - span_x))
        y0 = float(np.clip(centre.y - span_y * rng.uniform(0.2, 0.8), 0, height - span_y))
    bounds = (x0, y0, x0 + span_x, y0 + span_y)
    resized = Image.fromarray(sample.image).resize((out_w, out_h), Image.Resampling.BILINEAR, box=bounds)
    polygons, index = clip_polygons(sample.polygons, bounds, _MIN_VISIBLE)
    scale = np.array([out_w / span_x, out_h / span_y])
    polygons = shapely.transform(polygons, lambda xy: (xy - (x0, y0)) * scale)
    turned = turn(np.asarray(resized), polygons, turns, mirror)
    return (*turned, sample.labels[index], sample.outlined[index])


def _shifted(x: float, y: float) -> Coordinates:
    return lambda xy: xy + np.array([x, y])


def _radiometry(pixels: Bytes, rng: np.random.Generator) -> Tensor:
    """Return (3, H, W) float32 in 0..1 with random gain, contrast, brightness, saturation and noise."""
    image = torch.from_numpy(pixels).permute(2, 0, 1).float() / 255
    gain = torch.from_numpy(rng.normal(1.0, 0.06, (3, 1, 1))).float()
    image = image * gain
    grey = image.mean(dim=0, keepdim=True)
    image = grey + (image - grey) * float(rng.uniform(0.5, 1.4))
    mean = image.mean()
    image = mean + (image - mean) * float(rng.uniform(0.7, 1.3)) + float(rng.uniform(-0.12, 0.12))
    if rng.random() < 0.3:
        noise = rng.normal(0.0, rng.uniform(0.005, 0.03), pixels.shape).transpose(2, 0, 1)
        image = image + torch.from_numpy(np.ascontiguousarray(noise)).float()
    return image.clamp(0, 1)


def _target(
    polygons: Geometries, labels: Ints, outlined: Mask, labelled: Mask, size_px: int
) -> dict[str, Tensor]:
    bounds = shapely.bounds(polygons).reshape(-1, 4)
    big = (bounds[:, 2] - bounds[:, 0] >= 2) & (bounds[:, 3] - bounds[:, 1] >= 2)
    polygons, labels, outlined, bounds = polygons[big], labels[big], outlined[big], bounds[big]
    masks = np.zeros((len(labels), size_px, size_px), np.uint8)
    for number in np.flatnonzero(outlined):
        masks[number] = draw_polygon(polygons[number], size_px)
    return {
        "boxes": torch.from_numpy(bounds.astype(np.float32)),
        "labels": torch.from_numpy(labels),
        "masks": torch.from_numpy(masks),
        "labelled": torch.from_numpy(labelled),
        "has_masks": torch.from_numpy(outlined),
    }


def draw_polygon(polygon: shapely.Polygon, size_px: int) -> Bytes:
    """Rasterize a polygon: (size, size) uint8, 1 where the centre of the pixel is inside."""
    mask: Bytes = rasterize([polygon], (size_px, size_px), dtype=np.uint8)
    return mask
