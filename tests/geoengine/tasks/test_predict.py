"""Predicting on files of no project, with a detector that knows the answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from detectors.errors import DatasetError
from geoengine.tasks.predict import PredictSettings, predict_coco, predict_raster
from tests.support import toy_detector as toy
from tiling.errors import TilingError

HOUSE, TREE = shapely.box(10, 10, 40, 30), shapely.box(60, 40, 80, 60)


def write(path: Path, **place: Any) -> Path:
    """100 x 80 px with a house and a tree."""
    image = np.zeros((3, 80, 100), np.uint8)
    toy.paint(image, HOUSE, 1, 1, 0.8)
    toy.paint(image, TREE, 2, 2, 0.6)
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 3, "width": 100, "height": 80}
    with rasterio.open(path, "w", **profile, **place) as target:
        target.write(image)
    return path


@pytest.fixture
def annotations(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for name in ("a.tif", "b.tif"):
        write(tmp_path / "images" / name)
    (tmp_path / "images" / "bad.tif").write_text("hello")
    names = {1: "a.tif", 2: "b.tif", 3: "bad.tif", 4: "absent.tif", 5: "../set.json"}
    coco = {
        "images": [{"id": number, "file_name": name} for number, name in names.items()],
        "annotations": [],
        "categories": [{"id": 5, "name": "Tree"}, {"id": 9, "name": "building"}],
    }
    path = tmp_path / "set.json"
    path.write_text(json.dumps(coco))
    return path


def test_every_image_that_can_be_read_is_done(annotations: Path, tmp_path: Path) -> None:
    out, shares = tmp_path / "found.json", []
    report = predict_coco(
        toy.ToyPredictor(),
        annotations,
        tmp_path / "images",
        out,
        renamed={"house": "building"},
        progress=shares.append,
    )
    assert (report.images, report.objects) == (2, 4)
    assert [line.split()[0].split("/")[-1] for line in report.failures] == [
        "bad.tif",
        "absent.tif",
        "set.json",
    ]
    assert shares == [0.2, 0.4, 0.6, 0.8, 1.0]
    rows = json.loads(out.read_text())
    assert {(row["image_id"], row["category_id"], *row["bbox"]) for row in rows} == {
        (n, *found) for n in (1, 2) for found in ((9, 10, 10, 30, 20), (5, 60, 40, 20, 20))
    }
    assert report.warnings == [
        "2 images have no georeference and --gsd was not given; "
        "they are read at their own pixels as if they were 0.5 m"
    ]


def test_the_ground_resolution_can_be_told(annotations: Path, tmp_path: Path) -> None:
    report = predict_coco(
        toy.ToyPredictor(blurred=True),
        annotations,
        tmp_path / "images",
        tmp_path / "found.json",
        PredictSettings(gsd_m=2.0),
    )
    assert report.warnings[0].startswith("no category for house: these are left out")
    assert report.warnings[1].startswith(
        "there are images of 2 m pixels, but toy was trained for 0.25 to 1 m"
    )
    assert report.objects == 0  # the blurred one takes everything for houses


def test_a_file_that_cannot_be_used_leaves_nothing_behind(annotations: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    with pytest.raises(DatasetError, match="has no category 'hut'"):
        predict_coco(toy.ToyPredictor(), annotations, tmp_path / "images", out, renamed={"house": "hut"})
    with pytest.raises(TilingError, match=r"bad\.tif"):
        predict_raster(toy.ToyPredictor(), tmp_path / "images" / "bad.tif", out)
    assert not out.exists()


def test_ids_are_kept_and_sizes_compared(annotations: Path, tmp_path: Path) -> None:
    coco = json.loads(annotations.read_text())
    coco["images"] = [
        {"id": "x1", "file_name": "a.tif", "width": 10, "height": 10},
        {"id": 8.9, "file_name": "b.tif"},
        {"id": 8},
    ]
    annotations.write_text(json.dumps(coco))
    out = tmp_path / "found.json"
    report = predict_coco(toy.ToyPredictor(), annotations, tmp_path / "images", out)
    assert {row["image_id"] for row in json.loads(out.read_text())} == {"x1", 8.9}
    assert any("a.tif (10 x 10 px, the file 100 x 80 px)" in line for line in report.warnings)
    assert report.failures == ["image 8 has no file_name"]
    coco["images"][2] = {"id": "x1", "file_name": "b.tif"}
    annotations.write_text(json.dumps(coco))
    with pytest.raises(DatasetError, match="two images have the id 'x1'"):
        predict_coco(toy.ToyPredictor(), annotations, tmp_path / "images", out)


@pytest.mark.parametrize("shape", ["outline", "regular", "oriented"])
def test_one_raster_becomes_geojson(tmp_path: Path, shape: str) -> None:
    place = {"crs": "EPSG:32645", "transform": Affine(0.5, 0, 3e5, 0, -0.5, 3e6)}
    out = tmp_path / "found.geojson"
    report = predict_raster(
        toy.ToyPredictor(), write(tmp_path / "a.tif", **place), out, PredictSettings(shape=shape)
    )
    assert (report.objects, report.images, report.failures, report.warnings) == (2, 1, [], [])
    features = json.loads(out.read_text())["features"]
    assert [f["properties"]["class"] for f in features] == ["house", "tree"]
    longitude, latitude = features[0]["geometry"]["coordinates"][0][0]
    assert (longitude, latitude) == pytest.approx((84.98, 27.1), abs=0.02)
    assert ("angle_deg" in features[0]["properties"]) == (shape == "oriented")
    if shape == "oriented":
        assert features[0]["properties"]["angle_deg"] == pytest.approx(0)


def test_a_raster_without_a_place_is_written_in_its_pixels(tmp_path: Path) -> None:
    out = tmp_path / "found.geojson"
    report = predict_raster(toy.ToyPredictor(), write(tmp_path / "a.tif"), out)
    assert "a.tif has no georeference" in report.warnings[0]
    document = json.loads(out.read_text())
    ring = document["features"][0]["geometry"]["coordinates"][0]
    assert shapely.Polygon(ring).equals(shapely.box(10, -30, 40, -10))
    assert document["geoengine"]["coordinates"] == "pixel"
