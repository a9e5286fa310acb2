"""Classes over HTTP: added, changed, put in order, retired and merged, on the list that was looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from geoengine.project import Project
from tests.server.conftest import Labeler

Json = dict[str, Any]
Problem = Callable[..., Json]


def listed(client: FlaskClient) -> Json:
    reply: Json = client.get("/api/classes?counts=true").json
    return reply


def keys(reply: Json) -> list[str]:
    return [one["key"] for one in reply["classes"]]


def send(client: FlaskClient, method: str, path: str, **body: object) -> Any:
    return client.open(
        f"/api/classes{path}", method=method, json={"version": listed(client)["version"], **body}
    )


def test_the_list_names_its_version_and_counts_labels_where_asked(
    client: FlaskClient, labeler: Labeler
) -> None:
    labeler.create()
    plain = client.get("/api/classes").json
    assert plain["labels"] is None
    assert plain["version"] == client.get("/api/project").json["classes_version"]
    assert listed(client)["labels"] == {"building": 1, "tree": 0}


def test_a_class_is_added_changed_put_in_order_and_retired(client: FlaskClient) -> None:
    added = send(client, "POST", "", key="tower_crane", color="#cc79a7", hotkey="9", shape="round").json
    assert added["classes"][-1] == {
        "key": "tower_crane", "name": "tower crane", "color": "#cc79a7", "hotkey": "9", "shape": "round",
        "parent": None, "geometry": "polygon",
        "attributes": [],
    }  # fmt: skip
    changed = send(
        client, "PUT", "/tower_crane", name="Crane", color="#000000", hotkey="", shape="squared"
    ).json
    assert {**changed["classes"][-1], "attributes": None} == {
        "key": "tower_crane", "name": "Crane", "color": "#000000", "hotkey": None, "shape": "squared",
        "parent": None, "geometry": "polygon",
        "attributes": None,
    }  # fmt: skip
    assert keys(send(client, "PUT", "", keys=["tree"]).json) == ["tree", "building", "tower_crane"]
    gone = send(client, "POST", "/tower_crane/retire").json
    assert (keys(gone), keys({"classes": gone["retired"]})) == (["tree", "building"], ["tower_crane"])
    assert keys(send(client, "POST", "", key="tower_crane").json)[-1] == "tower_crane"


def test_a_class_has_a_kind_of_geometry(client: FlaskClient, labeler: Labeler) -> None:
    added = send(client, "POST", "", key="road", geometry="line").json
    assert added["classes"][-1]["geometry"] == "line"
    assert send(client, "PUT", "/road", geometry="point").json["classes"][-1]["geometry"] == "point"
    assert send(client, "POST", "", key="mast", geometry="circle").status_code == 422
    assert send(client, "POST", "", key="mast", geometry="point", shape="round").status_code == 422
    assert send(client, "PUT", "/building", shape="squared").status_code == 200
    boxes = send(client, "PUT", "/building", geometry="box").json["classes"][0]  # nothing is drawn of it
    assert (boxes["geometry"], boxes["shape"]) == ("box", "free")
    labeler.create()  # a box
    assert send(client, "PUT", "/building", geometry="polygon").status_code == 200
    refused = send(client, "PUT", "/building", geometry="line")
    assert refused.status_code == 422
    assert "class 'building' cannot be of lines: 1 of its objects are no lines" in refused.json["detail"]
    # A retired class keeps its kind.
    send(client, "POST", "/road/retire")
    assert send(client, "POST", "", key="road").json["classes"][-1]["geometry"] == "point"


def test_labels_follow_the_key_and_the_class_they_are_merged_into(
    client: FlaskClient, labeler: Labeler, project: Project
) -> None:
    labeler.create()
    renamed = send(client, "PUT", "/building", key="house", author="ben").json
    assert renamed["labels"] == {"house": 1, "tree": 0}
    merged = send(client, "POST", "/house/merge", into="tree", author="ben").json
    assert (keys(merged), merged["labels"]) == (["tree"], {"tree": 1})
    assert client.get("/api/scenes/1/labels.geojson").status_code == 200  # brings the file up to date
    assert '"class":"tree"' in next(project.labels_dir.glob("*.geojson")).read_text().replace(" ", "")


def test_attributes_are_declared_changed_and_retired(client: FlaskClient) -> None:
    storeys = {"name": "Storeys", "kind": "number", "minimum": 1, "maximum": 60, "required": True}
    [one] = send(client, "PUT", "/building/attributes/storeys", **storeys).json["classes"][0]["attributes"]
    assert one == {"key": "storeys", "unit": None, "choices": [], "retired": False, **storeys}
    roof = {"name": "Roof", "kind": "choice", "choices": [{"code": "flat", "name": "Flat"}]}
    found = send(client, "PUT", "/building/attributes/roof", **roof).json["classes"][0]["attributes"]
    assert [one["key"] for one in found] == ["storeys", "roof"]
    found = send(client, "PUT", "/building/attributes", keys=["roof"]).json["classes"][0]["attributes"]
    assert [one["key"] for one in found] == ["roof", "storeys"]
    assert send(client, "PUT", "/building/attributes", keys=["wall"]).status_code == 422
    send(client, "PUT", "/building/attributes", keys=["storeys"])
    found = send(client, "POST", "/building/attributes/storeys/retire").json["classes"][0]["attributes"]
    assert [(one["key"], one["retired"]) for one in found] == [("storeys", True), ("roof", False)]


def test_a_change_of_a_list_that_is_no_longer_so_is_a_conflict(client: FlaskClient, problem: Problem) -> None:
    old = listed(client)["version"]
    send(client, "PUT", "/tree", name="Trees")
    before = listed(client)
    for method, path, more in (
        ("POST", "", {"key": "road"}),
        ("PUT", "", {"keys": ["tree"]}),
        ("PUT", "/tree", {"name": "Old trees"}),
        ("POST", "/tree/retire", {}),
        ("POST", "/tree/merge", {"into": "building"}),
        ("PUT", "/tree/attributes/height", {"name": "Height", "kind": "number"}),
        ("POST", "/tree/attributes/height/retire", {}),
    ):
        reply = send(client, method, path, **{**more, "version": old})
        problem(reply, 409, "classes-changed")
    assert listed(client) == before


def test_what_cannot_be_done_to_a_class_is_one_sentence(
    client: FlaskClient, labeler: Labeler, problem: Problem
) -> None:
    labeler.create()
    for method, path, more, status, name, words in (
        ("POST", "", {"key": "tree"}, 422, "invalid-value", "in the project already"),
        ("POST", "", {"key": "a b"}, 422, "invalid-value", "a b"),
        ("POST", "", {"key": "road", "hotkey": "b"}, 422, "invalid-value", "that of class 'building'"),
        ("PUT", "/tree", {"color": "red"}, 422, "invalid-value", "#rrggbb"),
        ("PUT", "/tree", {"key": "building"}, 422, "invalid-value", "in the project already"),
        ("PUT", "/road", {"name": "Road"}, 404, "not-found", "'road'"),
        ("PUT", "", {"keys": ["road"]}, 422, "unknown-class", "'road'"),
        ("PUT", "", {"keys": ["tree", "tree"]}, 422, "invalid-value", "twice"),
        ("POST", "/building/retire", {}, 422, "invalid-value", "has 1 labels"),
        ("POST", "/building/merge", {"into": "building"}, 422, "invalid-value", "into itself"),
        ("POST", "/building/merge", {"into": "road"}, 404, "not-found", "'road'"),
        ("PUT", "/tree/attributes/uid", {"name": "U", "kind": "text"}, 422, "invalid-value", "label files"),
        ("POST", "/tree/attributes/height/retire", {}, 422, "invalid-value", "no attribute"),
        ("PUT", "/tree", {"name": "Trees", "project": "another"}, 412, "other-project", "another project"),
    ):
        before = listed(client)
        told = problem(send(client, method, path, **more), status, name)
        assert words in told["detail"], (path, more, told)
        assert listed(client) == before


def test_a_filter_by_a_class_finds_those_below_it_unless_it_is_exact(
    client: FlaskClient, labeler: Labeler
) -> None:
    labeler.create()
    labeler.create(40, 40, **{"class": "tree"})

    def found(query: str) -> tuple[int, ...]:
        def reply(path: str, more: str = "") -> Any:
            return client.get(f"/api/scenes/1/{path}?{query}{more}").json

        cells = reply("density", "&cell=64")["cells"]
        return (
            reply("features")["total"],
            sum(reply("uids")[state] for state in ("proposed", "accepted", "rejected")),
            reply("queue", "&state=accepted")["total"],
            sum(sum(cell[2:]) for cell in cells),
            reply("scores")["unscored"]["accepted"],
        )

    assert found("class=building") == (1,) * 5
    below = send(client, "PUT", "/tree", parent="building").json
    assert [(one["key"], one["parent"]) for one in below["classes"]] == [
        ("building", None),
        ("tree", "building"),
    ]
    assert found("class=building") == (2,) * 5
    assert found("class=building&class_exact=true") == (1,) * 5
    assert found("class=tree") == (1,) * 5
    refused = send(client, "PUT", "/building", parent="tree")
    assert refused.status_code == 422
    assert "'building' would stand below itself" in refused.json["detail"]
    send(client, "PUT", "/tree", parent="")
    assert found("class=building") == (1,) * 5
    assert keys(send(client, "POST", "", key="roof", parent="building").json) == ["building", "roof", "tree"]
