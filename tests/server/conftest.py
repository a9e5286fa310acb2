"""A small project with one scene, and a test client on it."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geoengine.model import LabelClass, Scene
from geoengine.project import Project
from server.app import close_app, create_app
from tiling.access.file_check import hash_raster
from tiling.display.stretch import compute_stretch
from tiling.raster.raster import open_raster

WIDTH, HEIGHT, GSD = 700, 500, 0.5
EAST, NORTH = 300_000.0, 3_050_000.0

Json = dict[str, Any]


def write_raster(path: Path, *, hole: bool = True) -> None:
    """A seeded RGB scene in UTM 45N, tiled, with overviews; its last 100 columns are nodata where `hole`."""
    values = np.random.default_rng(7).integers(1, 256, (3, HEIGHT, WIDTH), dtype=np.uint8)
    if hole:
        values[:, :, -100:] = 0
    profile = {
        "driver": "GTiff",
        "width": WIDTH,
        "height": HEIGHT,
        "count": 3,
        "dtype": "uint8",
        "nodata": 0 if hole else None,
        "crs": "EPSG:32645",
        "transform": Affine(GSD, 0, EAST, 0, -GSD, NORTH),
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
        "compress": "deflate",
    }
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(values)
        dataset.build_overviews([2], rasterio.enums.Resampling.average)


def add_scene(project: Project, path: Path, key: str = "town") -> Scene:
    """Registers the raster at `path` as it is."""
    with project.store() as store, open_raster(path) as raster:
        return store.add_scene(
            key=key,
            name=key.title(),
            uri=project.uri_for(path),
            source=str(path),
            content_hash=hash_raster(path),
            grid=raster.grid,
            bands=raster.count,
            dtype=raster.dtype,
            stretch=compute_stretch(raster),
        )


@dataclass(frozen=True)
class Template:
    """A project that tests copy; making one anew runs the migrations, which takes longer than most tests."""

    directory: Path
    scene: Scene

    def copy(self, directory: Path) -> Project:
        shutil.copytree(self.directory, directory)
        return Project.open(directory)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    classes = [
        LabelClass("building", "Building", "#e69f00", "b"),
        LabelClass("tree", "Tree", "#009e73", "t"),
    ]
    directory = tmp_path_factory.mktemp("template") / "project"
    project = Project.create(directory, "Test town", classes, author="ana")
    path = project.scenes_dir / "town.tif"
    write_raster(path)
    return Template(directory, add_scene(project, path))


@pytest.fixture
def project(template: Template, tmp_path: Path) -> Project:
    return template.copy(tmp_path / "project")


@pytest.fixture
def scene(template: Template) -> Scene:
    return template.scene


@pytest.fixture(scope="session")
def still_app(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One server for all requests that change nothing."""
    app = create_app(template.copy(tmp_path_factory.mktemp("still") / "project"))
    yield app
    close_app(app)


@pytest.fixture
def still_client(still_app: Flask) -> FlaskClient:
    return still_app.test_client()


@pytest.fixture
def app(project: Project) -> Iterator[Flask]:
    app = create_app(project)
    yield app
    close_app(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def new_id() -> str:
    return str(uuid.uuid4())


def square(col: float, row: float, size: float = 20.0) -> Json:
    """A square of `size` px whose upper left corner is pixel (col, row), in the scene's CRS."""
    x, y, side = EAST + col * GSD, NORTH - row * GSD, size * GSD
    ring = [[x, y], [x, y - side], [x + side, y - side], [x + side, y], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


@dataclass
class Labeler:
    """Edits of one analyst through the HTTP interface."""

    client: FlaskClient
    scene_id: int
    author: str

    def send(self, *edits: Json, token: str | None = None, **more: object) -> TestResponse:
        body = {"token": token or new_id(), "author": self.author, "edits": list(edits), **more}
        return self.client.post(f"/api/scenes/{self.scene_id}/changesets", json=body)

    def create(self, col: float = 10, row: float = 10, **more: object) -> Json:
        """Draws a square and returns the feature."""
        edit = {"op": "create", "uid": new_id(), "class": "building", "geometry": square(col, row), **more}
        reply = self.send(edit)
        assert reply.status_code == 200, reply.text
        feature: Json = reply.json["features"][0]
        return feature

    def update(self, feature: Json, **changes: object) -> TestResponse:
        revision = feature["properties"]["revision"]
        return self.send({"op": "update", "uid": feature["id"], "base_revision": revision, **changes})

    def delete(self, feature: Json) -> TestResponse:
        return self.send(
            {"op": "delete", "uid": feature["id"], "base_revision": feature["properties"]["revision"]}
        )


@pytest.fixture
def labeler(client: FlaskClient, scene: Scene) -> Labeler:
    return Labeler(client, scene.id, "ben")


@pytest.fixture
def other_labeler(app: Flask, scene: Scene) -> Labeler:
    return Labeler(app.test_client(), scene.id, "carla")


@pytest.fixture
def still_labeler(still_client: FlaskClient, scene: Scene) -> Labeler:
    """Somebody whose edits are all refused."""
    return Labeler(still_client, scene.id, "eve")


@pytest.fixture
def draw() -> Callable[..., Json]:
    return square


@pytest.fixture
def make_id() -> Callable[[], str]:
    return new_id


def problem_of(reply: TestResponse, status: int, name: str) -> Json:
    assert reply.status_code == status, reply.text
    assert reply.mimetype == "application/problem+json"
    problem: Json = reply.json
    assert problem["status"] == status
    assert problem["type"] == f"urn:geoengine:problem:{name}"
    assert problem["title"]
    assert problem["detail"]
    assert "Traceback" not in reply.text
    return problem


@pytest.fixture
def problem() -> Callable[[TestResponse, int, str], Json]:
    """Checks that a reply is a problem document of one kind, and returns it."""
    return problem_of
