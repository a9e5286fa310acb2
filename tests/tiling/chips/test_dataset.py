"""Tests of `tiling.chips.dataset`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import rasterio
import rasterio.warp
import shapely
import shapely.affinity
from affine import Affine
from pycocotools.coco import COCO

from tests.support.chip_runs import SPLIT, chip_options, read_manifest, write_polygons
from tiling.chips.write import write_chips

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def test_splits_are_apart_and_in_coco(wide_scene: Path, tmp_path: Path) -> None:
    labels = write_polygons(tmp_path / "l.geojson", wide_scene, [shapely.box(0, 0, 600, 400)], ["ground"])
    report = write_chips([wide_scene], tmp_path / "out", chip_options(25, 4, split=SPLIT), [labels])
    lines = read_manifest(tmp_path / "out")
    assert report.between_splits > 0
    assert len(list((tmp_path / "out" / "chips").iterdir())) == len(lines) == report.written
    corners = np.array([[line["window"]["col"], line["window"]["row"]] for line in lines])
    splits = np.array([line["split"] for line in lines])
    gap = np.maximum(np.abs(corners[:, None] - corners) - 25, 0)
    assert (np.hypot(gap[..., 0], gap[..., 1])[splits[:, None] != splits] >= 8).all()
    for name, number in report.splits.items():
        coco = COCO(tmp_path / "out" / f"annotations_{name}.json")
        assert len(coco.imgs) == number > 0
        assert {image["split"] for image in coco.imgs.values()} == {name}


def test_rasters_that_overlap_share_no_ground_between_splits(
    make_raster: Make, noise: Noise, tmp_path: Path
) -> None:
    first = make_raster(noise(1, 240, 240), "a.tif")
    # The same ground in another zone, with pixels half as large again.
    moved = rasterio.warp.transform("EPSG:32616", "EPSG:32617", [733601.0 + 40], [3725139.0 - 30])
    second = make_raster(
        noise(1, 240, 240),
        "b.tif",
        crs="EPSG:32617",
        transform=Affine(0.75, 0, moved[0][0], 0, -0.75, moved[1][0]),
    )
    write_chips([first, second], tmp_path / "out", chip_options(24, split=SPLIT))
    write_chips([second, first], tmp_path / "again", chip_options(24, split=SPLIT))
    assert read_manifest(tmp_path / "out") == read_manifest(tmp_path / "again")
    table = geopandas.read_parquet(tmp_path / "out" / "manifest.parquet").to_crs(32616)
    assert table["source"].nunique() == 2
    groups = {name: group.geometry.union_all() for name, group in table.groupby("split")}
    assert len(groups) == 3
    for name, ground in groups.items():
        for other, elsewhere in groups.items():
            assert name == other or ground.distance(elsewhere) >= 8 * 0.5
