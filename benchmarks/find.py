"""How well more objects like a few examples are found: storage tanks, by a network that never saw one.

    python benchmarks/find.py DATA [--model overhead] [--images 7] [--queries 2] [--iou 0.5]

DATA holds `airbus_oil_storage`, a COCO set of boxes. Examples are from one image. Half of the others are reviewed: the
ten best proposals that nobody has decided about, again and again; one that overlaps a tank by 0.4 is accepted with the
tank's box, another rejected. Average precision, and the largest share of tanks found at a precision of a half, are of
the other half, where nothing was ever reviewed. Beside it: normalised cross-correlation with the same examples
(scikit-image, on grey values, the best of all templates at each place).
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely
from PIL import Image
from scipy.ndimage import maximum_filter
from skimage.feature import match_template

from detectors.detections import Detections, Space
from detectors.merging.merge import MergeRules, merge_detections
from detectors.model_package.calibration import IDENTITY
from detectors.model_package.registry import Registry
from detectors.similarity.classifier import Samples, fit_classifier
from detectors.similarity.embed import Embedder, embed_scene
from detectors.similarity.feature_map import FeatureMap, Reals
from detectors.similarity.pooling import pooled_features
from detectors.similarity.samples import background_boxes, with_copies
from detectors.similarity.search import box_sizes, search
from tiling.arrays import Bytes, Floats
from tiling.grid.window import PixelSize, PixelWindow
from tiling.raster.reading import Chip

EXAMPLES = (1, 5, 10, 20)
CORRECTED, CORRECTIONS, AT_ONCE = 10, (0, 20, 50), 10
SAME_IOU, LIMIT = 0.4, 300
NONE = np.empty((0, 4))


@dataclass
class Picture:
    """An image with its features and its tanks as boxes, and what is decided about it in a run."""

    pixels: Bytes
    tanks: Floats
    features: FeatureMap
    accepted: Floats = field(default_factory=lambda: NONE)
    rejected: Floats = field(default_factory=lambda: NONE)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="overhead")
    parser.add_argument("--images", type=int, default=7)
    parser.add_argument("--queries", type=int, default=2)
    parser.add_argument("--iou", type=float, default=0.5)
    options = parser.parse_args()
    began = time.monotonic()
    pictures = read_pictures(options.data / "airbus_oil_storage", options.images, options.model)
    print(f"features of {len(pictures)} images in {time.monotonic() - began:.0f} s", flush=True)
    rows: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for query in range(options.queries):
        first, *others = pictures[query:] + pictures[:query]
        reviewed, held_out = others[: len(others) // 2], others[len(others) // 2 :]
        for count in EXAMPLES:
            examples = choose(first.tanks, count, query)
            for done, found in corrected(first, examples, reviewed, held_out, count == CORRECTED):
                rows[f"{count} examples, {done} corrections"].append(measure(found, held_out, options.iou))
            if count in (1, CORRECTED):
                found = [correlate(first, examples, each) for each in held_out]
                rows[f"{count} examples, cross-correlation"].append(measure(found, held_out, options.iou))
    for name, values in rows.items():
        precision, recall = np.mean(values, axis=0)
        print(f"{name:36} AP {precision:.2f}, found at precision 0.5: {recall:.2f}")
    print(f"{time.monotonic() - began:.0f} s")


def read_pictures(folder: Path, count: int, model: str) -> list[Picture]:
    """Return so many images with 25 to 200 tanks, in a fixed random order."""
    coco = json.loads((folder / "annotations.json").read_text())
    boxes = defaultdict(list)
    for each in coco["annotations"]:
        x, y, width, height = each["bbox"]
        boxes[each["image_id"]].append([x, y, x + width, y + height])
    usable = [
        image
        for image in sorted(coco["images"], key=lambda i: i["id"])
        if 25 <= len(boxes[image["id"]]) <= 200
    ]
    embedder = Embedder.load(Registry().get(model))
    pictures = []
    for number in np.random.default_rng(1).permutation(len(usable))[:count]:
        image = usable[number]
        path = folder / image["file_name"]
        path = path if path.is_file() else folder / "images" / image["file_name"]
        pixels = np.asarray(Image.open(path).convert("RGB")).transpose(2, 0, 1)
        pictures.append(Picture(pixels, np.array(boxes[image["id"]], np.float64), embedded(embedder, pixels)))
    return pictures


def embedded(embedder: Embedder, pixels: Bytes) -> FeatureMap:
    """Return the features of an image in memory."""

    def read(window: PixelWindow) -> Chip:
        rows, columns = window.slices
        return Chip(pixels[:, rows, columns], np.ones((window.height, window.width), np.bool_), window)

    return embed_scene(embedder, read, PixelSize(pixels.shape[2], pixels.shape[1]))


def choose(tanks: Floats, count: int, seed: int) -> Floats:
    """Return so many tanks, at random."""
    return tanks[np.random.default_rng(seed).permutation(len(tanks))[:count]]


def corrected(
    first: Picture, examples: Floats, reviewed: Sequence[Picture], held_out: Sequence[Picture], corrects: bool
) -> list[tuple[int, list[Detections]]]:
    """Return what is found on the held-out images after each number of corrections; only 0 without them."""
    everything = [first, *reviewed, *held_out]
    for each in everything:
        each.accepted, each.rejected = NONE, NONE
    first.accepted = examples
    done, results = 0, []
    while True:
        found = searched(everything)
        if done in CORRECTIONS:
            results.append((done, found[-len(held_out) :]))
        if not corrects or done >= max(CORRECTIONS):
            return results
        review(reviewed, found[1 : 1 + len(reviewed)])
        done += AT_ONCE


def searched(pictures: Sequence[Picture]) -> list[Detections]:
    """Learn from what is decided, and search every image."""
    sizes = box_sizes(np.concatenate([each.accepted[:, 2:] - each.accepted[:, :2] for each in pictures]))
    random = np.random.default_rng(1)
    kinds: tuple[list[Reals], ...] = ([], [], [])
    for each in pictures:
        known = np.concatenate([each.accepted, each.rejected])
        places = background_boxes(each.features, sizes, known, 300, random)
        copies, _ = with_copies(each.accepted, random)
        for kind, boxes in zip(kinds, (copies, each.rejected, places), strict=True):
            kind.append(pooled_features(each.features, boxes))
    classifier = fit_classifier(Samples(*(np.concatenate(kind) for kind in kinds)))
    return [search(each.features, classifier, sizes, IDENTITY, LIMIT) for each in pictures]


def review(pictures: Sequence[Picture], found: Sequence[Detections]) -> None:
    """Decide about the best proposals over all images."""
    best = sorted(
        (
            (-score, number, box)
            for number, each in enumerate(found)
            for score, box in zip(each.scores, each.boxes, strict=True)
        ),
        key=lambda item: item[:2],
    )
    left = AT_ONCE
    for _, number, box in best:
        picture = pictures[number]
        decided = np.concatenate([picture.accepted, picture.rejected])
        if overlaps(box[None], decided).max(initial=0) >= 0.5:
            continue  # as the store does
        shares = overlaps(box[None], picture.tanks)[0]
        tank = picture.tanks[[shares.argmax()]]
        if shares.max() < SAME_IOU:
            picture.rejected = np.concatenate([picture.rejected, box[None]])
        elif overlaps(tank, picture.accepted).max(initial=0) < 1:
            picture.accepted = np.concatenate([picture.accepted, tank])
        else:
            continue
        left -= 1
        if not left:
            return


def correlate(first: Picture, examples: Floats, picture: Picture) -> Detections:
    """Find the examples by normalised cross-correlation."""
    grey, there = (each.pixels.astype(np.float64).mean(axis=0) for each in (first, picture))
    boxes, scores = [], []
    for left, top, right, bottom in examples.round().astype(int):
        match = match_template(there, grey[top:bottom, left:right])  # type: ignore[no-untyped-call, unused-ignore]
        row, column = np.nonzero((maximum_filter(match, 3) == match) & (match > 0.2))
        best = np.argsort(-match[row, column])[: 2 * LIMIT]
        corner = np.column_stack([column[best], row[best]])
        boxes.append(np.hstack([corner, corner + np.array([right - left, bottom - top])]))
        scores.append(match[row[best], column[best]].clip(0, 1))
    joined, values = np.concatenate(boxes), np.concatenate(scores)
    labels, uncut = np.ones(len(values)), np.zeros(len(values), np.bool_)
    found = Detections.from_polygons(shapely.box(*joined.T), values, labels, uncut, Space.RESAMPLED)
    merged = merge_detections(found, MergeRules(iou=0.3))
    return merged.take(np.arange(min(LIMIT, len(merged))))


def measure(found: Sequence[Detections], pictures: Sequence[Picture], iou: float) -> tuple[float, float]:
    """Return the average precision, and the largest share found at a precision of a half."""
    scores, hits = [], []
    for each, picture in zip(found, pictures, strict=True):
        free = overlaps(each.boxes, picture.tanks)
        for number, score in enumerate(each.scores):
            tank = free[number].argmax()
            hits.append(free[number, tank] >= iou)
            scores.append(score)
            if hits[-1]:
                free[:, tank] = 0
    right = np.cumsum(np.array(hits)[np.argsort(-np.array(scores), kind="stable")])
    precision, recall = (
        right / np.arange(1, len(right) + 1),
        right / sum(len(each.tanks) for each in pictures),
    )
    best_later = np.maximum.accumulate(precision[::-1])[::-1]
    half = recall[precision >= 0.5]
    return float(np.diff(recall, prepend=0) @ best_later), float(half.max(initial=0))


def overlaps(boxes: Floats, others: Floats) -> Floats:
    """Return (N, M) intersection over union."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=-1)
    mine, theirs = ((each[:, 2:] - each[:, :2]).prod(axis=1) for each in (boxes, others))
    shares: Floats = shared / (mine[:, None] + theirs[None] - shared)
    return shares


if __name__ == "__main__":
    main()
