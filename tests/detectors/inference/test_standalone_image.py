"""Loose images: in the file's own pixels, at the model's resolution."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from detectors.detections import Space
from detectors.errors import DatasetError
from detectors.inference.standalone_image import detect_standalone, read_image
from tests.support.toy_detector import ToyPredictor, toy_card
from tiling.errors import TilingError


def write(path: Path, pixels: np.ndarray, **place: object) -> Path:
    profile = {
        "driver": "GTiff",
        "dtype": "uint8",
        "count": 3,
        "width": pixels.shape[2],
        "height": pixels.shape[1],
    }
    with rasterio.open(path, "w", **profile, **place) as target:
        target.write(pixels)
    return path


@pytest.fixture
def pixels() -> np.ndarray:
    image = np.zeros((3, 60, 90), np.uint8)
    image[:, 10:30, 40:70] = np.array([100, 1, 200], np.uint8)[:, None, None]
    return image


def test_without_a_place_it_is_read_as_it_is_or_as_told(tmp_path: Path, pixels: np.ndarray) -> None:
    path = write(tmp_path / "a.tif", pixels)
    as_is = read_image(path, 0.5)
    assert (as_is.pixels.shape, as_is.scale, as_is.size, as_is.gsd_m) == ((3, 60, 90), (1, 1), (90, 60), None)
    assert np.array_equal(as_is.pixels, pixels)
    told = read_image(path, 0.5, 1.0)
    assert (told.pixels.shape, told.scale, told.size, told.gsd_m) == ((3, 120, 180), (2, 2), (90, 60), 1.0)


@pytest.mark.parametrize("rotation", [0.0, 30.0])
def test_boxes_come_back_in_the_pixels_of_the_file(
    tmp_path: Path, pixels: np.ndarray, rotation: float
) -> None:
    transform = Affine.translation(3e5, 3e6) * Affine.rotation(rotation) * Affine.scale(0.25, -0.25)
    image = read_image(write(tmp_path / "a.tif", pixels, crs="EPSG:32645", transform=transform), 0.5)
    # 0.25 m, so half as large for a model of 0.5 m; a rotated file is still seen the way it is stored.
    assert image.pixels.shape == (3, 30, 45)
    found = detect_standalone(ToyPredictor(toy_card(), blurred=True), image)
    assert found.space == Space.SCENE
    assert found.boxes == pytest.approx(np.array([[40, 10, 70, 30]]), abs=2.1)


def test_what_cannot_be_read_is_named(tmp_path: Path, pixels: np.ndarray) -> None:
    (tmp_path / "a.tif").write_text("hello")
    for name in ("a.tif", "absent.tif"):
        with pytest.raises(TilingError, match=name):
            read_image(tmp_path / name, 0.5)
    with pytest.raises(
        DatasetError, match=r"b\.tif would be 90000 x 60000 px at 0\.5 m, expected at most 400"
    ):
        read_image(write(tmp_path / "b.tif", pixels), 0.5, 500.0)
