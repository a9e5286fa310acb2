"""Tests of `tiling.chips.coco_file`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tiling.chips.coco_file import CocoFile


def test_images_annotations_and_categories_are_numbered_from_one(tmp_path: Path) -> None:
    path = tmp_path / "annotations.json"
    coco = CocoFile(path, ["ship", "Straße"])
    coco.add({"file_name": "a.tif"}, [{"category": "Straße", "area": 4.0}, {"category": "ship", "area": 9.0}])
    coco.add({"file_name": "b.tif"}, [])
    coco.add({"file_name": "c.tif"}, [{"category": "ship", "area": 1.0}])
    assert list(tmp_path.iterdir()) == [path]
    coco.finish()
    coco.close()
    coco.close()
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "images": [
            {"id": 1, "file_name": "a.tif"},
            {"id": 2, "file_name": "b.tif"},
            {"id": 3, "file_name": "c.tif"},
        ],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 2, "area": 4.0},
            {"id": 2, "image_id": 1, "category_id": 1, "area": 9.0},
            {"id": 3, "image_id": 3, "category_id": 1, "area": 1.0},
        ],
        "categories": [{"id": 1, "name": "ship"}, {"id": 2, "name": "Straße"}],
    }


def test_a_file_without_chips_is_valid(tmp_path: Path) -> None:
    coco = CocoFile(tmp_path / "annotations.json", [])
    coco.finish()
    coco.close()
    content = json.loads((tmp_path / "annotations.json").read_text())
    assert content == {"images": [], "annotations": [], "categories": []}


def test_an_unknown_category_is_an_error(tmp_path: Path) -> None:
    coco = CocoFile(tmp_path / "annotations.json", ["ship"])
    with pytest.raises(KeyError):
        coco.add({}, [{"category": "car"}])
    coco.close()
