"""`geoengine chip`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rasterio
import rasterio.shutil

from tests.support.samples import Run, square, write_geojson, write_raster

SPLIT = ("--split", "train=0.5,test=0.5", "--split-block", 128)


@pytest.fixture
def raster(tmp_path: Path) -> Path:
    return write_raster(tmp_path / "town.tif")


def test_a_raster_is_cut_with_its_labels(raster: Path, tmp_path: Path, run: Run) -> None:
    labels = write_geojson(tmp_path / "l.geojson", [square(20, 20, **{"class": "building"})])
    out = tmp_path / "chips"
    result = run("chip", raster, out, "--size", 128, "--overlap", 16, "--labels", labels)
    assert (result.exit_code, result.stderr) == (0, "")
    chips = sorted((out / "chips").glob("*.tif"))
    assert result.stdout.startswith(f"{len(chips)} chips in {out}")
    assert len(json.loads((out / "annotations.json").read_text())["annotations"]) >= 1
    answer = json.loads(run("chip", raster, tmp_path / "again", "--size", 128, "--json").stdout)
    assert answer["written"] >= 6


def test_many_options_at_once(raster: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out"
    given = (
        "--size",
        64,
        "--stride",
        32,
        "--edge",
        "pad",
        "--format",
        "png",
        "--stretch",
        "--limits",
        "minmax",
        "--max-nodata",
        0.9,
    )
    result = run("chip", raster, out, *given, *SPLIT, "--json")
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert sum(report["splits"].values()) == report["written"] == len(list((out / "chips").glob("*.png")))
    text = run("chip", raster, out, *given, *SPLIT, "--force").stdout
    assert "train" in text
    assert "between splits left out" in text


def test_a_split_without_chips_is_told(raster: Path, tmp_path: Path, run: Run) -> None:
    result = run("chip", raster, tmp_path / "out", "--split", "train=0.5,test=0.5", "--split-block", 9000)
    assert result.exit_code == 0
    assert "a smaller --split-block" in result.stderr


def test_what_is_unreadable_makes_the_run_partial(raster: Path, tmp_path: Path, run: Run) -> None:
    with rasterio.open(raster) as dataset:
        profile, pixels = dataset.profile, dataset.read()
    profile |= {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}
    with rasterio.open(raster, "w", **profile) as dataset:
        dataset.write(pixels)
    with rasterio.open(raster) as dataset:
        offset = int(dataset.get_tag_item("BLOCK_OFFSET_1_1", "TIFF", bidx=1))
    with raster.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xff" * 64)
    result = run("chip", raster, tmp_path / "out", "--size", 64)
    assert result.exit_code == 1, result.stderr
    assert "could not be read; " in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--size", 64, "--overlap", 64), "--overlap is 64, expected less than --size"),
        (("--size", 64, "--stride", 65), "--stride is 65, expected at most --size"),
        (("--gsd", 0), "--gsd is 0"),
        (("--mask-aoi",), "--mask-aoi needs an --aoi"),
        (("--split", "train=0.7,val=0.2"), "sum to 0.9; expected 1"),
        (("--split", "train"), "'train' is not a name and a share"),
        (("--split", "train=0.5,train=0.5"), "names that differ"),
        (("--bands", "natural"), "--bands is 'natural', expected numbers"),
        (("--bands", "9"), "Bands 9 of"),
        (("--limits", "minmax"), "--limits needs --stretch"),
        (("--stretch", "--limits", "most"), "most"),
        (("--labels", "LABELS", "--class-field", "kind"), "no property 'kind'"),
        (("--aoi", "LABELS"), "no polygon that intersects"),
    ],
)
def test_bad_input_is_one_sentence(
    given: tuple[object, ...], message: str, raster: Path, tmp_path: Path, run: Run
) -> None:
    labels = write_geojson(tmp_path / "l.geojson", [square(900_000, 900_000)])
    out = tmp_path / "out"
    result = run("chip", raster, out, *(labels if part == "LABELS" else part for part in given))
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert not out.exists()


def test_the_sources_of_a_vrt_elsewhere_are_read_where_that_is_allowed(
    raster: Path, tmp_path: Path, run: Run
) -> None:
    vrt = tmp_path / "views" / "scene.vrt"
    vrt.parent.mkdir()
    rasterio.shutil.copy(str(raster), str(vrt), driver="VRT")
    refused = run("chip", vrt, tmp_path / "chips", "--size", 64)
    assert refused.exit_code == 2
    assert "outside its own folder" in refused.stderr
    allowed = run("chip", vrt, tmp_path / "chips", "--size", 64, "--allow", raster.parent)
    assert (allowed.exit_code, allowed.stderr) == (0, "")
