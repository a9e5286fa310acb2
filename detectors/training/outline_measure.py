"""Accuracy of an outliner on held-out samples: outlines from one click, from three, and from a box."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
import torch
from shapely import Polygon
from torch import Tensor
from torch.nn import functional

from detectors.architectures.clicks import PromptedOutlines
from detectors.architectures.network import IMAGE_MEAN, IMAGE_STD
from detectors.architectures.prompt_simulation import STRIDE, Prompts, add_corrections
from detectors.training.augment import draw_polygon
from detectors.training.config import TrainConfig
from detectors.training.samples import Sample
from detectors.training.split import Split
from tiling.arrays import Bytes, Floats

INPUT_PX = 512
"""Side of the view that a shipped encoder takes."""

PER_CLASS = 200
_CORRECTIONS = 2


def measure_outliner(
    config: TrainConfig, network: PromptedOutlines, splits: dict[str, Split], device: str
) -> dict[str, Any]:
    """Measure the mean IoU with the outlines of held-out objects, at most 200 of a class.

    Each is looked at in a view of 512 px. The click lies anywhere in its inner half; the two corrections lie in the
    middle of the largest error. Masks are compared at full size.

    Returns:
        By class key, of those with outlines: `objects`, `click`, `three_clicks` and `box`, mean IoU each, and
        `click_75`, the share of objects with 0.75 and more.
    """
    network.eval()
    report: dict[str, Any] = {}
    for number, info in enumerate(config.classes, start=1):
        rng = np.random.default_rng(number)
        objects: list[tuple[Sample, int]] = [
            (sample, int(index))
            for split in splits.values()
            for sample in split.val
            for index in np.flatnonzero((sample.labels == number) & sample.outlined)
        ]
        chosen = rng.permutation(len(objects))[:PER_CLASS]
        ious = np.array([_ious(network, *objects[int(at)], rng, device) for at in chosen])
        if len(ious):
            click, three, box = ious.mean(0)
            report[info.key] = {
                "objects": len(ious),
                "click": round(float(click), 3),
                "click_75": round(float((ious[:, 0] >= 0.75).mean()), 3),
                "three_clicks": round(float(three), 3),
                "box": round(float(box), 3),
            }
    return report


@torch.no_grad()
def _ious(
    network: PromptedOutlines, sample: Sample, index: int, rng: np.random.Generator, device: str
) -> Floats:
    """Return the IoU from a click, from three clicks and from a box."""
    image, polygon = _view(sample, index)
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in (IMAGE_MEAN, IMAGE_STD))
    pixels = (torch.from_numpy(image).permute(2, 0, 1).float() / 255 - mean) / std
    embedding = network.encoder(pixels[None].to(device))
    mask = torch.from_numpy(draw_polygon(polygon, INPUT_PX)).float().to(device)
    wanted = functional.avg_pool2d(mask[None, None], STRIDE)[0]
    x, y = inner_point(polygon, rng)
    x0, y0, x1, y1 = polygon.bounds
    off = 0.1 * np.array([x0 - x1, y0 - y1, x1 - x0, y1 - y0])
    found = []
    for points, labels in (
        ([[x, y]], [1.0]),
        (np.reshape(polygon.bounds + off, (2, 2)).tolist(), [2.0, 3.0]),
    ):
        prompts = Prompts(
            torch.zeros(1, dtype=torch.int64, device=device),
            torch.tensor(points, device=device)[None].float(),
            torch.tensor(labels, device=device)[None],
            wanted,
            torch.ones(1, dtype=torch.bool, device=device),
        )
        rounds = 1 + (_CORRECTIONS if len(points) == 1 else 0)
        for _ in range(rounds):
            masks, qualities = network.decoder(embedding, prompts.points, prompts.labels)
            best = masks[:, int(qualities[0].argmax())]
            found.append(_iou(best, mask))
            prompts = add_corrections(prompts, best)
    return np.array([found[0], found[_CORRECTIONS], found[-1]])


def _view(sample: Sample, index: int) -> tuple[Bytes, Polygon]:
    """Return the pixels around an object (INPUT_PX, INPUT_PX, 3), grey outside the image, and its outline in them."""
    polygon = sample.polygons[index]
    middle = polygon.envelope.centroid
    left, top = int(middle.x) - INPUT_PX // 2, int(middle.y) - INPUT_PX // 2
    width, height = sample.size
    left, top = (
        max(0, min(at, size - INPUT_PX)) if size >= INPUT_PX else 0
        for at, size in ((left, width), (top, height))
    )
    image = np.full((INPUT_PX, INPUT_PX, 3), 127, np.uint8)
    part = sample.image[top : top + INPUT_PX, left : left + INPUT_PX]
    image[: part.shape[0], : part.shape[1]] = part
    ring = [np.asarray(r.coords) - (left, top) for r in (polygon.exterior, *polygon.interiors)]
    return image, Polygon(ring[0], ring[1:])


def inner_point(polygon: Polygon, rng: np.random.Generator) -> tuple[float, float]:
    """Return a point in the object shrunk to half its size around a representative point."""
    middle = polygon.representative_point()
    x0, y0, x1, y1 = polygon.bounds
    for _ in range(200):
        x, y = rng.uniform(x0, x1), rng.uniform(y0, y1)
        half = (middle.x + (x - middle.x) / 2, middle.y + (y - middle.y) / 2)
        if _holds(polygon, (x, y)) and _holds(polygon, half):
            return half
    return float(middle.x), float(middle.y)


def _holds(polygon: Polygon, point: tuple[float, float]) -> bool:
    return bool(shapely.contains_xy(polygon, *point))


def _iou(logits: Tensor, mask: Tensor) -> float:
    """Return the IoU of a mask (1, h, w), drawn at the size of the other, with it (H, W)."""
    large = functional.interpolate(logits[None], size=mask.shape, mode="bilinear", align_corners=False)[0, 0]
    found = large > 0
    both = float((found & (mask > 0)).sum())
    return both / max(float((found | (mask > 0)).sum()), 1.0)
