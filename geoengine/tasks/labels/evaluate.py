"""Comparison of two label files: of polygons by IoU, of points by distance, of lines by a buffer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geoengine.errors import ExchangeError
from geoengine.project import Project
from geoengine.tasks.labels.complete_ground import complete_area
from geoengine.tasks.labels.evaluate_classes import match_classes
from geoengine.tasks.labels.evaluate_kinds import line_scores, point_scores, polygon_scores
from geoengine.tasks.labels.scores import ClassScore, LineScore, PointScore
from tiling.arrays import Geometries, Mask
from tiling.vectors import PolygonFile, read_polygon_file
from tiling.vectors.kinds import split_kinds
from tiling.vectors.review_state import rejected, waiting

DEFAULT_DISTANCE_M = 3.0
DEFAULT_BUFFER_M = 3.0
# A prediction by this share of its area or length or more on ground that waits for review is neither right nor wrong.
_UNKNOWN_SHARE = 0.5


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
        points: One for each class that has points, and one for `ANY_CLASS`; empty where neither file has any.
        lines: The same for lines.
    """

    scores: tuple[ClassScore, ...]
    truth: int
    predictions: int
    left_out: dict[str, int]
    remarks: tuple[str, ...] = ()
    is_complete: bool = True
    points: tuple[PointScore, ...] = ()
    lines: tuple[LineScore, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        return {
            "truth": self.truth,
            "predictions": self.predictions,
            "left_out": self.left_out,
            "remarks": list(self.remarks),
            "scores": [score.to_json() for score in self.scores],
            "points": [score.to_json() for score in self.points],
            "lines": [score.to_json() for score in self.lines],
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
    distance_m: float = DEFAULT_DISTANCE_M,
    buffer_m: float = DEFAULT_BUFFER_M,
) -> Evaluation:
    """Compare the polygons, lines and points of two files, each with those of the same kind.

    Both are transformed to one equal-area projection around the data, so that an IoU is one of areas on the
    ground, and distances are metres there; of images without a CRS they are pixels. Rejected features of either file
    are left out, and so are true objects that wait for review and predictions that lie on them by half or more:
    whether they are right is unknown. Objects are compared class by class, with names compared as
    `tiling.class_names` does; where one of the files names no classes at all, the classes of the other are ignored
    and all objects are compared with all. Where both name classes, predictions without one are wrong and true
    objects without one are missed, as those of `NO_CLASS`.

    Args:
        truth: The true objects, any vector file that is read.
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
        distance_m: How far a predicted point may lie from a true one.
        buffer_m: How far a predicted line may run from a true one.

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
    unknown = _unknown_ground(projected[0], {0: distance_m, 1: buffer_m})
    predicted = _comparable(projected[1], "predictions", inside, class_key, min_score, left_out, unknown)
    points, lines, areal = (
        (_of_dimension(true, dimension), _of_dimension(predicted, dimension)) for dimension in range(3)
    )
    remarks += _kind_remarks(points, "points") + _kind_remarks(lines, "lines")
    scores: list[ClassScore] = []
    if any(map(len, areal)) or not any(map(len, (*points, *lines))):
        scores = [score for iou in ious for score in polygon_scores(*areal, iou)]
    return Evaluation(
        tuple(scores),
        len(true),
        len(predicted),
        left_out,
        tuple(remarks),
        not any(file.left_out for file in files),
        tuple(point_scores(*points, distance_m)),
        tuple(line_scores(*lines, buffer_m)),
    )


def _kind_remarks(both: tuple[PolygonFile, PolygonFile], kind: str) -> list[str]:
    """Return a sentence where only one of the files has objects of a kind."""
    for one, other in (both, both[::-1]):
        if len(one) and not len(other):
            return [f"{one.path.name} has {kind} ({len(one):,}) to compare, and {other.path.name} has none"]
    return []


def _of_dimension(file: PolygonFile, dimension: int) -> PolygonFile:
    return file.subset(shapely.get_dimensions(file.polygons) == dimension)


def _files(
    truth: Path,
    predictions: Path,
    area: Path | None,
    complete: Project | None,
    layers: Sequence[str | None],
    class_key: str | None,
) -> tuple[list[PolygonFile], list[str]]:
    """Return the truth, the predictions and the ground on which to compare, if any, and remarks on it."""
    files = [
        read_polygon_file(path, layer=layer, split=split_kinds)
        for path, layer in zip((truth, predictions), layers[:2], strict=True)
    ]
    if area is not None:
        files.append(read_polygon_file(area, layer=layers[2]))
    remarks: list[str] = []
    if complete is not None:
        ground, remarks = complete_area(complete, class_key)
        files.append(ground)
    planar = {file.path.name for file in files if file.crs is None}
    if planar and len(planar) != len({file.path.name for file in files}):
        raise ExchangeError(f"{sorted(planar)[0]} has no coordinate reference system and the others have one")
    return files, remarks


def _unknown_ground(truth: PolygonFile, reach: Mapping[int, float]) -> dict[int, shapely.Geometry]:
    """Return, by dimension, the ground of true objects that wait for review, where no accepted one lies.

    That of lines and points reaches as far as they are matched.
    """
    dimensions = shapely.get_dimensions(truth.polygons)
    undecided, decided = waiting(truth.states), ~waiting(truth.states) & ~rejected(truth.states)
    found: dict[int, shapely.Geometry] = {}
    for dimension in np.unique(dimensions[undecided]).tolist():
        parts = [truth.polygons[where & (dimensions == dimension)] for where in (undecided, decided)]
        if dimension in reach:
            parts = [shapely.buffer(one, reach[dimension]) for one in parts]
        ground = shapely.difference(shapely.union_all(parts[0]), shapely.union_all(parts[1]))
        shapely.prepare(ground)
        found[dimension] = ground
    return found


def _on_unknown_ground(geometries: Geometries, unknown: Mapping[int, shapely.Geometry]) -> Mask:
    """Return which geometries lie there by half or more."""
    dimensions = shapely.get_dimensions(geometries)
    found = np.zeros(len(geometries), bool)
    for dimension, ground in unknown.items():
        mine = dimensions == dimension
        shared = shapely.intersection(geometries[mine], ground)
        size = (lambda one: ~shapely.is_empty(one), shapely.length, shapely.area)[dimension]
        found[mine] = size(shared) >= _UNKNOWN_SHARE * size(geometries[mine])
    return found


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
    unknown: Mapping[int, shapely.Geometry] | None = None,
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
    if unknown:
        drop(_on_unknown_ground(file.polygons, unknown), "on ground that waits for review")
    if area is not None:
        drop(~shapely.covers(area, shapely.point_on_surface(file.polygons)), "outside the area")
    classes = file.classes
    if class_key is not None:
        drop((classes != class_key) & (classes != ""), "another class")
        classes = np.full(len(file), class_key, dtype=object)
    if min_score is not None:
        drop(file.scores < min_score, f"score below {min_score:g}")
    return replace(file, classes=classes).subset(keep)
