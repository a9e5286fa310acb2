"""Tests of `tiling.chips.write`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import rasterio
import rasterio.warp
import shapely
import shapely.affinity
from affine import Affine
from pycocotools.coco import COCO

from tiling.chips.folder import ChipFolder
from tiling.chips.options import ChipOptions
from tiling.chips.splits import SplitSpec
from tiling.chips.write import write_chips
from tiling.display.stretch_request import StretchRequest
from tiling.errors import ChipOptionError, RasterWriteError
from tiling.grid.plan import ChipSpec
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster, read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]

SPLIT = SplitSpec((("train", 0.6), ("val", 0.2), ("test", 0.2)), block_px=100, buffer_px=8, seed=3)


def cut(size: int, overlap: int = 0, **options: Any) -> ChipOptions:
    """Options for chips of one size."""
    return ChipOptions(ChipSpec(size, overlap), **options)


def lines_of(folder: Path) -> list[dict[str, Any]]:
    """The manifest."""
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]


def write_polygons(path: Path, raster_path: Path, shapes: list[Any], names: list[str]) -> Path:
    """Polygons in a raster's pixel space as GeoJSON in EPSG:32616."""
    with open_raster(raster_path) as raster:
        world = raster.grid.pixel_polygons_to_world(np.array(shapes, dtype=object))
    features = [
        {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": {"class": name}}
        for shape, name in zip(world, names, strict=True)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32616"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
    return path


@pytest.fixture
def scene(make_raster: Make, noise: Noise) -> Path:
    pixels = noise(2, 150, 200, "uint16")
    pixels[:, :64, :64] = 0
    return make_raster(pixels, "my scene.tif", nodata=0)


@pytest.fixture
def wide(make_raster: Make, noise: Noise) -> Path:
    return make_raster(noise(1, 400, 600), "wide.tif")


def test_chips_keep_pixels_and_place(scene: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = write_chips([scene], out, cut(64, 16))
    lines = lines_of(out)
    assert (report.written, report.empty) == (len(lines), 1)
    assert len(lines) == 4 * 3 - 1
    with open_raster(scene) as raster:
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
            assert line["crs"] == "EPSG:32616"
            assert line["gsd_m"] == pytest.approx(0.5, rel=2e-3)
    assert sorted(path.name for path in out.iterdir()) == ["chips", "manifest.jsonl", "manifest.parquet"]
    assert len(list((out / "chips").iterdir())) == len(lines)


def test_geoparquet_says_the_same_with_footprints(scene: Path, tmp_path: Path) -> None:
    write_chips([scene], tmp_path / "out", cut(64, 16))
    table = geopandas.read_parquet(tmp_path / "out" / "manifest.parquet")
    lines = lines_of(tmp_path / "out")
    assert table.crs.to_epsg() == 4326
    assert table["sha256"].tolist() == [line["sha256"] for line in lines]
    assert table["window"].tolist() == [line["window"] for line in lines]
    on_ground = table.geometry.to_crs(32616)
    for shape, line in zip(on_ground, lines, strict=True):
        frame = shapely.box(0, 0, line["window"]["width"], line["window"]["height"])
        wanted = shapely.affinity.affine_transform(frame, [line["transform"][i] for i in (0, 1, 3, 4, 2, 5)])
        assert shape.symmetric_difference(wanted).area < 0.01 * wanted.area
    left, bottom, right, top = table.geometry.iloc[0].bounds
    near = geopandas.read_parquet(tmp_path / "out" / "manifest.parquet", bbox=(left, bottom, right, top))
    assert 0 < len(near) < len(table)


def test_labels_become_coco(scene: Path, tmp_path: Path) -> None:
    shapes = [shapely.box(100, 100, 140, 130), shapely.box(120, 20, 130, 40), shapely.box(500, 500, 510, 510)]
    labels = write_polygons(tmp_path / "labels.geojson", scene, shapes, ["ship", "car", "ship"])
    report = write_chips([scene], tmp_path / "out", cut(50), [labels])
    assert report.annotations_file is not None
    coco = COCO(report.annotations_file)
    assert [category["name"] for category in coco.loadCats(coco.getCatIds())] == ["ship", "car"]
    assert report.annotations == len(coco.anns)
    windows = {line["file"]: line["window"] for line in lines_of(tmp_path / "out")}
    total = {1: 0.0, 2: 0.0}
    for annotation in coco.anns.values():
        x, y, width, height = annotation["bbox"]
        image = coco.imgs[annotation["image_id"]]
        window = windows[image["file_name"]]
        assert 0 <= x <= x + width <= window["width"] + 1e-6
        assert 0 <= y <= y + height <= window["height"] + 1e-6
        ring = np.reshape(annotation["segmentation"][0], (-1, 2)) + np.array([window["col"], window["row"]])
        truth = shapes[annotation["category_id"] - 1]
        assert shapely.Polygon(ring).difference(truth.buffer(1e-3)).area < 1e-6
        assert annotation["visible"] == pytest.approx(annotation["area"] / truth.area, abs=1e-5)
        assert coco.annToMask(annotation).sum() > 0
        total[annotation["category_id"]] += annotation["area"]
    assert total == {1: pytest.approx(1200, rel=1e-4), 2: pytest.approx(200, rel=1e-4)}


def test_small_pieces_and_negatives(wide: Path, tmp_path: Path) -> None:
    labels = write_polygons(tmp_path / "l.geojson", wide, [shapely.box(95, 10, 115, 20)], ["ship"])
    options = cut(100, min_visible=0.5, negatives=0.0)
    report = write_chips([wide], tmp_path / "out", options, [labels])
    assert [line["window"]["col"] for line in lines_of(tmp_path / "out")] == [100]
    assert (report.written, report.negatives, report.annotations) == (1, 23, 1)
    some = write_chips([wide], tmp_path / "some", replace(options, negatives=0.5), [labels])
    assert 4 < some.written < 20
    again = write_chips([wide], tmp_path / "again", replace(options, negatives=0.5), [labels])
    assert lines_of(tmp_path / "some") == lines_of(tmp_path / "again")
    assert again.unlabelled == []


def test_labels_elsewhere_are_reported(wide: Path, tmp_path: Path) -> None:
    labels = write_polygons(tmp_path / "l.geojson", wide, [shapely.box(9000, 0, 9010, 9)], ["ship"])
    report = write_chips([wide], tmp_path / "out", cut(200), [labels])
    assert report.unlabelled == [wide]


def test_an_area_of_interest(wide: Path, tmp_path: Path) -> None:
    area = write_polygons(tmp_path / "a.geojson", wide, [shapely.box(150, 100, 250, 150)], [""])
    write_chips([wide], tmp_path / "out", cut(100, area=area))
    lines = lines_of(tmp_path / "out")
    assert [(line["window"]["col"], line["window"]["row"]) for line in lines] == [(100, 100), (200, 100)]
    assert {line["valid_fraction"] for line in lines} == {1.0}
    report = write_chips([wide], tmp_path / "masked", cut(100, area=area, mask_area=True))
    assert {line["valid_fraction"] for line in lines_of(tmp_path / "masked")} == {0.25}
    with open_raster(tmp_path / "masked" / lines[0]["file"]) as chip:
        valid = read_window(chip, PixelWindow(0, 0, 100, 100)).valid
    assert valid[:50, 50:].all()
    assert np.count_nonzero(valid) == 2500
    strict = cut(100, area=area, mask_area=True, max_nodata=0.7)
    assert write_chips([wide], tmp_path / "none", strict).nodata == report.written


def test_a_ground_resolution(scene: Path, tmp_path: Path) -> None:
    write_chips([scene], tmp_path / "out", cut(32, gsd_m=1.0))
    for line in lines_of(tmp_path / "out"):
        assert line["gsd_m"] == pytest.approx(1.0, rel=0.01)
        with rasterio.open(tmp_path / "out" / line["file"]) as dataset:
            assert dataset.transform.a == pytest.approx(1.0, rel=0.01)


def test_a_mask_stays_a_mask(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    mask = np.ones((60, 60), dtype=bool)
    mask[:20] = False
    report = write_chips([make_raster(noise(3, 60, 60), mask=mask)], tmp_path / "out", cut(60))
    with open_raster(next((report.directory / "chips").glob("*.tif"))) as chip:
        assert (read_window(chip, PixelWindow(0, 0, 60, 60)).valid == mask).all()


def test_a_stretch_makes_rgb(scene: Path, tmp_path: Path) -> None:
    report = write_chips([scene], tmp_path / "out", cut(100, stretch=StretchRequest()))
    with open_raster(next((report.directory / "chips").glob("*.tif"))) as chip:
        assert (chip.count, chip.dtype) == (3, "uint8")


def test_no_georeference_stays_none(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    source = make_raster(noise(3, 60, 60), crs=None, transform=None)
    report = write_chips([source], tmp_path / "out", cut(40))
    for path in (report.directory / "chips").glob("*.tif"):
        with rasterio.open(path) as dataset:
            assert dataset.crs is None
            assert dataset.transform.is_identity
    table = geopandas.read_parquet(tmp_path / "out" / "manifest.parquet")
    assert table.geometry.isna().all()


def test_splits_are_apart_and_in_coco(wide: Path, tmp_path: Path) -> None:
    labels = write_polygons(tmp_path / "l.geojson", wide, [shapely.box(0, 0, 600, 400)], ["ground"])
    report = write_chips([wide], tmp_path / "out", cut(20, 4, split=SPLIT), [labels])
    lines = lines_of(tmp_path / "out")
    assert report.between_splits > 0
    assert len(list((tmp_path / "out" / "chips").iterdir())) == len(lines) == report.written
    for one in lines:
        for other in lines:
            if one["split"] != other["split"]:
                a, b = one["window"], other["window"]
                gap = [max(a[k] - b[k] - 20, b[k] - a[k] - 20, 0) for k in ("col", "row")]
                assert np.hypot(*gap) >= 8
    for name, number in report.splits.items():
        coco = COCO(tmp_path / "out" / f"annotations_{name}.json")
        assert len(coco.imgs) == number > 0
        assert {image["split"] for image in coco.imgs.values()} == {name}


def test_rasters_that_overlap_share_no_ground_between_splits(
    make_raster: Make, noise: Noise, tmp_path: Path
) -> None:
    first = make_raster(noise(1, 300, 300), "a.tif")
    # The same ground in another zone, with pixels half as large again.
    moved = rasterio.warp.transform("EPSG:32616", "EPSG:32617", [733601.0 + 40], [3725139.0 - 30])
    second = make_raster(
        noise(1, 300, 300),
        "b.tif",
        crs="EPSG:32617",
        transform=Affine(0.75, 0, moved[0][0], 0, -0.75, moved[1][0]),
    )
    write_chips([first, second], tmp_path / "out", cut(20, split=SPLIT))
    write_chips([second, first], tmp_path / "again", cut(20, split=SPLIT))
    assert lines_of(tmp_path / "out") == lines_of(tmp_path / "again")
    table = geopandas.read_parquet(tmp_path / "out" / "manifest.parquet").to_crs(32616)
    assert table["source"].nunique() == 2
    groups = {name: group.geometry.union_all() for name, group in table.groupby("split")}
    assert len(groups) == 3
    for name, ground in groups.items():
        for other, elsewhere in groups.items():
            assert name == other or ground.distance(elsewhere) >= 8 * 0.5


def test_names_of_two_rasters_do_not_collide(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    first, second = make_raster(noise(1, 30, 30), "a.tif"), make_raster(noise(1, 30, 30), "b/a.tif")
    report = write_chips([first, second], tmp_path / "out", cut(30))
    assert (report.written, len(list((tmp_path / "out" / "chips").iterdir()))) == (2, 2)


def damage(path: Path) -> None:
    """Overwrites a block in the middle of a tiled TIFF."""
    with rasterio.open(path) as dataset:
        offset = int(dataset.get_tag_item("BLOCK_OFFSET_2_1", "TIFF", bidx=1))
        size = int(dataset.get_tag_item("BLOCK_SIZE_2_1", "TIFF", bidx=1))
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xff" * size)


def test_a_damaged_block_is_listed_and_the_rest_goes_on(
    make_raster: Make, noise: Noise, tmp_path: Path
) -> None:
    options = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}
    source = make_raster(noise(1, 256, 256), **options)
    damage(source)
    report = write_chips([source], tmp_path / "out", cut(64, split=SPLIT))
    bad = [line for line in lines_of(tmp_path / "out") if line["error"] is not None]
    assert [(line["window"]["col"], line["window"]["row"]) for line in bad] == [(128, 64)]
    assert str(source) in bad[0]["error"]
    assert bad[0]["file"] is bad[0]["sha256"] is bad[0]["split"] is None
    assert (report.unreadable, report.written + report.between_splits) == (1, 15)
    assert len(geopandas.read_parquet(tmp_path / "out" / "manifest.parquet")) == report.written + 1


def test_an_interrupted_run_goes_on(wide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    write_chips([wide], whole, cut(50, split=SPLIT))
    put, names = ChipFolder.put, []

    def failing(self: ChipFolder, name: str, files: dict[str, bytes]) -> tuple[str, str]:
        names.append(name)
        if len(names) == 60:
            raise RasterWriteError("the disk is full")
        return put(self, name, files)

    monkeypatch.setattr(ChipFolder, "put", failing)
    with pytest.raises(RasterWriteError, match="full"):
        write_chips([wide], out, cut(50, split=SPLIT))
    assert [path.name for path in out.iterdir()] == [".unfinished"]
    names.clear()
    monkeypatch.setattr(ChipFolder, "put", lambda *given: names.append(given[1]) or put(*given))
    write_chips([wide], out, cut(50, split=SPLIT))
    assert 0 < len(names) < 96
    assert (out / "manifest.jsonl").read_bytes() == (whole / "manifest.jsonl").read_bytes()
    assert sorted(path.name for path in out.iterdir()) == sorted(path.name for path in whole.iterdir())


def test_other_options_begin_anew(wide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(ChipFolder, "publish", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            write_chips([wide], out, cut(50))
    report = write_chips([wide], out, cut(100))
    assert len(list((out / "chips").iterdir())) == report.written == 24


def test_a_finished_folder_is_replaced_by_force_only(wide: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_chips([wide], out, cut(100, split=SPLIT))
    with pytest.raises(RasterWriteError, match="holds manifest"):
        write_chips([wide], out, cut(200))
    report = write_chips([wide], out, cut(200), force=True)
    assert len(list((out / "chips").iterdir())) == report.written == len(lines_of(out)) == 6


def test_progress_and_a_folder_that_is_a_file(scene: Path, tmp_path: Path) -> None:
    seen: list[float] = []
    write_chips([scene], tmp_path / "out", cut(100), progress=seen.append)
    assert seen[-1] == 1.0
    assert seen == sorted(seen)
    (tmp_path / "file").write_text("")
    with pytest.raises(RasterWriteError, match="file"):
        write_chips([scene], tmp_path / "file", cut(100))


def test_impossible_options_write_nothing(
    scene: Path, make_raster: Make, noise: Noise, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    area = write_polygons(tmp_path / "a.geojson", scene, [shapely.box(900, 900, 950, 950)], [""])
    no_crs = make_raster(noise(3, 60, 60), "plain.tif", crs=None, transform=None)
    cases: list[tuple[list[Path], ChipOptions, str]] = [
        ([scene], cut(64, format="jpg"), "uint16 pixels, and jpg chips hold uint8"),
        ([scene], cut(64, format="png"), "2 bands"),
        ([scene], cut(64, bands=(1, 3)), "it has 1 to 2"),
        ([scene], cut(64, area=area), "no polygon that intersects"),
        ([no_crs], cut(64, gsd_m=0.5), "no CRS"),
        ([scene, scene], cut(64), "given twice"),
        ([], cut(64), "at least one"),
    ]
    for sources, options, message in cases:
        with pytest.raises((ChipOptionError, RasterWriteError), match=message):
            write_chips(sources, out, options)
    with pytest.raises(ChipOptionError, match="2 files of labels"):
        write_chips([scene], out, cut(64), [area, area])
    assert not out.exists()


@pytest.mark.parametrize("given", [{"max_nodata": 1.5}, {"mask_area": True}, {"min_visible": -0.1}])
def test_options_are_checked(given: dict[str, Any]) -> None:
    with pytest.raises(ChipOptionError):
        cut(64, **given)


@pytest.mark.real_data
def test_real_chips_with_labels(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "rasters" / "buildings_uint16.tif"
    report = write_chips([source], tmp_path / "out", cut(512, 64), [source.with_suffix(".geojson")])
    assert report.written == 4
    assert report.annotations >= 40
