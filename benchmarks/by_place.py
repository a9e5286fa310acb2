"""Figures of one package place by place: F1 with bootstrap intervals, calibration, distance of outlines in metres."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from detectors.evaluation.match import match_polygons
from detectors.inference.predictor import Predictor
from detectors.inference.sliced import detect_image
from detectors.model_package.calibration import calibration_error
from detectors.training.samples import Sample
from tiling.arrays import Floats, Geometries, Mask

DRAWS = 1000
STEP_PX = 2.0  # between points of an outline at which its distance is taken


@dataclass(frozen=True)
class ImageCounts:
    """What was found on one image at the package's own score limit.

    Attributes:
        found: Predictions that found a label.
        predicted, labelled: How many of each.
        scores, hits: (P,) of the predictions, calibrated, and whether each found a label.
        distances_px: Mean distance between the outlines of each pair.
    """

    found: int
    predicted: int
    labelled: int
    scores: Floats
    hits: Mask
    distances_px: list[float]


def count_image(predictor: Predictor, sample: Sample, label: int, geometry: str, iou: float) -> ImageCounts:
    """Detect on a sample and match one class at `iou`: polygons where it has outlines, else boxes."""
    detections = detect_image(predictor, sample.image.transpose(2, 0, 1))
    chosen = detections.labels == label
    truth, pred = (
        _shapes(shapes, geometry)
        for shapes in (sample.polygons[sample.labels == label], detections.polygons()[chosen])
    )
    scores = detections.scores[chosen]
    pairs = match_polygons(truth, pred, scores, iou).pairs
    hits = np.zeros(len(pred), bool)
    hits[pairs[:, 1]] = True
    distances = [outline_distance(truth[t], pred[p]) for t, p in pairs] if geometry == "polygon" else []
    return ImageCounts(len(pairs), len(pred), len(truth), scores, hits, distances)


def _shapes(shapes: Geometries, geometry: str) -> Geometries:
    made: Geometries = shapely.envelope(shapes) if geometry == "box" and len(shapes) else shapes
    return made


def outline_distance(one: shapely.Polygon, other: shapely.Polygon) -> float:
    """Return the mean distance between two outlines in pixels, from points along both."""
    lines = [shapely.segmentize(polygon.exterior, STEP_PX) for polygon in (one, other)]
    points = [shapely.points(shapely.get_coordinates(line)) for line in lines]
    return float(
        np.mean([shapely.distance(points[0], lines[1]).mean(), shapely.distance(points[1], lines[0]).mean()])
    )


def print_places(counts: dict[str, list[ImageCounts]], gsd_m: float) -> None:
    """Print a row for each place and one for all: F1 with its 95 % interval, precision, recall, and the rest."""
    print(
        f"{'place':<24} images labels  F1 (95 %)            precision recall  calibration error  outline off"
    )
    for place, images in [*sorted(counts.items()), ("all", [i for rows in counts.values() for i in rows])]:
        if images:
            print(_row(place, images, gsd_m), flush=True)


def _row(place: str, images: list[ImageCounts], gsd_m: float) -> str:
    table = np.array([(i.found, i.predicted, i.labelled) for i in images], np.float64)
    draws = np.random.default_rng(0).multinomial(len(images), np.full(len(images), 1 / len(images)), DRAWS)
    f1 = _f1(np.vstack([table.sum(axis=0), draws @ table]))
    low, high = np.percentile(f1[1:], [2.5, 97.5])
    found, predicted, labelled = table.sum(axis=0)
    error = calibration_error(
        np.concatenate([i.scores for i in images]), np.concatenate([i.hits for i in images])
    )
    distances = [d for i in images for d in i.distances_px]
    off = f"{np.mean(distances) * gsd_m:.2f} m" if distances else "-"
    return (
        f"{place:<24} {len(images):>6} {int(labelled):>6}  {f1[0]:.2f} ({low:.2f} to {high:.2f})  "
        f"{found / max(predicted, 1):>9.2f} {found / max(labelled, 1):>6.2f}  {error:>17.2f}  {off:>11}"
    )


def _f1(sums: Floats) -> Floats:
    f1: Floats = 2 * sums[:, 0] / np.maximum(sums[:, 1] + sums[:, 2], 1)
    return f1


def place_of(sample: Sample, pattern: str) -> str:
    """Return the part of a sample's file name that a regular expression finds; the whole name where it finds none."""
    name = sample.name.split("/", 1)[1]
    found = re.search(pattern, name)
    return found.group() if found else name


def group(samples: Iterable[Sample], pattern: str) -> dict[str, list[Sample]]:
    """Return the samples by place."""
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(place_of(sample, pattern), []).append(sample)
    return groups
