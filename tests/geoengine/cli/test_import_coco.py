"""Import of COCO annotations into a scene without georeference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely

from tests.support.samples import Run, Town

RING = [10, 10, 40, 10, 40, 30, 10, 30]


@pytest.fixture
def photo(tmp_path: Path, run: Run) -> Path:
    """A project with a raster of 100 x 80 px that nothing places."""
    profile = {"driver": "PNG", "dtype": "uint8", "count": 3, "width": 100, "height": 80}
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(tmp_path / "photo.png", "w", **profile) as out,
    ):
        out.write(np.random.default_rng(0).integers(0, 255, (3, 80, 100), dtype=np.uint8))
    for arguments in (
        ("init", tmp_path / "p", "--class", "ship"),
        ("add", "-p", tmp_path / "p", tmp_path / "photo.png"),
    ):
        result = run(*arguments)
        assert result.exit_code == 0, result.output
    return tmp_path / "p"


def write(folder: Path, *annotations: dict[str, Any], size: tuple[int, int] = (100, 80)) -> Path:
    images = [{"id": 7, "file_name": "images/photo.png", "width": size[0], "height": size[1]}]
    images += [{"id": 8, "file_name": "other.png"}]
    rows = [{"id": n, "image_id": 7, "category_id": 1, **row} for n, row in enumerate(annotations)]
    path = folder / "coco.json"
    categories = [{"id": 1, "name": "ship"}]
    path.write_text(json.dumps({"images": images, "categories": categories, "annotations": rows}))
    return path


def test_outlines_and_boxes_become_polygons(photo: Path, tmp_path: Path, run: Run) -> None:
    path = write(
        tmp_path,
        {"bbox": [10, 10, 30, 20], "segmentation": [RING]},
        {"bbox": [60, 40, 20, 10]},
        {"bbox": [0, 0, 50, 50], "iscrowd": 1},
        {"bbox": [0, 0, 5]},
        {"bbox": [1, 1, 5, 5], "image_id": 8},
    )
    result = run("import", "-p", photo, "--scene", "photo", path)
    assert result.exit_code == 1, result.output
    assert "2 features added to photo" in result.stdout
    assert "1 left out (crowd regions" in result.stderr
    assert "1 left out (annotations whose bbox is not four numbers): 3" in result.stderr
    features = json.loads((photo / "labels" / "photo.geojson").read_text())["features"]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    expected = [shapely.box(10, -30, 40, -10), shapely.box(60, -50, 80, -40)]
    assert all(any(shape.equals(other) for shape in shapes) for other in expected)
    assert "2 there already" in run("import", "-p", photo, "--scene", "photo", path).stdout


def test_a_file_that_does_not_go_with_the_scene_is_refused(
    photo: Path, town: Town, tmp_path: Path, run: Run
) -> None:
    path = write(tmp_path, {"bbox": [1, 1, 5, 5]}, size=(200, 160))
    result = run("import", "-p", photo, "--scene", "photo", path)
    assert result.exit_code == 2
    assert "has 200 x 160 px, but scene photo has 100 x 80" in result.stderr
    path.write_text(path.read_text().replace("photo.png", "else.png"))
    result = run("import", "-p", photo, "--scene", "photo", path)
    assert "has 2 images and none of them is called photo.png" in result.stderr
    result = run("import", "-p", town.directory, "--scene", "town", path)
    assert (result.exit_code, "COCO goes into scenes without georeference" in result.stderr) == (2, True)


def test_an_annotation_of_an_unknown_category_is_listed(photo: Path, tmp_path: Path, run: Run) -> None:
    good, unknown = {"bbox": [10, 10, 30, 20]}, {"bbox": [60, 40, 20, 10], "category_id": 9}
    result = run("import", "-p", photo, "--scene", "photo", write(tmp_path, unknown, good))
    assert result.exit_code == 1, result.output
    assert "1 left out (annotations of a category that is not in the file): 0" in result.stderr
    nothing = run("import", "-p", photo, "--scene", "photo", write(tmp_path, unknown))
    assert nothing.exit_code == 2, nothing.output
    assert "1 left out (annotations of a category that is not in the file): 0" in nothing.stderr
