"""The one reader of COCO results, and the conversion of detections to such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely.geometry import Polygon

from detectors.coco.dataset import CocoDataset, find, read_shape
from detectors.coco.outlines import Outline, encode_polygons
from detectors.coco.read_report import ReadReport
from detectors.coco.values import Box, Id, is_number, read_json
from detectors.detections import Detections, Space
from detectors.errors import DatasetError, SpaceError
from tiling.grid.window import PixelSize

_DIGITS = 2
_SCORE_DIGITS = 5


@dataclass(frozen=True, slots=True)
class CocoResult:
    """Detection of a results file.

    Attributes:
        image: Number of the image in the data set.
        category: Number of the category in the data set.
        bbox: x, y, width, height in pixels.
        outline: None where the file has none that can be used.
        score: Finite.
    """

    image: int
    category: int
    bbox: Box
    outline: Outline | None
    score: float


@dataclass(frozen=True)
class CocoResults:
    """Checked content of a results file.

    Attributes:
        path: The file.
        rows: Those that belong to the data set and can be used.
        report: What was left out or put right; "#N" is the N-th of the file.
    """

    path: Path
    rows: tuple[CocoResult, ...]
    report: ReadReport


def read_results(path: Path, coco: CocoDataset) -> CocoResults:
    """Read COCO results on the images of a data set.

    Raises:
        DatasetError: It is not a list of results, or none of them can be used.
    """
    content = read_json(path)
    if not isinstance(content, list):
        raise DatasetError(
            f"{path} is not a file of COCO results: expected a list of objects with image_id, category_id, bbox and "
            "score"
        )
    images, categories = coco.image_numbers(), coco.category_numbers()
    report = ReadReport(path)
    rows = []
    for position, row in enumerate(content, start=1):
        name = f"#{position}"
        if not isinstance(row, dict):
            report.leave_out("results that are no objects", name)
            continue
        image, category = find(row.get("image_id"), images), find(row.get("category_id"), categories)
        score = row.get("score")
        if image is None:
            shown = f"{name} (image_id {row.get('image_id')!r:.40})"
            report.leave_out(f"results on images that {coco.path.name} lacks", shown)
        elif category is None:
            shown = f"{name} (category_id {row.get('category_id')!r:.40})"
            report.leave_out(f"results of categories that {coco.path.name} lacks", shown)
        elif not isinstance(score, int | float) or not is_number(score):
            report.leave_out("results whose score is not a number", f"{name} ({score!r:.40})")
        else:
            shape = read_shape(row, coco.images[image - 1].size, report, "results", name)
            if shape is not None:
                rows.append(CocoResult(image, category, *shape, float(score)))
    if content and not rows:
        raise DatasetError(
            f"{path} has no result that can be compared with {coco.path}: {'; '.join(report.sentences())}"
        )
    return CocoResults(path, tuple(rows), report)


def coco_results(
    found: Detections, image_id: Id, size: PixelSize, categories: Mapping[int, Id]
) -> list[dict[str, Any]]:
    """Convert the detections on one image to COCO results; classes without a category are left out.

    Args:
        found: In SCENE space: pixels of the image.
        image_id: Its id in the COCO file.
        size: Its (width, height).
        categories: Label -> category id.

    Returns:
        For each `image_id`, `category_id`, `bbox` (x, y, width, height), `segmentation` (run lengths) and `score`.

    Raises:
        SpaceError: The detections are in another space.
    """
    if found.space != Space.SCENE:
        raise SpaceError(f"detections are in {found.space} space, expected {Space.SCENE}")
    rows = []
    for polygon, label, score, bounds in zip(
        found.polygons(), found.labels, found.scores, found.boxes, strict=True
    ):
        if int(label) in categories:
            x0, y0, x1, y1 = (float(v) for v in bounds)
            rows.append(
                {
                    "image_id": image_id,
                    "category_id": categories[int(label)],
                    "bbox": [round(v, _DIGITS) for v in (x0, y0, x1 - x0, y1 - y0)],
                    "segmentation": encode_polygon(polygon, size),
                    "score": round(float(score), _SCORE_DIGITS),
                }
            )
    return rows


def encode_polygon(polygon: Polygon, size: PixelSize) -> dict[str, Any]:
    """Encode a polygon as COCO's compressed run lengths over an image of `size` (width, height), for JSON."""
    code = encode_polygons([polygon], size)
    return {"size": list(code["size"]), "counts": code["counts"].decode("ascii")}
