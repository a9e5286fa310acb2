"""Reference layers over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyproj import Transformer

from geoengine.project import Project
from geoengine.tasks.layers import add_layer
from tests.server.conftest import EAST, NORTH


def test_layers_are_listed_and_seen_in_a_part_of_a_scene(
    client: FlaskClient, project: Project, tmp_path: Path
) -> None:
    assert client.get("/api/layers").json == {"layers": []}
    to_lonlat = Transformer.from_crs(32645, 4326, always_xy=True)
    line = [to_lonlat.transform(EAST + x, NORTH - 100) for x in (-500, 900)]
    path = tmp_path / "roads.geojson"
    path.write_text(json.dumps({"type": "LineString", "coordinates": line}))
    added = add_layer(project, path, name="Roads")
    assert client.get("/api/layers").json == {"layers": [{"key": added.key, "name": "Roads", "count": 1}]}
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
