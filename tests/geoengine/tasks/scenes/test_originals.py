"""Tests of what tells scenes apart, and of noticing that their files change."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from PIL import Image

from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.errors import DuplicateSceneError
from geoengine.tasks.scenes.originals import (
    ChangedSourceError,
    check_unchanged,
    source_problem,
    source_record,
    source_state,
)
from geoengine.tasks.scenes.register import Registration, register_mosaic, register_scene
from tests.support.samples import write_raster
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError

CRS = "<PAMDataset><SRS>EPSG:32633</SRS></PAMDataset>"


def place(path: Path, east: float, north: float) -> None:
    world = path.with_suffix(f".{path.suffix[1]}{path.suffix[-1]}w")
    world.write_text(f"1.0\n0.0\n0.0\n-1.0\n{east + 0.5}\n{north - 0.5}\n")


def blank(path: Path, east: float, north: float = 5e6, side: int = 256) -> Path:
    """A picture of one colour, the same bytes each time, with a world file and a CRS."""
    Image.new("RGB", (side, side), (200, 200, 200)).save(path)
    place(path, east, north)
    path.with_name(f"{path.name}.aux.xml").write_text(CRS)
    return path


def striped(path: Path, value: int, **options: object) -> Path:
    profile = {
        "driver": "GTiff",
        "width": 700,
        "height": 600,
        "count": 1,
        "dtype": "uint8",
        "crs": "EPSG:32633",
    }
    with rasterio.open(path, "w", **profile, transform=Affine(1, 0, 5e5, 0, -1, 5e6), **options) as dataset:
        dataset.write(np.full((1, 600, 700), value, "uint8"))
    return path


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_the_same_bytes_in_another_place_are_another_scene(
    project: Project, store: Store, tmp_path: Path, ending: str
) -> None:
    scenes = [
        register_scene(project, store, blank(tmp_path / f"{name}.{ending}", east))
        for name, east in (("a", 500_000), ("b", 500_256), ("c", 500_512))
    ]
    assert [scene.grid.transform.c for scene in scenes] == [500_000, 500_256, 500_512]
    again = blank(tmp_path / f"again.{ending}", 500_256)
    with pytest.raises(DuplicateSceneError) as caught:
        register_scene(project, store, again)
    assert caught.value.existing.key == "b"


def test_the_same_bytes_in_other_places_are_a_mosaic(project: Project, store: Store, tmp_path: Path) -> None:
    paths = [blank(tmp_path / "a.png", 500_000), blank(tmp_path / "b.png", 500_256)]
    scene = register_mosaic(project, store, "both", paths)
    assert (scene.grid.width, scene.grid.height) == (512, 256)


def test_a_scene_of_an_older_version_is_known_by_its_bytes_and_place(
    project: Project, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geoengine.tasks.scenes import content_hash

    path = blank(tmp_path / "a.png", 500_000)
    with monkeypatch.context() as patched:
        patched.setattr(content_hash, "hash_raster_with_side_cars", content_hash.hash_raster)
        old = register_scene(project, store, path)
    with pytest.raises(DuplicateSceneError) as caught:
        register_scene(project, store, path)
    assert caught.value.existing.key == old.key
    place(path, 600_000, 5e6)
    assert register_scene(project, store, path).key != old.key


@pytest.mark.parametrize("in_place", [False, True], ids=["copy", "in place"])
def test_a_world_file_that_is_corrected_is_noticed(
    project: Project, store: Store, tmp_path: Path, in_place: bool
) -> None:
    path = blank(tmp_path / "a.png", 500_000, side=700)
    old = register_scene(project, store, path, Registration(in_place=in_place))
    assert source_problem(project, old) is None
    place(path, 600_000, 5e6)
    new = register_scene(project, store, path, Registration(in_place=in_place))
    assert (new.key, new.grid.transform.c) == ("a-2", 600_000)
    problem = source_problem(project, old)
    assert problem is not None
    assert "*.pgw of" in problem
    assert "was changed since it was registered" in problem
    assert source_problem(project, new) is None
    if in_place:
        with pytest.raises(ChangedSourceError, match="pgw"):
            check_unchanged(project, old)
    else:
        check_unchanged(project, old)  # a copy is what was registered


@pytest.mark.parametrize("name", ["a.tif.msk", "a.tif.ovr", "a.tif.aux.xml", "a.tfw"])
def test_a_side_car_that_appears_is_noticed(
    project: Project, store: Store, tmp_path: Path, name: str
) -> None:
    scene = register_scene(project, store, striped(tmp_path / "a.tif", 50), Registration(in_place=True))
    assert source_state(project, scene).token == ""
    (tmp_path / name).write_text(CRS)
    assert "was added since it was registered" in str(source_problem(project, scene))
    (tmp_path / name).unlink()
    assert source_state(project, scene).token == ""


def test_statistics_that_qgis_writes_change_nothing(project: Project, store: Store, tmp_path: Path) -> None:
    path = striped(tmp_path / "a.tif", 50)
    scene = register_scene(project, store, path, Registration(in_place=True))
    (tmp_path / "a.tif.aux.xml").write_text(
        '<PAMDataset><PAMRasterBand band="1"><Metadata><MDI key="STATISTICS_MEAN">50</MDI></Metadata>'
        "</PAMRasterBand></PAMDataset>"
    )
    assert source_problem(project, scene) is None
    with pytest.raises(DuplicateSceneError):
        register_scene(project, store, path)


def test_a_file_that_a_vrt_is_made_of_is_noticed(project: Project, store: Store, tmp_path: Path) -> None:
    import rasterio.shutil

    tile, vrt = striped(tmp_path / "tile.tif", 50, tiled=True), tmp_path / "scene.vrt"
    rasterio.shutil.copy(tile, str(vrt), driver="VRT")
    scene = register_scene(project, store, vrt, Registration(in_place=True))
    assert source_problem(project, scene) is None
    striped(tile, 51, compress="deflate")
    assert f"{tile} was changed" in str(source_problem(project, scene))


def test_a_copy_whose_original_is_gone_is_whole(project: Project, store: Store, tmp_path: Path) -> None:
    path = striped(tmp_path / "a.tif", 50)
    scene = register_scene(project, store, path)
    path.unlink()
    assert source_problem(project, scene) is None


def test_a_file_outside_the_project_is_recorded_with_size_and_time(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    path = write_raster(tmp_path / "town.tif")
    status = path.stat()
    record = source_record(RasterSource(path), project)
    assert record["file"] == {"bytes": status.st_size, "modified_ns": status.st_mtime_ns, "side_cars": {}}
    copy = write_raster(project.scenes_dir / "copy.tif")
    assert "file" not in source_record(RasterSource(copy), project)
    with pytest.raises(RasterReadError):
        source_record(RasterSource(tmp_path / "gone.tif"), project)


def test_a_changed_or_missing_file_is_one_sentence(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    path = write_raster(tmp_path / "town.tif")
    with project.store() as store:
        scene = register_scene(project, store, path)
    assert source_problem(project, scene) is None
    os.utime(path, ns=(1, 1))
    changed = source_problem(project, scene)
    assert changed is not None
    assert str(path) in changed
    path.unlink()
    gone = source_problem(project, scene)
    assert gone is not None
    assert str(path) in gone
    assert gone != changed
