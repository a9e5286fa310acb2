"""COCO annotations as a label file of a scene."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geoengine.errors import ExchangeError
from geoengine.model import Scene
from geoengine.tasks.labels.coco_labels import LabelSource, is_coco, label_source
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid


@pytest.fixture
def photo(scene: Scene) -> Scene:
    grid = RasterGrid(None, PIXEL_PLANE, 100, 80)
    return replace(scene, key="photo", source="/d/photo.png", grid=grid)


def write(path: Path, **image: Any) -> Path:
    entry = {"id": 7, "file_name": "photo.png", "width": 100, "height": 80} | image
    rows = [
        {"id": 1, "image_id": 7, "category_id": 1, "bbox": [10, 20, 30, 40]},
        {"id": 2, "image_id": 7, "category_id": 1, "bbox": [0, 0, 50, 50], "iscrowd": 1},
    ]
    document = {"images": [entry], "annotations": rows, "categories": [{"id": 1, "name": "ship"}]}
    path.write_text(json.dumps(document))
    return path


def test_boxes_become_features_with_y_up(photo: Scene, tmp_path: Path) -> None:
    with label_source(write(tmp_path / "coco.json"), photo, tmp_path) as found:
        (feature,) = json.loads(found.path.read_text())["features"]
        assert feature["properties"] == {"class": "ship", "coco_id": 1}
        xs, ys = zip(*feature["geometry"]["coordinates"][0], strict=True)
        assert (min(xs), max(xs), min(ys), max(ys)) == (10, 40, -60, -20)
        assert found.left_out == 1
        assert "1 left out (crowd regions" in found.remarks[0]
        assert found.path.parent.parent == tmp_path
    assert not found.path.exists()


def test_any_other_file_is_taken_as_it_is(photo: Scene, tmp_path: Path) -> None:
    path = tmp_path / "labels.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    assert not is_coco(path)
    with label_source(path, photo, tmp_path) as found:
        assert found == LabelSource(path)
    path.write_bytes(b"")
    assert not is_coco(path)


@pytest.mark.parametrize(
    ("image", "message"),
    [({"width": 90}, "has 90 x 80 px, but scene photo has 100 x 80"), ({"id": 8}, "")],
)
def test_an_image_of_another_size_is_refused(
    photo: Scene, tmp_path: Path, image: dict[str, Any], message: str
) -> None:
    path = write(tmp_path / "coco.json", **image)
    if message:
        with pytest.raises(ExchangeError, match=message), label_source(path, photo, tmp_path):
            pass
    else:
        with label_source(path, photo, tmp_path) as found:
            assert json.loads(found.path.read_text())["features"] == []


def test_a_scene_with_georeference_is_refused(scene: Scene, tmp_path: Path) -> None:
    with (
        pytest.raises(ExchangeError, match="coordinates are pixels"),
        label_source(write(tmp_path / "coco.json"), scene, tmp_path),
    ):
        pass
