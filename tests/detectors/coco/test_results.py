"""Tests of `detectors.coco.results`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from pycocotools import mask
from shapely.geometry import Polygon, box

from detectors.coco.dataset import read_dataset
from detectors.coco.results import coco_results, encode_polygon, read_results
from detectors.detections import Detections, Space
from detectors.errors import DatasetError, SpaceError
from tests.support.coco_reference import coco_ap
from tests.support.detection_strategies import detections, quick


@quick
@given(detections())
def test_the_run_lengths_are_those_of_the_outline(found: Detections) -> None:
    for polygon in found.polygons():
        code = encode_polygon(polygon, (160, 150))
        assert json.loads(json.dumps(code)) == code
        assert code["size"] == [150, 160]
        # COCO and GDAL draw borders in their own ways.
        assert mask.area(code) == pytest.approx(
            polygon.intersection(box(0, 0, 160, 150)).area, abs=2 + polygon.length
        )


def test_holes_are_no_part_of_the_mask() -> None:
    ring = Polygon(box(10, 10, 50, 50).exterior, [box(20, 20, 40, 40).exterior.coords])
    assert mask.area(encode_polygon(ring, (80, 60))) == 1600 - 400


def test_results_are_scored_by_coco_itself(tmp_path: Path) -> None:
    shapes = np.array(
        [box(10, 10, 40, 30), Polygon([(60, 10), (90, 10), (60, 50)]), box(5, 60, 15, 70)], object
    )
    found = Detections.from_polygons(shapes, [0.9, 0.8, 0.123456789], [1, 1, 2], [False] * 3, Space.SCENE)
    rows = coco_results(found, 7, (100, 80), {1: 3})
    assert [(row["category_id"], row["image_id"], row["score"]) for row in rows] == [(3, 7, 0.9), (3, 7, 0.8)]
    assert rows[0]["bbox"] == [10, 10, 30, 20]
    truth: dict[str, Any] = {"images": [{"id": 7, "width": 100, "height": 80, "file_name": "a"}]}
    truth["categories"] = [{"id": 3, "name": "house"}]
    bounds = [shape.bounds for shape in shapes]
    truth["annotations"] = [
        {"id": i + 1, "image_id": 7, "category_id": 3, "iscrowd": 0, "area": shape.area,
         "bbox": [*bounds[i][:2], bounds[i][2] - bounds[i][0], bounds[i][3] - bounds[i][1]],
         "segmentation": [np.asarray(shape.exterior.coords)[:-1].ravel().tolist()]}
        for i, shape in enumerate(shapes[:2])
    ]  # fmt: skip
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    (tmp_path / "found.json").write_text(json.dumps(rows))
    for kind in ("bbox", "segm"):
        assert coco_ap(tmp_path / "truth.json", tmp_path / "found.json", kind)["AP"] == 1.0


def test_detections_of_another_space_are_refused() -> None:
    with pytest.raises(SpaceError, match="are in chip space, expected scene"):
        coco_results(Detections.empty(Space.CHIP), 1, (10, 10), {1: 1})


def results(folder: Path, rows: Any) -> Any:
    truth = {
        "images": [{"id": "a7", "file_name": "a", "width": 100, "height": 80}, {"id": 2, "file_name": "b"}],
        "categories": [{"id": 0, "name": "ship"}],
        "annotations": [],
    }
    (folder / "truth.json").write_text(json.dumps(truth))
    (folder / "found.json").write_text(json.dumps(rows))
    return read_results(folder / "found.json", read_dataset(folder / "truth.json"))


def row(**values: Any) -> dict[str, Any]:
    return {"image_id": 2, "category_id": 0, "bbox": [1, 2, 3, 4], "score": 0.5, **values}


def test_what_does_not_belong_or_is_not_usable_is_counted(tmp_path: Path) -> None:
    found = results(
        tmp_path,
        [
            row(image_id=" a7"),
            row(image_id="2", category_id="0"),
            row(image_id=77),
            row(category_id=9),
            row(score="0.9"),
            row(score=float("nan")),
            row(bbox=["1", 2, 3, 4]),
            row(bbox=None),
            row(segmentation={"size": [9, 9], "counts": [81]}),
            row(image_id="a7", segmentation={"size": [2, 2], "counts": [0, 4]}),
            row(bbox=None, segmentation=[[0, 0, 6, 0, 6, 5]]),
            3,
        ],
    )
    assert [(r.image, r.category, r.bbox) for r in found.rows] == [
        (1, 1, (1, 2, 3, 4)), (2, 1, (1, 2, 3, 4)), (2, 1, (1, 2, 3, 4)), (1, 1, (1, 2, 3, 4)), (2, 1, (0, 0, 6, 5))
    ]  # fmt: skip
    assert found.report.left_out == {
        "results on images that truth.json lacks": ["#3 (image_id 77)"],
        "results of categories that truth.json lacks": ["#4 (category_id 9)"],
        "results whose score is not a number": ["#5 ('0.9')", "#6 (nan)"],
        "results whose bbox is not four numbers": ["#7"],
        "results without bbox and outline": ["#8"],
        "results that are no objects": ["#12"],
    }
    assert found.report.repaired == {
        "results with outlines as run lengths of no pixel, taken as boxes": ["#9"],
        "results with outlines as run lengths of another size than their image, taken as boxes": ["#10"],
        "results without bbox, taken from the outline": ["#11"],
    }


def test_results_of_another_set_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DatasetError, match=r"found\.json has no result that can be compared with .*truth\.json"
    ):
        results(tmp_path, [row(image_id=5), row(category_id=5)])
    with pytest.raises(DatasetError, match=r"found\.json is not a file of COCO results: expected a list"):
        results(tmp_path, {"annotations": []})
    assert results(tmp_path, []).rows == ()
