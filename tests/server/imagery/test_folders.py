"""Allowed folders: what is in them is listed, and nothing else is."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from geoengine.errors import NotFoundError, ProjectError
from geoengine.project import Project
from geoengine.raster_settings import RasterSettings
from server.imagery import folders as module
from server.imagery.folders import ImageryFolders


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    (folder / "2024").mkdir(parents=True)
    for name in ("b.tif", "A.ntf", "a.tfw", "labels.geojson", ".hidden.tif", "thumb.jpg", "2024/c.tif"):
        (folder / name).write_text("0123456789")
    return folder


def test_subfolders_and_rasters_are_listed_by_name(project: Project, archive: Path) -> None:
    folders = ImageryFolders.of(project, [archive])
    found = folders.listing("archive", "")
    assert found.folders == ["2024"]
    assert [(file.name, file.size) for file in found.files] == [("A.ntf", 10), ("b.tif", 10)]
    assert (found.left_out, found.others) == (0, 3)
    assert [file.path for file in folders.listing("archive", "2024").files] == [archive / "2024/c.tif"]


def test_what_leads_out_is_counted_and_not_named(project: Project, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.tif").write_text("secret")
    (archive / "out.tif").symlink_to(tmp_path / "secret.tif")
    (archive / "out").symlink_to(tmp_path)
    (archive / "dangling.tif").symlink_to(tmp_path / "gone.tif")
    (archive / "in.tif").symlink_to(archive / "b.tif")
    found = ImageryFolders.of(project, [archive]).listing("archive", "")
    assert [file.name for file in found.files] == ["A.ntf", "b.tif", "in.tif"]
    assert (found.folders, found.others) == (["2024"], 6)


@pytest.mark.parametrize("path", ["..", "../archive", "/etc", "out", "a\0", "gone", "b.tif", "2024/../.."])
def test_what_lies_outside_is_not_found(project: Project, archive: Path, tmp_path: Path, path: str) -> None:
    (archive / "out").symlink_to(tmp_path)
    folders = ImageryFolders.of(project, [archive])
    with pytest.raises(NotFoundError):
        folders.listing("archive", path)
    with pytest.raises(NotFoundError, match="geoengine serve --imagery"):
        folders.listing("etc", "")


def test_the_project_itself_is_not_listed(project: Project) -> None:
    parent = project.directory.parent
    folders = ImageryFolders.of(project, [parent])
    assert project.directory.name not in folders.listing(parent.name, "").folders
    with pytest.raises(NotFoundError):
        folders.listing(parent.name, f"{project.directory.name}/scenes")


def test_more_than_can_be_shown_are_counted(
    project: Project, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_ENTRIES", 3)
    for n in range(5):
        (archive / f"n{n}.tif").touch()
        (archive / f"d{n}").mkdir()
    found = ImageryFolders.of(project, [archive]).listing("archive", "")
    assert (len(found.files), len(found.folders), found.left_out) == (3, 3, 4 + 3)


def test_two_folders_of_one_name_are_told_apart(project: Project, tmp_path: Path) -> None:
    for parent in ("a", "b"):
        (tmp_path / parent / "may").mkdir(parents=True)
    folders = [tmp_path / "a/may", tmp_path / "b/may", tmp_path / "a/../a/may"]
    assert list(ImageryFolders.of(project, folders).by_name) == ["may", "may (2)"]


def test_a_folder_must_be_there_and_be_one_that_rasters_may_be_read_from(
    project: Project, archive: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotFoundError, match="gone is no folder"):
        ImageryFolders.of(project, [tmp_path / "gone"])
    narrow = replace(project, rasters=RasterSettings((tmp_path / "elsewhere",)))
    with pytest.raises(ProjectError, match=r"expected one of rasters\.roots"):
        ImageryFolders.of(narrow, [archive])


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
def test_a_name_that_is_no_text_is_counted(project: Project, archive: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(archive) + b"/\xff.tif")).touch()
    except OSError:
        pytest.skip("the file system wants text")
    assert ImageryFolders.of(project, [archive]).listing("archive", "").others == 4
