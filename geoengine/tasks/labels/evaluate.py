"""How well predicted polygons match true ones: precision, recall and F1 at a given IoU, from two label files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from detectors.evaluation.match import match_polygons
from geoengine.errors import ExchangeError
from geoengine.exchange.polygon_file import PolygonFile, local_equal_area, read_polygon_file

ANY_CLASS = "*"


@dataclass(frozen=True)
class ClassScore:
    """How one class fared at one IoU.

    Attributes:
        class_key: the class, or `ANY_CLASS` for all together.
        iou: the overlap from which a prediction counts as a true one.
        tp: predictions that match a true object, one to one.
        fp: predictions that match none.
        fn: true objects that no prediction matches.
    """

    class_key: str
    iou: float
    tp: int
    fp: int
    fn: int

    @property
    def precision(self) -> float:
        """Share of the predictions that are right; 0 where there is none."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """Share of the true objects that were found; 0 where there is none."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / total if total else 0.0


@dataclass(frozen=True)
class Evaluation:
    """What comparing two files gave.

    Attributes:
        scores: one for each IoU and class, and one for each IoU and `ANY_CLASS`, the sum of the others.
        truth: true objects compared.
        predictions: predictions compared.
        left_out: why features were not compared -> how many.
    """

    scores: tuple[ClassScore, ...]
    truth: int
    predictions: int
    left_out: dict[str, int]


def evaluate_files(
    truth: Path,
    predictions: Path,
    ious: Sequence[float] = (0.5,),
    *,
    area: Path | None = None,
    class_key: str | None = None,
    min_score: float | None = None,
) -> Evaluation:
    """Compares the polygons of two files.

    Both are put into one equal-area projection around the data, so an IoU is one of areas on the ground.
    Rejected features of either file are left out. Objects are compared class by class; where one of the files
    names no classes at all, the classes of the other are left aside and all objects are compared with all.

    Args:
        truth: the true polygons, any vector file that GDAL reads.
        predictions: the predicted ones, with a property `score` where there is one: where two predictions
            want the same object, the one of the higher score gets it.
        ious: the overlaps to judge by, each in (0, 1].
        area: polygons inside which to compare: features whose representative point (a point surely inside
            the feature) lies in one of them.
        class_key: only this class; features without a class count as it.
        min_score: leave predictions of a lower score out.

    Raises:
        ExchangeError: a file cannot be read, or only one of them has geographic coordinates.
    """
    files = [read_polygon_file(truth), read_polygon_file(predictions)]
    area_file = read_polygon_file(area) if area else None
    together = files if area_file is None else [*files, area_file]
    planar = {file.path.name for file in together if file.crs is None}
    if planar and len(planar) != len({file.path.name for file in together}):
        raise ExchangeError(f"{sorted(planar)[0]} has no coordinate reference system and the others have one")
    crs = local_equal_area(together)
    projected = [file.to_crs(crs) for file in together]
    left_out: dict[str, int] = {}
    inside = shapely.union_all(projected[2].polygons) if area_file else None
    if inside is not None:
        shapely.prepare(inside)
    true = _comparable(projected[0], "truth", inside, class_key, None, left_out)
    predicted = _comparable(projected[1], "predictions", inside, class_key, min_score, left_out)
    scores = [score for iou in ious for score in _compare(true, predicted, iou)]
    return Evaluation(tuple(scores), len(true), len(predicted), left_out)


def _comparable(
    file: PolygonFile,
    role: str,
    area: shapely.Geometry | None,
    class_key: str | None,
    min_score: float | None,
    left_out: dict[str, int],
) -> PolygonFile:
    """The features of a file that are compared; the others are counted in `left_out`."""
    for reason, number in file.left_out.items():
        left_out[f"{role}: {reason}"] = number
    keep = np.ones(len(file), dtype=bool)

    def drop(where: npt.NDArray[np.bool_], reason: str) -> None:
        number = int(np.count_nonzero(where & keep))
        if number:
            left_out[f"{role}: {reason}"] = number
        keep[where] = False

    drop(file.states == "rejected", "rejected")
    if area is not None:
        drop(~shapely.covers(area, shapely.point_on_surface(file.polygons)), "outside the area")
    classes = file.classes
    if class_key is not None:
        drop((classes != class_key) & (classes != ""), "another class")
        classes = np.full(len(file), class_key, dtype=object)
    if min_score is not None:
        drop(file.scores < min_score, f"score below {min_score:g}")
    return file.replaced(classes=classes).subset(keep)


def _compare(truth: PolygonFile, predictions: PolygonFile, iou: float) -> list[ClassScore]:
    """The scores of each class and of all together, at one IoU."""
    true_classes, predicted_classes = truth.classes, predictions.classes
    named = [set(classes) - {""} for classes in (true_classes, predicted_classes) if len(classes)]
    if not all(named):
        return [_score(truth, predictions, iou, ANY_CLASS)]
    keys = sorted({str(key) for keys in named for key in keys})
    each = [
        _score(truth.subset(true_classes == key), predictions.subset(predicted_classes == key), iou, key)
        for key in keys
    ]
    total = ClassScore(
        ANY_CLASS, iou, sum(s.tp for s in each), sum(s.fp for s in each), sum(s.fn for s in each)
    )
    return [*each, total]


def _score(truth: PolygonFile, predictions: PolygonFile, iou: float, key: str) -> ClassScore:
    scores = np.nan_to_num(predictions.scores, nan=1.0)
    match = match_polygons(truth.polygons, predictions.polygons, scores, iou)
    return ClassScore(key, iou, match.tp, match.fp, match.fn)
