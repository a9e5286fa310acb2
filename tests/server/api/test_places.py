"""Named places over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyproj import Transformer

from geoengine.project import Project
from geoengine.tasks.gazetteer import load_gazetteer, remove_gazetteer
from tests.server.conftest import EAST, NORTH


@pytest.fixture
def named(project: Project, tmp_path: Path) -> Project:
    """A market in the scene, and another one far away where more people live."""
    to_lonlat = Transformer.from_crs(32645, 4326, always_xy=True)
    places = [
        (to_lonlat.transform(EAST + 50, NORTH - 50), "Old market", 5),
        ((2.35, 48.86), "Market", 2_000_000),
    ]
    lines = [
        "\t".join(
            [str(n), name, name, "", str(lat), str(lon), "P", "PPL", "NP", *[""] * 5, str(people), *[""] * 4]
        )
        for n, ((lon, lat), name, people) in enumerate(places)
    ]
    (tmp_path / "names.txt").write_text("\n".join(lines))
    load_gazetteer(project, [tmp_path / "names.txt"])
    return project


def test_a_name_is_found_in_the_scene_first(client: FlaskClient, named: Project) -> None:
    reply = client.get("/api/scenes/1/places?text=MARKET").json
    assert [(place["name"], place["in_scene"]) for place in reply["places"]] == [
        ("Old market", True),
        ("Market", False),
    ]
    assert (reply["gazetteer"], reply["places"][1]["lat"], reply["places"][0]["kind"]) == (True, 48.86, "P")
    assert client.get("/api/scenes/1/places?text=nowhere").json == {"gazetteer": True, "places": []}
    assert client.get("/api/scenes/9/places?text=market").status_code == 404
    assert client.get("/api/scenes/1/places").status_code == 400
    assert remove_gazetteer(named)
    assert not remove_gazetteer(named)
    assert client.get("/api/scenes/1/places?text=market").json == {"gazetteer": False, "places": []}


def test_a_damaged_gazetteer_tells_no_paths(client: FlaskClient, named: Project) -> None:
    named.gazetteer_path.write_bytes(b"broken" * 999)
    broken = client.get("/api/scenes/1/places?text=market")
    assert broken.status_code == 503
    assert str(named.directory) not in str(broken.json)
