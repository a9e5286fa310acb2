"""The scene list and one scene as the map needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from affine import Affine
from flask.testing import FlaskClient
from pyproj import CRS, Transformer

from geoengine.model import Scene
from geoengine.project import Project
from server.app import close_app, create_app
from server.representations.scene_json import grid_facts
from tests.support.views import read
from tiling.grid.lonlat_expansion import LonLatExpansion
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid
from tiling.raster.metadata import SceneMetadata

Problem = Callable[..., dict[str, Any]]


def test_list(client: FlaskClient, scene: Scene, labeler: Any) -> None:
    labeler.create(10)
    rejected = labeler.create(60, state="rejected")
    labeler.delete(labeler.create(110))
    (listed,) = client.get("/api/scenes").json["scenes"]
    assert listed["counts"] == {"proposed": 0, "accepted": 1, "rejected": 1}
    assert (listed["key"], listed["width"], listed["height"]) == ("town", 700, 500)
    assert (listed["crs"], listed["bands"], listed["dtype"]) == ("EPSG:32645", 3, "uint8")
    assert listed["gsd_m"] == pytest.approx(0.5, rel=0.01)
    assert rejected["properties"]["state"] == "rejected"


def test_one_scene(client: FlaskClient, scene: Scene, labeler: Any) -> None:
    labeler.create()
    detail = client.get(f"/api/scenes/{scene.id}").json
    (listed,) = client.get("/api/scenes").json["scenes"]
    assert {name: detail[name] for name in listed} == listed
    assert detail["units"] == "m"
    assert detail["transform"] == [0.5, 0.0, 300_000.0, 0.0, -0.5, 3_050_000.0]
    assert detail["extent"] == [300_000.0, 3_049_750.0, 300_350.0, 3_050_000.0]
    assert detail["native_resolution"] == 0.5
    assert detail["tiles"]["origin"] == [300_000.0, 3_050_000.0]
    assert detail["tiles"]["tile_size"] == 256
    assert detail["tiles"]["resolutions"] == [2.0, 1.0, 0.5]
    assert "{z}/{x}/{y}?v=" in detail["tiles"]["url"]
    assert CRS.from_wkt(detail["crs_wkt"]).to_epsg() == 32645
    expansion = LonLatExpansion(np.array(detail["chart"]["coefficients"]), detail["width"], detail["height"])
    to_lonlat = Transformer.from_crs(32645, 4326, always_xy=True)
    expected = to_lonlat.transform(300_100.0, 3_049_900.0)
    assert expansion.to_lonlat([[200, 200]])[0] == pytest.approx(expected, abs=1e-8)


def test_looks_and_footprint(client: FlaskClient, project: Project) -> None:
    first = client.get("/api/scenes/1").json
    assert first["footprint"] is None
    assert first["looks"]["combinations"] == ["natural"]
    assert first["looks"]["stretch"]["bands"] == [1, 2, 3]
    with project.store() as store:
        town = read(store).scene(1)
        kept = {name: getattr(town, name) for name in ("uri", "source", "dtype", "stretch")}
        names = SceneMetadata(band_names=("red", "green", "blue", "nir"))
        bare = RasterGrid(None, PIXEL_PLANE, 100, 100)
        east, west = "(179 0, 180 0, 180 0.5, 180 1, 179 1, 179 0)", "(-180 0, -179 0, -179 1, -180 0)"
        facts = {
            "grid": bare,
            "bands": 4,
            "metadata": names,
            "footprint": f"MULTIPOLYGON (({east}), ({west}))",
        }
        scene = store.add_scene(key="nir", name="Nir", content_hash="1", **kept, **facts)
    detail = client.get(f"/api/scenes/{scene.id}").json
    assert detail["chart"] is None
    assert detail["looks"]["bands"] == ["red", "green", "blue", "nir"]
    assert detail["looks"]["combinations"] == ["natural", "cir", "ndvi"]
    assert "viridis" in detail["looks"]["colormaps"]
    assert [ring[0][0] for ring in detail["footprint"]] == [179, -180]
    assert all(ring[0] == ring[-1] for ring in detail["footprint"])


def test_scenes_of_the_same_ground_on_other_dates(project: Project) -> None:
    footprint = "POLYGON ((85 27, 85 28, 86 28, 86 27, 85 27))"
    with project.store() as store:
        town = read(store).scene(1)
        kept = {name: getattr(town, name) for name in ("uri", "source", "grid", "bands", "dtype", "stretch")}
        facts = {"footprint": footprint, "metadata": SceneMetadata(sensor="WV03", off_nadir_deg=12.5)}
        old = store.add_scene(
            key="old", name="Old", content_hash="1", acquired_at="2020-05-01", **kept, **facts
        )
        new = store.add_scene(
            key="new", name="New", content_hash="2", acquired_at="2021-05-01", **kept, **facts
        )
    app = create_app(project)
    client = app.test_client()
    (pair,) = client.get(f"/api/scenes/{old.id}/pairs").json["pairs"]
    assert (pair["scene_id"], pair["key"], pair["acquired_at"]) == (new.id, "new", "2021-05-01")
    assert (pair["days"], pair["overlap"], pair["sensor"]) == (365, pytest.approx(1.0), "WV03")
    assert pair["tiles"].startswith(f"/tiles/{new.id}/on/{old.id}/{{z}}/{{x}}/{{y}}?v=")
    (back,) = client.get(f"/api/scenes/{new.id}/pairs").json["pairs"]
    assert (back["scene_id"], back["days"]) == (old.id, -365)
    assert client.get(f"/api/scenes/{town.id}/pairs").json == {"pairs": []}
    assert client.get("/api/scenes/12345/pairs").status_code == 404
    detail = client.get(f"/api/scenes/{old.id}").json
    assert (detail["sensor"], detail["off_nadir_deg"], detail["classification"]) == ("WV03", 12.5, None)
    close_app(app)


def test_unknown_scene(still_client: FlaskClient, problem: Problem) -> None:
    problem(still_client.get("/api/scenes/12345"), 404, "not-found")
    problem(still_client.get("/api/scenes/abc"), 404, "not-found")


@pytest.mark.parametrize(
    ("epsg", "name", "units"),
    [
        (3857, "EPSG:3857", "m"),
        (4326, "EPSG:4326", "degrees"),
        (2263, "EPSG:2263", "us-ft"),
        (2222, "EPSG:2222", "ft"),
        (None, None, "pixels"),
    ],
)
def test_grid_facts(epsg: int | None, name: str | None, units: str) -> None:
    wkt = None if epsg is None else CRS.from_epsg(epsg).to_wkt()
    facts = grid_facts(RasterGrid(wkt, Affine(1e-5, 0, 10.0, 0, -1e-5, 20.0), 100, 100))
    assert (facts.crs, facts.units) == (name, units)
    assert (facts.gsd_m is None) == (epsg is None)


def test_crs_that_no_authority_lists() -> None:
    wkt = CRS.from_proj4("+proj=laea +lat_0=12 +lon_0=34 +ellps=WGS84 +units=m").to_wkt()
    facts = grid_facts(RasterGrid(wkt, Affine(1, 0, 0, 0, -1, 0), 10, 10))
    assert facts.crs
    assert ":" not in facts.crs
    assert facts.units == "m"
