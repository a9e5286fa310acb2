"""init, add and status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geoengine.project import Project
from tests.support.samples import PIXEL_M, Run, Town, write_raster
from tests.support.views import read
from tiling.access.source import RasterSource


def test_init_makes_a_project_with_classes_and_colours(tmp_path: Path, run: Run) -> None:
    result = run(
        "init", tmp_path / "town", "--name", "Old town", "--class", "building:D55E00", "--class", "tree"
    )
    assert result.exit_code == 0
    assert result.stdout == f"Project 'Old town' is in {tmp_path / 'town'} (building, tree).\n"
    with Project.open(tmp_path / "town").store() as store:
        building, tree = read(store).classes()
    assert (building.key, building.color) == ("building", "#d55e00")
    assert tree.color.startswith("#")


@pytest.mark.parametrize("given", ["building:red", "a b", ":d55e00", "-x"])
def test_init_refuses_a_class_it_cannot_use(given: str, tmp_path: Path, run: Run) -> None:
    result = run("init", tmp_path / "town", f"--class={given}")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "town" / "geoengine.toml").exists()


def test_init_twice(town: Town, run: Run) -> None:
    result = run("init", town.directory)
    assert result.exit_code == 2
    assert "is a project already" in result.stderr


def test_add_tells_what_it_registered(town: Town, tmp_path: Path, run: Run) -> None:
    other = write_raster(tmp_path / "Other Place.tif", seed=2)
    result = run("add", "-p", town.directory, other, "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    [added] = answer["added"]
    assert (added["key"], added["width"], added["bands"], added["dtype"]) == ("other-place", 300, 3, "uint8")
    assert added["gsd_m"] == pytest.approx(PIXEL_M, rel=1e-3)
    assert answer["known"] == answer["failed"] == []


def test_add_twice_is_done_once(town: Town, run: Run) -> None:
    result = run("add", "-p", town.directory, town.raster)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{town.raster}: is scene town already\n"


def test_add_lists_what_cannot_be_read_and_takes_the_rest(town: Town, tmp_path: Path, run: Run) -> None:
    text = tmp_path / "text.tif"
    text.write_text("I am no raster.")
    good = write_raster(tmp_path / "good.tif", seed=3)
    truncated = write_raster(tmp_path / "truncated.tif", seed=4, tiled=True, blockxsize=64, blockysize=64)
    truncated.write_bytes(truncated.read_bytes()[:60_000])
    result = run("add", "-p", town.directory, text, truncated, good, tmp_path / "absent.tif")
    assert result.exit_code == 1
    assert "1 added, 0 known already, 3 failed." in result.stdout
    lines = result.stderr.splitlines()
    assert len(lines) == 3
    for line, name in zip(lines, ("text.tif", "truncated.tif", "absent.tif"), strict=True):
        assert name in line
    # Nothing is left of those that failed.
    left = {path.name for path in (town.directory / "scenes").iterdir()}
    assert not {name for name in left if "text" in name or "truncated" in name}
    with Project.open(town.directory).store() as store:
        assert [scene.key for scene in read(store).scenes()] == ["town", "good"]


def test_a_fault_with_one_raster_does_not_stop_the_others(
    town: Town, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geoengine.tasks.scenes import register

    honest = register.ensure_cog

    def broken(source: RasterSource, target: Path, **settings: Any) -> Path:
        if source.path.name == "a.tif":
            raise ZeroDivisionError("nobody thought of this")
        return honest(source, target, **settings)

    monkeypatch.setattr(register, "ensure_cog", broken)
    rasters = [write_raster(tmp_path / f"{name}.tif", seed=ord(name)) for name in "abc"]
    result = run("add", "-p", town.directory, *rasters)
    assert result.exit_code == 3
    assert "2 added, 0 known already, 1 failed." in result.stdout
    assert "a.tif: ZeroDivisionError: nobody thought of this" in result.stderr
    assert "Traceback" in result.stderr


def test_a_text_file_called_tif_is_one_sentence_and_exit_code_2(town: Town, tmp_path: Path, run: Run) -> None:
    text = tmp_path / "text.tif"
    text.write_text("I am no raster.")
    result = run("add", "-p", town.directory, text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1


def test_add_declares_a_colour_that_means_nothing(town: Town, tmp_path: Path, run: Run) -> None:
    raster = write_raster(tmp_path / "other.tif", seed=5)
    result = run("add", "-p", town.directory, raster, "--nodata", "255,255,255", "--name", "White")
    assert result.exit_code == 0
    with Project.open(town.directory).store() as store:
        scene = read(store).scene_by_key("white")
    assert scene.nodata == "[255, 255, 255]"
    # Declared nodata needs a copy that says so.
    assert scene.uri == "scenes/white.tif"


@pytest.mark.parametrize("nodata", ["white", "1,x,2", "1,2"])
def test_add_refuses_a_nodata_it_cannot_use(nodata: str, town: Town, tmp_path: Path, run: Run) -> None:
    result = run("add", "-p", town.directory, write_raster(tmp_path / "o.tif", seed=6), "--nodata", nodata)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_one_name_is_for_one_raster(town: Town, run: Run) -> None:
    result = run("add", "-p", town.directory, town.raster, town.raster, "--name", "x")
    assert result.exit_code == 2
    assert "--name is for one raster" in result.stderr


def test_status_counts_by_scene_class_and_state(labelled: Town, run: Run) -> None:
    document = json.loads(run("status", "-p", labelled.directory, "--json").stdout)
    [scene] = document["scenes"]
    assert scene["counts"]["building"] == {"proposed": 0, "accepted": 3, "rejected": 0}
    assert scene["counts"]["tree"] == {"proposed": 1, "accepted": 0, "rejected": 1}
    assert document["totals"] == {"proposed": 1, "accepted": 3, "rejected": 1}

    text = run("status", "-p", labelled.directory).stdout
    assert "1 scene, 2 classes, 5 features" in text
    rows = [line.split() for line in text.splitlines()]
    assert ["town", "-", "building", "0", "3", "0"] in rows
    assert ["all", "-", "-", "1", "3", "1"] in rows


def test_status_of_an_empty_project(tmp_path: Path, run: Run) -> None:
    run("init", tmp_path / "empty")
    result = run("status", "-p", tmp_path / "empty")
    assert result.exit_code == 0
    assert "0 scenes, 0 classes, 0 features" in result.stdout


def test_status_lists_jobs(town: Town, run: Run) -> None:
    with Project.open(town.directory).store() as store:
        store.create_job("prelabel", {"scene": "town"}, "token", [{}, {}])
    text = run("status", "-p", town.directory).stdout
    assert ["1", "prelabel", "queued", "0/2"] in [line.split()[:4] for line in text.splitlines()]
