"""Reference layers over HTTP."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from flask.testing import FlaskClient
from PIL import Image
from pyproj import Transformer

from geoengine.model import CreateFeature, FeatureState
from geoengine.project import Project
from geoengine.tasks.layers import add_layer
from geoengine.tasks.scenes.register import Registration, register_scene
from tests.server.conftest import EAST, NORTH, write_raster
from tests.support.map_tiles import painted, write_mbtiles


def test_layers_are_listed_and_seen_in_a_part_of_a_scene(
    client: FlaskClient, project: Project, tmp_path: Path
) -> None:
    assert client.get("/api/layers").json == {"layers": []}
    to_lonlat = Transformer.from_crs(32645, 4326, always_xy=True)
    line = [to_lonlat.transform(EAST + x, NORTH - 100) for x in (-500, 900)]
    path = tmp_path / "roads.geojson"
    path.write_text(json.dumps({"type": "LineString", "coordinates": line}))
    added = add_layer(project, path, name="Roads")
    assert client.get("/api/layers").json == {
        "layers": [{"key": added.key, "name": "Roads", "kind": "vectors", "count": 1}]
    }
    extent = f"{EAST + 100},{NORTH - 200},{EAST + 200},{NORTH - 50}"
    view = client.get(f"/api/scenes/1/layers/roads?extent={extent}&resolution=0.5").json
    (geometry,) = view["geometries"]
    assert (geometry["type"], view["total"]) == ("LineString", 1)
    xs, ys = zip(*geometry["coordinates"], strict=True)
    assert (min(xs), max(xs)) == pytest.approx((EAST + 90, EAST + 210), abs=0.01)
    assert ys[0] == pytest.approx(NORTH - 100, abs=0.5)

    for query, status in (
        ("scenes/1/layers/roads", 400),
        (f"scenes/1/layers/roads?extent={extent}&resolution=0", 400),
        ("scenes/1/layers/roads?extent=3,2,1,0&resolution=1", 400),
        (f"scenes/1/layers/paths?extent={extent}&resolution=1", 404),
        (f"scenes/9/layers/roads?extent={extent}&resolution=1", 404),
    ):
        assert client.get(f"/api/{query}").status_code == status, query
    (project.layers_dir / "roads" / "geometries.wkb").unlink()
    broken = client.get(f"/api/scenes/1/layers/roads?extent={extent}&resolution=0.5")
    assert broken.status_code == 500
    assert str(project.directory) not in str(broken.json)


def test_map_tiles_lie_on_the_grid_of_a_scene(client: FlaskClient, project: Project, tmp_path: Path) -> None:
    x, y = Transformer.from_crs(32645, 3857, always_xy=True).transform(EAST, NORTH)
    path = write_mbtiles(tmp_path / "map.mbtiles", painted((x - 10, y + 10), (17, 18)))
    add_layer(project, path, name="Map")
    add_layer(project, write_mbtiles(tmp_path / "far.mbtiles", painted((0, 0), (17,)), bounds="0,0,1,1"))
    far, near = client.get("/api/scenes/1/layers").json["layers"]
    assert (far["tiles"], near["problem"]) == (None, None)
    assert "no tiles over this scene" in far["problem"]
    address = near["tiles"].format(z=2, x=0, y=0)
    reply = client.get(address, headers={"Accept": "image/png"})
    assert (reply.status_code, reply.mimetype) == (200, "image/png")
    assert "immutable" in reply.headers["Cache-Control"]
    red, green, blue, alpha = np.moveaxis(
        np.asarray(Image.open(io.BytesIO(reply.data)).convert("RGBA")), 2, 0
    )
    assert (blue[100, 100], alpha.min()) == (77, 255)
    # 100 pixels of half a metre, and the scale of the web map at this latitude.
    assert int(red[100, 200]) - int(red[100, 100]) == pytest.approx(50 * 1.13 * 250 / 400, abs=2)
    assert int(green[200, 100]) - int(green[100, 100]) == pytest.approx(50 * 1.13 * 250 / 400, abs=2)
    again = client.get(address, headers={"Accept": "image/png", "If-None-Match": reply.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    old = client.get(address.split("?")[0] + "?v=old", headers={"Accept": "image/png"})
    assert old.headers["Cache-Control"] == "private, no-cache"

    for query in ("1/layers/map/2/99/0", "1/layers/map/9/0/0", "1/layers/none/0/0/0", "9/layers/map/0/0/0"):
        assert client.get(f"/api/scenes/{query}").status_code == 404, query
    view = client.get("/api/scenes/1/layers/map?extent=0,0,1,1&resolution=1")
    assert (view.status_code, "map tiles" in view.json["detail"]) == (404, True)
    path.unlink()
    assert (
        client.get("/api/scenes/1/layers").json["layers"][1]["problem"]
        == "Its archive is missing or damaged."
    )
    broken = client.get(address)
    assert broken.status_code == 500
    assert str(tmp_path) not in str(broken.json)


def test_other_scenes_of_the_same_ground_are_layers(
    client: FlaskClient, project: Project, tmp_path: Path
) -> None:
    registered = []
    for name in "BA":
        write_raster(tmp_path / f"{name}.tif", hole=False)
        with rasterio.open(tmp_path / f"{name}.tif", "r+") as raster:
            raster.update_tags(NAME=name)
        with project.store() as store:
            scene = register_scene(project, store, tmp_path / f"{name}.tif", Registration(name=name))
        registered.append(scene.id)
    layer, objects = client.get(f"/api/scenes/{registered[0]}/layers").json["layers"]
    assert (objects["kind"], objects["name"], objects["tiles"]) == ("vectors", "Objects of A", None)
    assert (layer["kind"], layer["name"], layer["key"]) == ("scene", "A", f"scene:{registered[1]}")
    assert client.get(layer["tiles"].format(z=0, x=0, y=0)).status_code == 200
    ground = shapely.box(EAST + 10, NORTH - 30, EAST + 30, NORTH - 10)
    with project.store() as store:
        edits = [
            CreateFeature(f"{n:032x}", "building", ground, state)
            for n, state in enumerate((FeatureState.ACCEPTED, FeatureState.PROPOSED))
        ]
        store.apply_edits(registered[1], [edits], token="objects-of-a", author="ana")
    extent = f"{EAST},{NORTH - 100},{EAST + 100},{NORTH}"
    view = client.get(
        f"/api/scenes/{registered[0]}/layers/{objects['key']}?extent={extent}&resolution=0.5"
    ).json
    assert view["total"] == 1
    assert shapely.equals(shapely.geometry.shape(view["geometries"][0]), ground)
    # A scene without a place has none beside it.
    assert client.get("/api/scenes/1/layers").json["layers"] == []
