from __future__ import annotations

import os
from pathlib import Path

import pytest

from geoengine.errors import InvalidValueError, ProjectError, StoreError
from geoengine.model import LabelClass
from geoengine.project import Project
from tests.support.views import read

BUILDING = LabelClass("building", "Building", "#ff0000")


def test_create_then_open(tmp_path: Path) -> None:
    created = Project.create(
        tmp_path / "p", 'A "quoted" \\ n\u00e4me', [BUILDING], marking="OFFICIAL", author="ana"
    )
    opened = Project.open(tmp_path / "p")
    assert opened == created
    assert opened.author_default == "ana"
    assert sorted(os.listdir(opened.directory)) == [
        "exports",
        "geoengine.db",
        "geoengine.toml",
        "jobs",
        "labels",
        "models",
        "scenes",
    ]
    with opened.store() as store:
        assert read(store).classes() == [BUILDING]


def test_the_name_defaults_to_the_directory_and_the_author_to_the_user(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "nepal")
    assert project.name == "nepal"
    assert project.author_default


def test_a_directory_with_other_files_may_become_a_project(tmp_path: Path) -> None:
    (tmp_path / "raster.tif").write_bytes(b"")
    assert Project.create(tmp_path).directory == tmp_path.resolve()


def test_creating_twice_is_refused(tmp_path: Path) -> None:
    Project.create(tmp_path)
    with pytest.raises(ProjectError, match="is a project already"):
        Project.create(tmp_path)


def test_a_creation_cut_short_can_be_started_again(tmp_path: Path) -> None:
    Project.create(tmp_path, classes=[BUILDING])
    (tmp_path / "geoengine.toml").unlink()
    Project.create(tmp_path, classes=[BUILDING])
    with Project.open(tmp_path).store() as store:
        assert read(store).classes() == [BUILDING]


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 300])
def test_bad_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidValueError, match="name"):
        Project.create(tmp_path / "p", name)
    assert not (tmp_path / "p").exists()


def test_a_file_in_the_way_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProjectError, match="cannot become a project"):
        Project.create(tmp_path / "file" / "p")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (None, "is not a GeoEngine project"),
        ("name = ", "is not valid TOML"),
        (b"\xff\xfe", "is not valid TOML"),
        ('name = "a"', "format in .* is None"),
        ('format = "1"', "format in .* is '1'"),
        ("format = 2", "newer GeoEngine"),
        ("format = 1\nname = 7", "name in .* is 7"),
        ("format = 1", "has no geoengine.db"),
    ],
)
def test_what_is_no_project_is_one_sentence(
    tmp_path: Path, settings: str | bytes | None, sentence: str
) -> None:
    if settings is not None:
        data = settings if isinstance(settings, bytes) else settings.encode()
        (tmp_path / "geoengine.toml").write_bytes(data)
    with pytest.raises(ProjectError, match=sentence):
        Project.open(tmp_path)


def test_a_missing_directory_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="is not a GeoEngine project"):
        Project.open(tmp_path / "nowhere")


def test_a_lost_database_is_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    project = Project.create(tmp_path)
    project.database_path.unlink()
    with pytest.raises(StoreError, match="is missing"):
        project.store()
    assert not project.database_path.exists()


def test_an_empty_database_is_not_taken_for_a_new_project(tmp_path: Path) -> None:
    project = Project.create(tmp_path)
    for name in ("geoengine.db-wal", "geoengine.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    project.database_path.write_bytes(b"")
    with pytest.raises(StoreError, match="is empty, expected the project's database; put back a copy of it"):
        project.store()
    line = b'{"type": "Feature", "id": "a"},\n'
    project.labels_path("town").write_bytes(b'{"type": "FeatureCollection",\n"features": [\n' + line * 3)
    with pytest.raises(
        StoreError, match="for labels/ has 3 features in 1 files; put back a copy of the database"
    ):
        project.store()


def test_uris(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "p")
    inside = project.scenes_dir / "a.tif"
    assert project.uri_for(inside) == "scenes/a.tif"
    assert project.resolve("scenes/a.tif") == inside
    outside = tmp_path / "b.tif"
    assert project.uri_for(outside) == str(outside)
    assert project.resolve(str(outside)) == outside
    with pytest.raises(ProjectError, match="expected a path inside"):
        project.resolve("../b.tif")
