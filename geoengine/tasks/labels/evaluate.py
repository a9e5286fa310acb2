"""Comparison of two label files: precision, recall and F1 of predicted polygons at a given IoU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from detectors.evaluation.match import match_polygons
from geoengine.errors import ExchangeError
from geoengine.project import Project
from geoengine.tasks.labels.complete_ground import complete_area
from geoengine.tasks.labels.evaluate_classes import match_classes
from tiling.vectors import PolygonFile, read_polygon_file
from tiling.vectors.review_state import rejected, waiting

# A prediction by this share of its area or more on ground that waits for review is neither right nor wrong.
_UNKNOWN_SHARE = 0.5

ANY_CLASS = "*"
NO_CLASS = "(no class)"


@dataclass(frozen=True)
class ClassScore:
    """Counts of one class at one IoU.

    Attributes:
        class_key: The class, or `ANY_CLASS` for all together.
        iou: The least IoU at which a prediction matches a true object.
        tp: Predictions that match a true object, one to one.
        fp: Predictions that match none.
        fn: True objects that no prediction matches.
    """

    class_key: str
    iou: float
    tp: int
    fp: int
    fn: int

    @property
    def is_total(self) -> bool:
        """True for the score of all classes together."""
        return self.class_key == ANY_CLASS

    @property
    def precision(self) -> float:
        """Share of the predictions that match a true object; 0 where there is none."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """Share of the true objects that a prediction matches; 0 where there is none."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where there is neither."""
        total = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / total if total else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the score as JSON values; recall and F1 are null without true objects, which tell nothing."""
        counts = {"class": self.class_key, "iou": self.iou, "tp": self.tp, "fp": self.fp, "fn": self.fn}
        recall, f1 = (self.recall, self.f1) if self.tp + self.fn else (None, None)
        precision = self.precision if self.tp + self.fp else None
        return counts | {"precision": precision, "recall": recall, "f1": f1}


@dataclass(frozen=True)
class Evaluation:
    """Result of comparing two files.

    Attributes:
        scores: One for each IoU and class, and one for each IoU and `ANY_CLASS`, the sum of the others.
        truth: Number of true objects compared.
        predictions: Number of predictions compared.
        left_out: Numbers of features that were not compared, by reason.
        remarks: What the reader of the figures should know, in sentences.
        is_complete: False where a file has features that could not be compared, whatever was asked for.
    """

    scores: tuple[ClassScore, ...]
    truth: int
    predictions: int
    left_out: dict[str, int]
    remarks: tuple[str, ...] = ()
    is_complete: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        return {
            "truth": self.truth,
            "predictions": self.predictions,
            "left_out": self.left_out,
            "remarks": list(self.remarks),
            "scores": [score.to_json() for score in self.scores],
        }


def evaluate_files(
    truth: Path,
    predictions: Path,
    ious: Sequence[float] = (0.5,),
    *,
    area: Path | None = None,
    complete: Project | None = None,
    layers: Sequence[str | None] = (None, None, None),
    class_key: str | None = None,
    min_score: float | None = None,
    renamed: Mapping[str, str] | None = None,
) -> Evaluation:
    """Compare the polygons of two files.

    Both are transformed to one equal-area projection around the data, so that an IoU is one of areas on the
    ground. Rejected features of either file are left out, and so are true objects that wait for review and
    predictions that lie on them by half or more: whether they are right is unknown. Objects are compared class by
    class, with names compared as `tiling.class_names` does; where one of the files names no classes at all, the
    classes of the other are ignored and all objects are compared with all. Where both name classes, predictions
    without one are wrong and true objects without one are missed, as those of `NO_CLASS`.

    Args:
        truth: The true polygons, any vector file that GDAL reads.
        predictions: The predicted ones, with a property `score` where there is one: of two predictions that
            match the same object, the one of the higher score gets it.
        ious: The IoUs to evaluate at, each in (0, 1].
        area: Polygons inside which to compare: features whose representative point (a point surely inside
            the feature) lies in one of them.
        complete: In place of an area: a project on whose complete ground to compare, where a prediction of something
            that is not labelled is wrong.
        layers: Names of the layers of the truth, the predictions and the area; None for the only one.
        class_key: Only this class; features without a class count as it.
        min_score: Leave out predictions with a lower score; those without a score stay.
        renamed: Class of the predictions -> class of the truth, where the names differ.

    Raises:
        VectorReadError: A file cannot be read.
        ClassNameError: `renamed` maps to a class that the truth lacks.
        ExchangeError: Only some of the files have a CRS, neither has `class_key`, or the project has no complete
            ground.
    """
    files, remarks = _files(truth, predictions, area, complete, layers, class_key)
    crs = local_equal_area(files)
    projected = [file.to_crs(crs) for file in files]
    left_out: dict[str, int] = {}
    projected[0], projected[1], class_key = match_classes(
        projected[0], projected[1], renamed or {}, class_key, remarks
    )
    remarks += _score_remarks(projected[1], min_score)
    inside = None if len(projected) == 2 else shapely.union_all(projected[2].polygons)
    shapely.prepare(inside)
    true = _comparable(projected[0], "truth", inside, class_key, None, left_out)
    unknown = _unknown_ground(projected[0])
    predicted = _comparable(projected[1], "predictions", inside, class_key, min_score, left_out, unknown)
    scores = [score for iou in ious for score in _compare(true, predicted, iou)]
    is_complete = not any(file.left_out for file in files)
    return Evaluation(tuple(scores), len(true), len(predicted), left_out, tuple(remarks), is_complete)


def _files(
    truth: Path,
    predictions: Path,
    area: Path | None,
    complete: Project | None,
    layers: Sequence[str | None],
    class_key: str | None,
) -> tuple[list[PolygonFile], list[str]]:
    """Return the truth, the predictions and the ground on which to compare, if any, and remarks on it."""
    paths = [truth, predictions] if area is None else [truth, predictions, area]
    files = [read_polygon_file(path, layer=layer) for path, layer in zip(paths, layers, strict=False)]
    remarks: list[str] = []
    if complete is not None:
        ground, remarks = complete_area(complete, class_key)
        files.append(ground)
    planar = {file.path.name for file in files if file.crs is None}
    if planar and len(planar) != len({file.path.name for file in files}):
        raise ExchangeError(f"{sorted(planar)[0]} has no coordinate reference system and the others have one")
    return files, remarks


def _unknown_ground(truth: PolygonFile) -> shapely.Geometry | None:
    """Return the ground of true objects that wait for review, where no accepted one lies; None without any."""
    undecided = waiting(truth.states)
    if not undecided.any():
        return None
    labels = truth.polygons[~undecided & ~rejected(truth.states)]
    ground = shapely.difference(shapely.union_all(truth.polygons[undecided]), shapely.union_all(labels))
    shapely.prepare(ground)
    return ground


def _score_remarks(predictions: PolygonFile, min_score: float | None) -> list[str]:
    name = predictions.path.name
    without = int(np.isnan(predictions.scores).sum())
    lines = []
    if predictions.score_field not in (None, "score"):
        lines.append(f"{name}: scores are those of the property {predictions.score_field!r}")
    if min_score is not None and without:
        lines.append(
            f"{name}: {without:,} of {len(predictions):,} have no score and are compared whatever --min-score"
        )
    return lines


def local_equal_area(files: Sequence[PolygonFile]) -> CRS | None:
    """Return a Lambert azimuthal equal-area CRS around the middle of all polygons, in metres.

    None for files without a CRS.
    """
    wgs84 = CRS.from_epsg(4326)
    polygons = [file.to_crs(wgs84).polygons for file in files if file.crs is not None and len(file)]
    if not polygons:
        return None
    west, south, east, north = shapely.total_bounds(np.concatenate(polygons))
    lon, lat = (west + east) / 2, (south + north) / 2
    return CRS.from_proj4(f"+proj=laea +lat_0={lat:.6f} +lon_0={lon:.6f} +datum=WGS84 +units=m +no_defs")


def _comparable(
    file: PolygonFile,
    role: str,
    area: shapely.Geometry | None,
    class_key: str | None,
    min_score: float | None,
    left_out: dict[str, int],
    unknown: shapely.Geometry | None = None,
) -> PolygonFile:
    """Return the features of a file that are compared; count the others in `left_out`."""
    for reason, number in file.left_out.items():
        left_out[f"{role}: {reason}"] = number
    keep = np.ones(len(file), dtype=bool)

    def drop(where: npt.NDArray[np.bool_], reason: str) -> None:
        number = int(np.count_nonzero(where & keep))
        if number:
            left_out[f"{role}: {reason}"] = number
        keep[where] = False

    drop(rejected(file.states), "rejected")
    if role == "truth":
        drop(waiting(file.states), "waiting for review")
    if unknown is not None:
        shared = shapely.area(shapely.intersection(file.polygons, unknown))
        drop(shared >= _UNKNOWN_SHARE * shapely.area(file.polygons), "on ground that waits for review")
    if area is not None:
        drop(~shapely.covers(area, shapely.point_on_surface(file.polygons)), "outside the area")
    classes = file.classes
    if class_key is not None:
        drop((classes != class_key) & (classes != ""), "another class")
        classes = np.full(len(file), class_key, dtype=object)
    if min_score is not None:
        drop(file.scores < min_score, f"score below {min_score:g}")
    return replace(file, classes=classes).subset(keep)


def _compare(truth: PolygonFile, predictions: PolygonFile, iou: float) -> list[ClassScore]:
    """Return the scores of each class and of all together, at one IoU."""
    true_classes, predicted_classes = truth.classes, predictions.classes
    named = [set(classes) - {""} for classes in (true_classes, predicted_classes) if len(classes)]
    if not all(named):
        return [_score(truth, predictions, iou, ANY_CLASS)]
    keys = sorted({str(key) for keys in named for key in keys})
    nameless = [int((classes == "").sum()) for classes in (true_classes, predicted_classes)]
    each = [
        _score(truth.subset(true_classes == key), predictions.subset(predicted_classes == key), iou, key)
        for key in keys
    ]
    if any(nameless):
        each.append(ClassScore(NO_CLASS, iou, 0, nameless[1], nameless[0]))
    total = ClassScore(
        ANY_CLASS, iou, sum(s.tp for s in each), sum(s.fp for s in each), sum(s.fn for s in each)
    )
    return [*each, total]


def _score(truth: PolygonFile, predictions: PolygonFile, iou: float, key: str) -> ClassScore:
    scores = np.nan_to_num(predictions.scores, nan=1.0)
    match = match_polygons(truth.polygons, predictions.polygons, scores, iou)
    return ClassScore(key, iou, match.tp, match.fp, match.fn)
