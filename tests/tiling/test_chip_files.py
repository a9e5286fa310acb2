"""Tests of `tiling.chip_files`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely

from tiling.chip_files import write_chips
from tiling.chips import ChipSpec
from tiling.errors import RasterWriteError
from tiling.raster import open_raster, read_window
from tiling.stretch import compute_stretch
from tiling.window import PixelWindow

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


@pytest.fixture
def scene(make_raster: Make, noise: Noise) -> Path:
    pixels = noise(2, 150, 200, "uint16")
    pixels[:, :64, :64] = 0
    return make_raster(pixels, "my scene.tif", nodata=0)


def test_chips_keep_pixels_and_place(scene: Path, tmp_path: Path) -> None:
    out = tmp_path / "chips"
    with open_raster(scene) as raster:
        report = write_chips(raster, out, ChipSpec(64, 16))
        lines = [json.loads(line) for line in report.manifest.read_text().splitlines()]
        assert (report.written, report.empty) == (len(lines), 1)
        assert len(lines) == 4 * 3 - 1
        for line in lines:
            path = out / line["file"]
            window = PixelWindow(**line["window"])
            assert hashlib.sha256(path.read_bytes()).hexdigest() == line["sha256"]
            original = read_window(raster, window)
            assert line["valid_fraction"] == pytest.approx(original.valid.mean())
            with open_raster(path) as chip, rasterio.open(path) as dataset:
                assert (dataset.read() == original.image).all()
                assert dataset.nodata == 0
                assert dataset.crs.to_epsg() == 32616
                corner = chip.grid.to_world([[0, 0]])
                assert corner == pytest.approx(raster.grid.to_world([[window.col, window.row]]))
                assert list(dataset.transform)[:6] == line["transform"]
            assert line["gsd_m"] == pytest.approx(0.5, rel=2e-3)
    assert sorted(path.name for path in out.iterdir()) == sorted(
        [*(line["file"] for line in lines), "manifest.jsonl"]
    )


def test_labels_become_coco(scene: Path, tmp_path: Path) -> None:
    with open_raster(scene) as raster:
        shapes = np.array(
            [shapely.box(100, 100, 140, 130), shapely.box(120, 20, 130, 40), shapely.box(500, 500, 510, 510)]
        )
        world = raster.grid.pixel_polygons_to_world(shapes)
        labels = tmp_path / "labels.geojson"
        labels.write_text(
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32616"}},
                    "features": [
                        {
                            "type": "Feature",
                            "geometry": shapely.geometry.mapping(shape),
                            "properties": {"class": name},
                        }
                        for shape, name in zip(world, ["ship", "car", "ship"], strict=True)
                    ],
                }
            )
        )
        report = write_chips(raster, tmp_path / "chips", ChipSpec(50, 0), labels)
    assert report.annotations_file is not None
    coco = json.loads(report.annotations_file.read_text())
    assert [category["name"] for category in coco["categories"]] == ["ship", "car"]
    assert report.annotations == len(coco["annotations"])
    files = {image["id"]: image["file_name"] for image in coco["images"]}
    windows = {
        line["file"]: line["window"] for line in map(json.loads, report.manifest.read_text().splitlines())
    }
    total = {1: 0.0, 2: 0.0}
    for annotation in coco["annotations"]:
        x, y, width, height = annotation["bbox"]
        window = windows[files[annotation["image_id"]]]
        assert 0 <= x <= x + width <= window["width"] + 1e-6
        assert 0 <= y <= y + height <= window["height"] + 1e-6
        ring = np.reshape(annotation["segmentation"][0], (-1, 2)) + np.array([window["col"], window["row"]])
        truth = shapes[annotation["category_id"] - 1]
        assert shapely.Polygon(ring).difference(truth.buffer(1e-3)).area < 1e-6
        total[annotation["category_id"]] += annotation["area"]
    assert total == {1: pytest.approx(1200, rel=1e-4), 2: pytest.approx(200, rel=1e-4)}


def test_a_mask_stays_a_mask(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    mask = np.ones((60, 60), dtype=bool)
    mask[:20] = False
    with open_raster(make_raster(noise(3, 60, 60), mask=mask)) as raster:
        report = write_chips(raster, tmp_path / "chips", ChipSpec(60))
    with open_raster(next(report.directory.glob("*.tif"))) as chip:
        assert (read_window(chip, PixelWindow(0, 0, 60, 60)).valid == mask).all()


def test_a_stretch_makes_rgb(scene: Path, tmp_path: Path) -> None:
    with open_raster(scene) as raster:
        report = write_chips(raster, tmp_path / "chips", ChipSpec(100), stretch=compute_stretch(raster))
    with open_raster(next(report.directory.glob("*.tif"))) as chip:
        assert (chip.count, chip.dtype) == (3, "uint8")


def test_no_georeference_stays_none(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    with open_raster(make_raster(noise(3, 60, 60), crs=None, transform=None)) as raster:
        report = write_chips(raster, tmp_path / "chips", ChipSpec(40))
    for path in report.directory.glob("*.tif"):
        with rasterio.open(path) as dataset:
            assert dataset.crs is None
            assert dataset.transform.is_identity


def test_progress_and_a_folder_that_is_a_file(scene: Path, tmp_path: Path) -> None:
    seen: list[float] = []
    with open_raster(scene) as raster:
        write_chips(raster, tmp_path / "chips", ChipSpec(100), progress=seen.append)
        assert seen[-1] == 1.0
        (tmp_path / "file").write_text("")
        with pytest.raises(RasterWriteError, match="file"):
            write_chips(raster, tmp_path / "file", ChipSpec(100))


@pytest.mark.real_data
def test_banepa_chips_with_labels(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "rasters" / "buildings_uint16.tif"
    with open_raster(source) as raster:
        report = write_chips(raster, tmp_path / "chips", ChipSpec(512, 64), source.with_suffix(".geojson"))
    assert report.written == 4
    assert report.annotations >= 40
