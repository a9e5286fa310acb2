"""geoengine classes.

Covers `geoengine.cli.support.class_output`.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.samples import Run, Town


def test_classes_are_added_changed_merged_and_retired(labelled: Town, run: Run) -> None:
    def classes(*arguments: object) -> str:
        result = run("classes", *arguments, "-p", labelled.directory)
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "Class crane is added." in classes(
        "add", "crane:CC79A7", "--name", "Tower crane", "--hotkey", "9", "--shape", "round"
    )
    assert classes("rename", "building", "house") == "Class building is now house (house), with 3 labels.\n"
    assert (
        classes("rename", "tree", "--name", "Old tree")
        == "Class tree is now tree (Old tree), with 0 labels.\n"
    )
    assert classes("shape", "house", "squared") == "Outlines drawn of class house are squared now.\n"
    assert classes("recolour", "crane:000000") == "Class crane is #000000 now.\n"
    assert json.loads(classes("list", "--json")) == [
        {
            "key": "house",
            "name": "house",
            "colour": "#d55e00",
            "hotkey": None,
            "geometry": "polygon",
            "shape": "squared",
            "parent": None,
            "labels": 3,
        },
        {
            "key": "tree",
            "name": "Old tree",
            "colour": "#26beff",
            "hotkey": None,
            "geometry": "polygon",
            "shape": "free",
            "parent": None,
            "labels": 2,
        },
        {
            "key": "crane",
            "name": "Tower crane",
            "colour": "#000000",
            "hotkey": "9",
            "geometry": "polygon",
            "shape": "round",
            "parent": None,
            "labels": 0,
        },
    ]
    assert (
        classes("merge", "tree", "crane", "house") == "tree, crane merged into house: 2 labels in 1 scene.\n"
    )
    written = json.loads((labelled.directory / "labels" / "town.geojson").read_text())
    assert {feature["properties"]["class"] for feature in written["features"]} == {"house"}
    assert json.loads(classes("add", "crane", "--json"))["key"] == "crane"
    assert classes("order", "crane") == "The order is crane, house now.\n"
    assert classes("retire", "crane") == "Class crane is retired.\n"
    assert [one["key"] for one in json.loads(classes("list", "--retired", "--json"))] == [
        "building",
        "crane",
        "tree",
    ]


def test_a_class_is_of_a_geometry(labelled: Town, run: Run) -> None:
    def geoengine(*arguments: object, fails: bool = False) -> str:
        result = run(*arguments, "-p", labelled.directory)
        assert result.exit_code == (2 if fails else 0), result.output
        return result.stderr if fails else result.stdout

    geoengine("classes", "add", "road:line:cc79a7")
    geoengine("classes", "add", "mast", "--geometry", "point")
    listed = {one["key"]: one["geometry"] for one in json.loads(geoengine("classes", "list", "--json"))}
    assert listed == {"building": "polygon", "tree": "polygon", "road": "line", "mast": "point"}
    assert geoengine("classes", "list").splitlines()[-2].split()[-3:] == ["line", "free", "0"]
    assert (
        geoengine("classes", "geometry", "road", "oriented-box")
        == "Objects of class road are oriented boxes now.\n"
    )
    refused = geoengine("classes", "geometry", "building", "line", fails=True)
    assert "class 'building' cannot be of lines: 3 of its objects are no lines" in refused
    refused = geoengine("classes", "add", "pier:line", "--geometry", "point", fails=True)
    assert "has the geometry line, and --geometry is point" in refused
    assert "no colour; geoengine classes geometry" in geoengine(
        "classes", "recolour", "road:line", fails=True
    )


def test_a_class_stands_below_another(labelled: Town, run: Run, tmp_path: Path) -> None:
    def geoengine(*arguments: object) -> str:
        result = run(*arguments, "-p", labelled.directory)
        assert result.exit_code == 0, result.output
        return result.stdout

    geoengine("classes", "add", "plant")
    assert geoengine("classes", "parent", "tree", "plant") == "Class tree stands below plant now.\n"
    lines = geoengine("classes", "list").splitlines()[-2:]
    assert [line.split()[0] for line in lines] == ["plant", "tree"]
    assert lines[1].startswith("  tree")
    listed = {one["key"]: one["parent"] for one in json.loads(geoengine("classes", "list", "--json"))}
    assert listed == {"building": None, "plant": None, "tree": "plant"}
    out = tmp_path / "plants.geojson"
    geoengine("export", out, "--class", "plant")
    written = json.loads(out.read_text())["features"]
    assert [feature["properties"]["class"] for feature in written] == ["tree"]
    assert geoengine("classes", "parent", "tree") == "Class tree stands at the top now.\n"
    geoengine("export", out, "--class", "plant")
    assert json.loads(out.read_text())["features"] == []


def test_what_cannot_be_done_to_a_class_is_one_sentence(labelled: Town, run: Run) -> None:
    for arguments, words in (
        (("retire", "tree"), "class 'tree' has 2 labels"),
        (("rename", "road", "street"), "there is no class 'road' in this project, which has building, tree"),
        (("rename", "tree"), "nothing to change was given"),
        (("rename", "tree", "building"), "class 'building' is in the project already"),
        (("add", "tree"), "class 'tree' is in the project already"),
        (("recolour", "tree"), "'tree' has no colour"),
        (("shape", "tree", "oval"), "'oval' is not one of 'free', 'squared', 'round'"),
        (("parent", "tree", "road"), "parent of class 'tree' is 'road', expected a class of the project"),
        (("parent", "tree", "tree"), "class 'tree' would stand below itself"),
        (("merge", "tree", "road"), "class 'road'"),
        (("merge", "tree", "tree"), "merged into itself"),
    ):
        result = run("classes", *arguments, "-p", labelled.directory)
        assert (result.exit_code, result.stdout) == (2, ""), (arguments, result.output)
        assert words in result.stderr, (arguments, result.stderr)
