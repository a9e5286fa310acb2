"""geoengine add: folders, patterns, mosaics, images of a file, in place; and what status says afterwards."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import rasterio
import rasterio.shutil
from rasterio.transform import from_origin

from geoengine.model import Scene
from geoengine.project import Project
from tests.support.samples import HEIGHT, NORTH, PIXEL_M, WEST, WIDTH, Run, Town, write_raster
from tests.support.views import read
from tiling.access.env import open_dataset
from tiling.access.policy import ReadPolicy
from tiling.access.reference_closure import check_references
from tiling.raster.raster import open_raster


def scenes(town: Town) -> dict[str, Scene]:
    with Project.open(town.directory).store() as store:
        return {scene.key: scene for scene in read(store).scenes()}


def added(town: Town, run: Run, *arguments: object) -> dict[str, Any]:
    result = run("add", "-p", town.directory, *arguments, "--json")
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def tile(path: Path, column: int, seed: int) -> Path:
    """A raster one or more widths east of the town."""
    return write_raster(
        path, seed, transform=from_origin(WEST + column * WIDTH * PIXEL_M, NORTH, PIXEL_M, PIXEL_M)
    )


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery"
    (folder / "deeper").mkdir(parents=True)
    write_raster(folder / "a.tif", seed=10)
    write_raster(folder / "deeper" / "b.tif", seed=11)
    (folder / "a.tif.aux.xml").write_text("<PAMDataset/>")
    (folder / "labels.geojson").write_text("{}")
    (folder / "what.xyz").write_text("neither this nor that")
    return folder


def test_a_folder_is_taken_and_its_other_files_are_counted(town: Town, run: Run, delivery: Path) -> None:
    result = run("add", "-p", town.directory, delivery)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "2 added, 0 known already, 0 failed." in result.stdout
    assert "3 files skipped:" in result.stdout
    assert set(scenes(town)) == {"town", "a", "b"}
    again = added(town, run, delivery)
    assert [known["key"] for known in again["known"]] == ["a", "b"]
    assert {Path(entry["path"]).name: entry["reason"] for entry in again["skipped"]} == {
        "a.tif.aux.xml": "side-car",
        "labels.geojson": "labels or a table",
        "what.xyz": "not a raster",
    }


def test_a_damaged_raster_in_a_folder_is_a_failure(town: Town, run: Run, delivery: Path) -> None:
    (delivery / "bad.tif").write_text("I am no raster.")
    result = run("add", "-p", town.directory, delivery)
    assert result.exit_code == 1
    assert "2 added, 0 known already, 1 failed." in result.stdout
    assert result.stderr.count("\n") == 1
    assert "bad.tif" in result.stderr


def test_a_pattern_in_quotes(town: Town, run: Run, delivery: Path) -> None:
    assert {entry["key"] for entry in added(town, run, delivery / "**" / "*.tif")["added"]} == {"a", "b"}
    result = run("add", "-p", town.directory, delivery / "*.jp2")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_nothing_to_add(town: Town, run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("add", "-p", town.directory, tmp_path / "empty")
    assert result.exit_code == 2
    assert result.stderr == f"There is no raster in {tmp_path / 'empty'}.\n"


def test_the_projects_own_files_are_not_taken(town: Town, run: Run) -> None:
    run("add", "-p", town.directory, town.raster, "--nodata", "0")
    write_raster(town.directory.parent / "big.tif", seed=12, repeat=3)
    answer = added(town, run, town.directory.parent)
    assert [entry["key"] for entry in answer["added"]] == ["big"]
    assert [entry["key"] for entry in added(town, run, town.directory.parent)["known"]] == ["big", "town"]


def test_many_files_become_one_scene(town: Town, run: Run, tmp_path: Path) -> None:
    paths = [tile(tmp_path / f"{column}.tif", column, 20 + column) for column in (0, 1, 3)]
    (entry,) = added(
        town, run, "--mosaic", "The Strip", *paths, "--acquired", "2024-05-01T10:00:00Z", "--marking", "CUI"
    )["added"]
    assert (entry["key"], entry["files"], entry["width"], entry["raster"]) == (
        "the-strip", 3, 4 * WIDTH, "scenes/the-strip.tif",
    )  # fmt: skip
    scene = scenes(town)["the-strip"]
    assert (scene.name, scene.acquired_at, scene.marking) == ("The Strip", "2024-05-01T10:00:00Z", "CUI")
    assert scene.source == str(tmp_path)
    with open_raster(town.directory / scene.uri) as raster:
        image, valid = raster.read_level(0, (0, 0, 4 * WIDTH, HEIGHT), HEIGHT, 4 * WIDTH)
    for column, path in zip((0, 1, 3), paths, strict=True):
        with rasterio.open(path) as dataset:
            assert (image[:, :, column * WIDTH : (column + 1) * WIDTH] == dataset.read()).all()
    assert not valid[:, 2 * WIDTH : 3 * WIDTH].any()
    # Nothing else is left in the folder, and the same files are the same scene.
    assert set(os.listdir(town.directory / "scenes")) == {".lock", "the-strip.tif"}
    assert added(town, run, "--mosaic", "Other", *paths)["known"][0]["key"] == "the-strip"


def test_files_that_are_no_mosaic(town: Town, run: Run, tmp_path: Path) -> None:
    one, two = tile(tmp_path / "one.tif", 0, 1), tile(tmp_path / "two.tif", 1, 1)
    grey = write_raster(tmp_path / "turned.tif", 5, crs="EPSG:32644")
    for paths in ((one, grey), (one, one.parent / "absent.tif")):
        result = run("add", "-p", town.directory, "--mosaic", "M", *paths)
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
        assert str(paths[1]) in result.stderr
    copy = tmp_path / "copy.tif"
    copy.write_bytes(two.read_bytes())
    result = run("add", "-p", town.directory, "--mosaic", "M", one, two, copy)
    assert "copy.tif has the same content as two.tif" in result.stderr
    assert set(scenes(town)) == {"town"}


def test_in_place_copies_nothing_and_touches_nothing(town: Town, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    path = write_raster(folder / "large.tif", seed=30, repeat=4)
    before = (os.listdir(folder), path.stat().st_mtime_ns)
    (entry,) = added(town, run, path, "--in-place")["added"]
    assert entry["raster"] == "scenes/large.vrt"
    assert (os.listdir(folder), path.stat().st_mtime_ns) == before
    large = sum(file.stat().st_size for file in (town.directory / "scenes").iterdir())
    assert large < path.stat().st_size / 8
    paths = [tile(folder / f"{column}.tif", column, 40 + column) for column in range(3)]
    (entry,) = added(town, run, "--mosaic", "Row", *paths, "--in-place")["added"]
    assert entry["raster"] == "scenes/row.vrt"

    assert json.loads(run("status", "-p", town.directory, "--json").stdout)["scenes"][1]["problem"] is None
    path.write_bytes(path.read_bytes() + b"more")
    paths[1].unlink()
    town.raster.unlink()
    text = run("status", "-p", town.directory).stdout
    assert f"Scene large: {path} was changed since it was registered." in text
    assert f"Scene row: {paths[1]} cannot be found any more." in text
    assert f"Scene town: {town.raster}" in text


def test_every_image_of_a_file_is_a_scene(town: Town, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    for number in (1, 2):
        write_raster(tmp_path / f"{number}.tif", seed=50 + number)
    for number in (1, 2):
        with rasterio.open(tmp_path / f"{number}.tif") as page:
            profile = page.profile | {"APPEND_SUBDATASET": "YES" if number == 2 else "NO"}
            with rasterio.open(path, "w", **profile) as dataset:
                dataset.write(page.read())
    answer = added(town, run, path)
    assert [(entry["image"], entry["key"]) for entry in answer["added"]] == [
        (1, "pages-image-1"),
        (2, "pages-image-2"),
    ]
    first, second = scenes(town)["pages-image-1"], scenes(town)["pages-image-2"]
    assert (first.name, second.name) == ("pages (image 1)", "pages (image 2)")
    assert first.content_hash != second.content_hash
    assert [entry["image"] for entry in added(town, run, path)["known"]] == [1, 2]


def test_how_it_is_shown(town: Town, run: Run, tmp_path: Path) -> None:
    added(town, run, write_raster(tmp_path / "o.tif", seed=7), "--bands", "2", "--limits", "range:10,90")
    shown = scenes(town)["o"].stretch
    assert (shown.bands, shown.low, shown.high) == ((2,), (10.0,), (90.0,))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--limits", "nonsense"),
        ("--acquired", "last spring"),
        ("--dem", __file__, "--height", "3"),
        ("--mosaic", "M", "--name", "N"),
    ],
)
def test_options_that_make_no_sense(town: Town, run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run("add", "-p", town.directory, write_raster(tmp_path / "o.tif", seed=6), *arguments)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_doctor_looks_at_the_rasters(town: Town) -> None:
    from geoengine.cli.support.checkup import scenes as look
    from geoengine.cli.support.checkup_machine import BAD, OK

    assert look(town.directory).level == OK
    town.raster.unlink()
    assert look(town.directory).level == BAD
    assert look(town.directory.parent).level == OK


@pytest.mark.parametrize(
    ("repeat", "arguments", "expected"),
    [
        (1, (), {"a.tif": 2}),  # facts, statistics
        (1, ("--in-place",), {"a.tif": 2}),
        (1, ("--bands", "3,2,1"), {"a.tif": 2}),
        (
            4,
            (),
            {"a.tif": 2, "cog.tif": 1, "copy.tif": 1},
        ),  # facts, copying; the check and statistics of the copy
    ],
)
def test_a_raster_is_opened_and_its_references_are_walked_as_often_as_needed(
    town: Town,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    repeat: int,
    arguments: tuple[str, ...],
    expected: dict[str, int],
) -> None:
    path = write_raster(tmp_path / "a.tif", seed=10, repeat=repeat)
    opened: Counter[str] = Counter()
    walked: Counter[str] = Counter()

    def count_openings(name: str | Path, **options: Any) -> Any:
        opened[Path(name).name] += 1
        return open_dataset(name, **options)

    def count_walks(name: Path, policy: ReadPolicy) -> Path:
        walked[name.name] += 1
        return check_references(name, policy)

    monkeypatch.setattr("tiling.access.images.open_dataset", count_openings)
    monkeypatch.setattr("tiling.access.images.check_references", count_walks)
    added(town, run, path, "--name", "copy", *arguments)
    assert opened == walked == expected


@pytest.mark.parametrize("in_place", [(), ("--in-place",)], ids=["copied", "in place"])
def test_a_crs_is_assigned_and_kept(town: Town, run: Run, tmp_path: Path, in_place: tuple[str, ...]) -> None:
    """A large raster becomes a copy or a VRT, a small one is read from its file."""
    folder = tmp_path / "aerial"
    folder.mkdir()
    write_raster(folder / "large.tif", seed=20, repeat=3, crs=None)
    write_raster(folder / "small.tif", seed=21, crs="EPSG:32644")
    found = added(town, run, folder, "--crs", "EPSG:32645", *in_place)
    assert [one["gsd_m"] for one in found["added"]] == [pytest.approx(PIXEL_M, rel=1e-3)] * 2
    project = Project.open(town.directory)
    for key in ("large", "small"):
        scene = scenes(town)[key]
        with open_raster(project.raster_source(scene), project.read_policy) as raster:
            assert raster.grid.crs is not None
            assert raster.grid.crs.to_epsg() == 32645
        assert raster.grid == scene.grid
    # The same command again adds nothing; without the option, the files are other rasters.
    assert len(added(town, run, folder, "--crs", "EPSG:32645", *in_place)["known"]) == 2
    assert len(added(town, run, folder, *in_place)["added"]) == 2
    if in_place:
        relinked = run("scenes", "relink", "-p", town.directory, "large")
        assert relinked.exit_code == 0, relinked.output


def test_refusals_name_the_option_that_overrules_them(town: Town, run: Run, tmp_path: Path) -> None:
    far = write_raster(tmp_path / "far.tif", crs="EPSG:27700")
    refused = run("add", "-p", town.directory, far)
    assert refused.exit_code == 2
    assert "far from the area of its CRS" in refused.stderr
    assert "--crs assigns another CRS, --force-place takes it as it is" in refused.stderr
    assert len(added(town, run, far, "--force")["added"]) == 1
    # What is read later is as implausible as what was added.
    assert run("stretch", "-p", town.directory, "far", "--limits", "minmax").exit_code == 0
    assert run("status", "-p", town.directory).exit_code == 0


@pytest.mark.parametrize("in_place", [(), ("--in-place",)], ids=["copied", "in place"])
def test_a_vrt_refers_to_an_allowed_folder(
    town: Town, run: Run, tmp_path: Path, in_place: tuple[str, ...]
) -> None:
    (tmp_path / "tiles").mkdir()
    (tmp_path / "vrt").mkdir()
    tile_path, vrt = write_raster(tmp_path / "tiles" / "q.tif", repeat=3), tmp_path / "vrt" / "q.vrt"
    rasterio.shutil.copy(tile_path, vrt, driver="VRT")
    vrt.write_text(
        vrt.read_text().replace('relativeToVRT="0"', 'relativeToVRT="1"').replace(str(tmp_path), "..")
    )
    refused = run("add", "-p", town.directory, vrt, *in_place)
    assert refused.exit_code == 2
    assert "--allow DIR names further ones" in refused.stderr
    assert len(added(town, run, vrt, "--allow", tmp_path / "tiles", *in_place)["added"]) == 1
    project, scene = Project.open(town.directory), scenes(town)["q"]
    with open_raster(project.raster_source(scene), project.read_policy) as raster:
        assert raster.grid.width == 3 * WIDTH


def test_files_of_a_mosaic_get_a_crs(town: Town, run: Run, tmp_path: Path) -> None:
    place = [from_origin(WEST + column * WIDTH * PIXEL_M, NORTH, PIXEL_M, PIXEL_M) for column in (0, 1)]
    files = [
        write_raster(tmp_path / f"{column}.tif", column + 30, crs=None, transform=place[column])
        for column in (0, 1)
    ]
    without = run("add", "-p", town.directory, "--mosaic", "strip", *files)
    assert without.exit_code == 2
    assert "--crs assigns a CRS" in without.stderr
    added(town, run, "--mosaic", "strip", *files, "--crs", "EPSG:32645")
    grid = scenes(town)["strip"].grid
    assert (grid.width, grid.crs and grid.crs.to_epsg()) == (2 * WIDTH, 32645)


def test_an_alpha_that_is_near_infrared(town: Town, run: Run, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "rgbn.tif", count=4, photometric="RGB", alpha="YES")
    plain = run("add", "-p", town.directory, path, "--bands", "ndvi")
    assert plain.exit_code == 2
    document = added(town, run, path, "--no-alpha", "--bands", "ndvi")
    assert document["added"][0]["bands"] == 4
    assert scenes(town)["rgbn"].stretch.bands == (4, 1)


def test_files_that_were_added_are_not_read_again(
    town: Town, run: Run, delivery: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiling.ingest.fingerprint.is_settled", lambda status, now: True)
    (delivery / "what.xyz").unlink()
    first = added(town, run, delivery)
    with monkeypatch.context() as patch:
        patch.setattr("geoengine.tasks.scenes.add.RasterFile", None)  # nothing is opened
        again = added(town, run, delivery)
    assert again["added"] == again["failed"] == []
    assert [one["key"] for one in again["known"]] == [one["key"] for one in first["added"]]
    write_raster(delivery / "a.tif", seed=99)
    changed = added(town, run, delivery)
    assert [Path(one["path"]).name for one in changed["added"]] == ["a.tif"]
    assert [Path(one["path"]).name for one in changed["known"]] == ["b.tif"]


def test_all_images_of_a_file_are_known_again(
    town: Town, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiling.ingest.fingerprint.is_settled", lambda status, now: True)
    path = tmp_path / "pages.tif"
    for page, seed in enumerate((1, 2)):
        one = write_raster(tmp_path / f"{seed}.tif", seed=seed)
        with rasterio.open(one) as source:
            append = {"APPEND_SUBDATASET": "YES"} if page else {}
            with rasterio.open(path, "w", **source.profile, **append) as target:
                target.write(source.read())
        one.unlink()
    first = added(town, run, path)["added"]
    monkeypatch.setattr("geoengine.tasks.scenes.add.RasterFile", None)
    again = added(town, run, path)["known"]
    assert [(one["image"], one["key"]) for one in again] == [(one["image"], one["key"]) for one in first]
    assert [one["image"] for one in again] == [1, 2]


def test_formats_that_are_not_read_are_named_in_a_folder_too(town: Town, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "product"
    folder.mkdir()
    write_raster(folder / "IMG_A.TIF", seed=40)
    (folder / "IMG_A.XML").write_text('<?xml version="1.0"?><Dimap_Document/>')
    (folder / "heights.asc").write_text("ncols 4\nnrows 3\nxllcorner 0\n")
    (folder / "notes.asc").write_text("no raster at all")
    result = run("add", "-p", town.directory, folder, "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, len(document["added"])) == (1, 1)
    errors = " ".join(one["error"] for one in document["failed"])
    assert "IMG_A.XML is DIMAP, a format that is not read here" in errors
    assert "heights.asc is ESRI ASCII grid" in errors
    assert [one["reason"] for one in document["skipped"]] == ["not a raster"]
    assert run("add", "-p", town.directory, folder / "IMG_A.XML").exit_code == 2
