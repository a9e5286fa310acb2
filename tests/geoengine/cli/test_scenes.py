"""geoengine scenes."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import rasterio
import sqlalchemy as sa

from geoengine.project import Project
from tests.support.samples import Run, Town, square, write_geojson, write_raster
from tests.support.views import read


def test_labels_of_a_removed_scene_are_in_the_archive(labelled: Town, tmp_path: Path, run: Run) -> None:
    result = run("scenes", "remove", "town", "-p", labelled.directory, "--json")
    assert result.exit_code == 0, result.output
    [answer] = json.loads(result.stdout)
    folder = Path(answer["archive"])
    assert (answer["scene"], answer["removed"], folder.parent.name) == ("town", True, "archive")
    assert len(json.loads((folder / "labels.geojson").read_text())["features"]) == 5
    assert len((folder / "history.jsonl").read_text().splitlines()) == 5
    assert json.loads((folder / "scene.json").read_text())["source"] == str(labelled.raster)
    assert not (labelled.directory / "labels" / "town.geojson").exists()
    assert labelled.raster.exists()
    with Project.open(labelled.directory).store() as store:
        assert read(store).scenes() == []
        with store._database.read() as connection:
            for name in ("features", "revisions", "features_rtree", "density", "changesets"):
                rows = sa.select(sa.func.count()).select_from(sa.table(name))
                assert connection.execute(rows).scalar_one() == 0
        last = 1
    # It can come back, under numbers of its own, and its labels with it.
    assert run("add", "-p", labelled.directory, labelled.raster).exit_code == 0
    result = run("import", "-p", labelled.directory, folder / "labels.geojson", "--scene", "town")
    assert result.exit_code == 0, result.output
    with Project.open(labelled.directory).store() as store:
        [scene] = read(store).scenes()
        assert (scene.key, scene.id, read(store).features(scene.id).total) == ("town", 2, 5)
        assert read(store).last_changeset(scene.id) > last


def test_a_purged_scene_leaves_nothing_and_others_stay(labelled: Town, tmp_path: Path, run: Run) -> None:
    other = write_raster(tmp_path / "other.tif", seed=5)
    assert run("add", "-p", labelled.directory, other).exit_code == 0
    inside = write_geojson(tmp_path / "o.geojson", [square(10, 10, **{"class": "tree"})])
    assert run("import", "-p", labelled.directory, inside, "--scene", "other").exit_code == 0
    result = run("scenes", "remove", "town", "--purge", "-p", labelled.directory)
    assert (result.exit_code, result.stdout) == (0, "Scene town is removed; its labels are deleted.\n")
    assert not (labelled.directory / "archive").exists()
    with Project.open(labelled.directory).store() as store:
        [scene] = read(store).scenes()
        assert read(store).features(scene.id).total == 1


def test_a_scene_that_a_worker_is_on_is_not_removed(labelled: Town, run: Run) -> None:
    with Project.open(labelled.directory).store() as store:
        store.create_jobs("prelabel", {"t": {"scene": "town", "model": "m"}})
        store.claim_job(1, "another:1:1:1:1")
    result = run("scenes", "remove", "town", "-p", labelled.directory)
    assert result.exit_code == 2
    assert result.stderr.startswith("town: job 1 is running on scene town")
    [answer] = json.loads(run("scenes", "remove", "town", "-p", labelled.directory, "--json").stdout)
    assert answer["error"].startswith("job 1 is running on scene town")
    assert not list((labelled.directory / "archive").iterdir())
    with Project.open(labelled.directory).store() as store:
        store.release_job(1, "another:1:1:1:1")
        assert run("scenes", "rename", "town", "city", "-p", labelled.directory).exit_code == 0
        assert read(store).job(1).params["scene"] == "city"
        assert run("scenes", "remove", "city", "-p", labelled.directory).exit_code == 0
        assert read(store).job(1).message == "scene city was removed"


def test_a_scene_is_renamed_with_its_label_file(labelled: Town, run: Run) -> None:
    result = run("scenes", "rename", "town", "city", "--name", "Old city", "-p", labelled.directory)
    assert (result.exit_code, result.stdout) == (0, "Scene town is now city (Old city).\n")
    assert [path.name for path in (labelled.directory / "labels").glob("*.geojson")] == ["city.geojson"]
    assert run("scenes", "rename", "city", "A b", "-p", labelled.directory).exit_code == 2
    [scene] = json.loads(run("scenes", "list", "-p", labelled.directory, "--json").stdout)
    assert (scene["scene"], scene["name"], scene["problem"]) == ("city", "Old city", None)


def test_a_scene_in_place_is_relinked(tmp_path: Path, run: Run) -> None:
    directory, raster = tmp_path / "project", write_raster(tmp_path / "town.tif")
    assert run("init", directory, "--class", "tree").exit_code == 0
    assert run("add", "-p", directory, "--in-place", raster).exit_code == 0

    def relink(*arguments: object) -> tuple[int, str]:
        result = run("scenes", "relink", "town", *arguments, "-p", directory)
        return result.exit_code, result.output

    def problem() -> str | None:
        return json.loads(run("scenes", "list", "-p", directory, "--json").stdout)[0]["problem"]

    moved = tmp_path / "moved.tif"
    shutil.move(raster, moved)
    assert "cannot be found" in str(problem()) or "could not be opened" in str(problem())
    assert relink(moved) == (0, f"Scene town is read from {moved}.\n")
    assert problem() is None
    os.utime(moved, ns=(1, 1))
    assert "was changed" in str(problem())
    assert relink()[0] == 0
    assert problem() is None
    with rasterio.open(moved, "r+") as file:
        file.write(255 - file.read())
    code, text = relink()
    assert (code, "has other content than was registered" in text) == (2, True)
    code, text = relink("--changed")
    assert (code, "with other pixels" in text, problem()) == (0, True, None)
    with rasterio.open(moved) as file:
        profile, pixels = file.profile, file.read()
    elsewhere = tmp_path / "elsewhere.tif"
    with rasterio.open(
        elsewhere,
        "w",
        **{**profile, "transform": profile["transform"].translation(5, 0) * profile["transform"]},
    ) as file:
        file.write(pixels)
    code, text = relink(elsewhere, "--changed")
    assert (code, "has the transform" in text) == (2, True)


def test_a_copy_has_nothing_to_relink(town: Town, run: Run) -> None:
    with Project.open(town.directory).store() as store:
        [scene] = read(store).scenes()
    result = run("scenes", "relink", "town", "-p", town.directory)
    copied = scene.uri.startswith("scenes/")
    assert (result.exit_code, "is read from a copy" in result.stderr) == ((2, True) if copied else (0, False))
