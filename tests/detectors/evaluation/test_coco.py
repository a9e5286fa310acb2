"""COCO results that COCO's own tools read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from pycocotools import mask
from shapely.geometry import Polygon, box

from detectors.detections import Detections, Space
from detectors.errors import DatasetError, SpaceError
from detectors.evaluation.coco import CocoSet, coco_results, encode_polygon, match_categories, read_coco_set
from tests.support.coco_reference import coco_ap
from tests.support.detection_strategies import detections, quick
from tests.support.toy_detector import toy_card


def coco(*categories: str) -> CocoSet:
    return CocoSet(Path("set.json"), {1: "a.tif"}, dict(enumerate(categories, start=10)))


def test_names_match_whatever_their_case() -> None:
    assert match_categories(toy_card(), coco("TREE", "road", "House"), {}) == {1: 12, 2: 10}
    assert match_categories(toy_card(), coco("Tree"), {}) == {2: 10}
    assert match_categories(
        toy_card(), coco("shed", "Small tree"), {"House": "Shed", "tree": "small_tree"}
    ) == {
        1: 10,
        2: 11,
    }


@pytest.mark.parametrize(
    ("categories", "renamed", "sentence"),
    [
        (["road"], {}, r"model 'toy' finds house, tree, but set\.json has only the categories road; --map"),
        ([], {}, r"only the categories \(none\)"),
        (["tree"], {"ship": "tree"}, "model 'toy' has no class 'ship', only house, tree"),
        (["tree"], {"house": "hut"}, r"set\.json has no category 'hut', only tree"),
    ],
)
def test_names_that_do_not_match_are_named(
    categories: list[str], renamed: dict[str, str], sentence: str
) -> None:
    with pytest.raises(DatasetError, match=sentence):
        match_categories(toy_card(), coco(*categories), renamed)


@pytest.mark.parametrize(
    "text", ["", "[1]", "{}", '{"images": [{"id": 1}], "categories": []}', '{"images": 3}']
)
def test_what_is_no_coco_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "set.json"
    path.write_text(text)
    with pytest.raises(DatasetError, match=r"set\.json is not a COCO file"):
        read_coco_set(path)
    with pytest.raises(DatasetError, match="is not a COCO file"):
        read_coco_set(tmp_path / "absent.json")


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
