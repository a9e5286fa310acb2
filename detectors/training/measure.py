"""Accuracy of a network on held-out samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import shapely

from detectors.architectures.network import Network
from detectors.detections import Detections
from detectors.evaluation.match import Match, best_threshold, match_polygons
from detectors.inference.predictor import Predictor, load_network
from detectors.inference.sliced import detect_image
from detectors.model_package.calibration import calibration_error, cross_fitted, fit_calibration
from detectors.model_package.card import ModelCard, ModelPackage
from detectors.training.config import TrainConfig
from detectors.training.samples import Sample
from detectors.training.split import Split
from tiling.progress import Progress

_FLOOR = 0.05
_IOUS = {"polygon": (0.5, 0.75), "box": (0.4, 0.5)}
_APART_PX = 1e5  # images laid this far apart can be matched in one go


def measure(
    config: TrainConfig,
    network: Network,
    splits: dict[str, Split],
    device: str,
    progress: Progress | None = None,
    *,
    make_predictor: Callable[..., Predictor] = Predictor,
) -> dict[str, Any]:
    """Measure precision, recall and F1 per class at the score with the best F1, on the held-out images of the class.

    Polygons are compared as polygons for classes with outlines (IoU 0.5 and 0.75) and as boxes otherwise (0.4 and 0.5).
    Where there is enough to go by, `calibration` holds the fit on all of it, and the expected calibration errors of the
    raw scores (`ece_raw`) and of scores calibrated without their own image's fold (`ece`); `min_score` is calibrated.

    Args:
        config: What the network was trained by.
        network: The network.
        splits: The samples of every source by its name.
        device: `cpu`, `cuda` or `cuda:N`.
        progress: Called with the share of the images that were looked at.
        make_predictor: Makes what detects, from the same arguments as `Predictor`.
    """
    card = ModelCard(
        config.name,
        config.version,
        "",
        config.architecture,
        config.classes,
        config.gsd_m,
        config.gsd_range_m,
        "",
    )
    network.eval()
    predictor = make_predictor(card, network, device, min_score=_FLOOR)
    return _measure(config, predictor, splits, progress)


def measure_package(
    config: TrainConfig,
    package: ModelPackage,
    splits: dict[str, Split],
    device: str,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Measure a package, which may know more classes than the configuration, before it is trained on.

    Its own calibration and limits are left aside, so that both are judged alike.

    Raises:
        PackageError, WeightsError, DeviceError: It cannot be used.
    """
    bare = tuple(replace(info, calibration=None) for info in package.card.classes)
    network = load_network(package)
    predictor = Predictor(replace(package.card, classes=bare), network, device, min_score=_FLOOR)
    return _measure(config, predictor, splits, progress)


def _measure(
    config: TrainConfig, predictor: Predictor, splits: dict[str, Split], progress: Progress | None
) -> dict[str, Any]:
    samples = [sample for split in splits.values() for sample in split.val]
    keys = predictor.card.class_keys
    numbers = np.array([0, *(1 + config.class_keys.index(k) if k in config.class_keys else 0 for k in keys)])
    found = []
    for done, sample in enumerate(samples, start=1):
        detections = detect_image(predictor, sample.image.transpose(2, 0, 1))
        labels = numbers[detections.labels]
        found.append(replace(detections, labels=labels).take(labels > 0))
        if progress:
            progress(done / len(samples))
    return {
        info.key: _measure_class(number, info.geometry, samples, found)
        for number, info in enumerate(config.classes, start=1)
    }


def _measure_class(
    number: int, geometry: str, samples: list[Sample], found: list[Detections]
) -> dict[str, Any]:
    truth, pred, scores, image = [], [], [], []
    images = 0
    for i, (sample, detections) in enumerate(zip(samples, found, strict=True)):
        if not sample.labelled[number - 1]:
            continue
        images += 1
        apart = np.array([i * _APART_PX, 0.0])
        truth.append(_moved(sample.polygons[sample.labels == number], apart, geometry))
        chosen = detections.labels == number
        pred.append(_moved(detections.polygons()[chosen], apart, geometry))
        scores.append(detections.scores[chosen])
        image.append(np.full(int(chosen.sum()), images))
    if not truth:
        return {"images": 0}
    if not any(len(shapes) for shapes in truth):
        return {"images": images, "objects": 0}  # no limit follows from nothing
    shapes, objects, raw = np.concatenate(truth), np.concatenate(pred), np.concatenate(scores)
    fit, calibrated = _calibrate(shapes, objects, raw, np.concatenate(image), _IOUS[geometry][0])
    return {**_report(shapes, objects, calibrated, images, _IOUS[geometry]), **fit}


def _calibrate(
    truth: np.ndarray, pred: np.ndarray, scores: np.ndarray, image: np.ndarray, iou: float
) -> tuple[dict[str, Any], np.ndarray]:
    """Fit the calibration of a class; return its report and the calibrated scores."""
    hits = np.zeros(len(pred), bool)
    hits[match_polygons(truth, pred, scores, iou).pairs[:, 1]] = True
    fit = fit_calibration(scores, hits)
    if fit is None:
        return {}, scores
    honest = cross_fitted(scores, hits, image)
    report = {
        **asdict(fit),
        "ece_raw": round(calibration_error(scores, hits), 3),
        "ece": round(calibration_error(honest, hits), 3),
    }
    return {"calibration": report}, fit.apply(scores)


def _moved(polygons: np.ndarray, offset: np.ndarray, geometry: str) -> np.ndarray:
    if not len(polygons):
        return polygons
    shapes = polygons if geometry == "polygon" else shapely.envelope(polygons)
    moved: np.ndarray = shapely.transform(shapes, lambda xy: xy + offset)
    return moved


def _report(
    truth: np.ndarray, pred: np.ndarray, scores: np.ndarray, images: int, ious: tuple[float, ...]
) -> dict[str, Any]:
    limit, first = best_threshold(truth, pred, scores, ious[0])
    report: dict[str, Any] = {"images": images, "objects": len(truth)}
    if first.f1 > 0:  # else any limit is as good: none follows
        report["min_score"] = limit
    kept = scores >= limit
    matches = [first] + [match_polygons(truth, pred[kept], scores[kept], iou) for iou in ious[1:]]
    for match in matches:
        report[f"iou_{match.iou}"] = _figures(match)
    return report


def _figures(match: Match) -> dict[str, float]:
    return {
        "precision": round(match.precision, 3),
        "recall": round(match.recall, 3),
        "f1": round(match.f1, 3),
    }
