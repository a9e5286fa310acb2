"""geoengine classes attributes."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from geoengine.model import AttributeKind, ClassAttribute
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.classes import set_attribute
from tests.support.samples import Run, Town


def test_attributes_are_declared_listed_and_retired(labelled: Town, run: Run, tmp_path: Path) -> None:
    def attributes(*arguments: object, code: int = 0) -> str:
        result = run("classes", "attributes", *arguments, "-p", labelled.directory)
        assert result.exit_code == code, result.output
        return result.stderr if code else result.stdout

    codes = tmp_path / "roofs.csv"
    codes.write_text("flat,Flat roof\ngable,Gable roof\n", encoding="utf-8-sig")
    said = attributes(
        "set", "building", "storeys", "--kind", "number", "--min", "1", "--max", "60", "--required"
    )
    assert said == "Class building has the new attribute storeys: number (from 1 to 60), required.\n"
    attributes("set", "building", "roof", "--kind", "choice", "--code-list", codes)
    attributes("set", "building", "storeys", "--unit", "floors", "--optional")
    listed = json.loads(attributes("list", "building", "--json"))
    assert [each["key"] for each in listed] == ["storeys", "roof"]
    assert (listed[0]["unit"], listed[0]["maximum"], listed[0]["required"]) == ("floors", 60, False)
    assert listed[1]["choices"] == [
        {"code": "flat", "name": "Flat roof"},
        {"code": "gable", "name": "Gable roof"},
    ]
    assert (
        attributes("order", "building", "roof") == "The attributes of class building are roof, storeys now.\n"
    )
    assert "attribute 'wall'" in attributes("order", "building", "wall", code=2)
    attributes("order", "building", "storeys")
    assert attributes("retire", "building", "roof") == "Attribute roof of class building is retired.\n"
    assert "retired" in attributes("list", "building")
    attributes("set", "building", "roof", "--kind", "text")
    assert json.loads(attributes("list", "building", "--json"))[1]["retired"] is False
    assert attributes("list", "tree") == "Class tree has no attributes.\n"
    for arguments, words in (
        (("set", "building", "note"), "attribute 'note' is a field of every object in label files"),
        (("set", "building", "use", "--kind", "choice"), "expected a choice with a code list"),
        (("set", "road", "use"), "there is no class 'road'"),
        (
            ("retire", "building", "use"),
            "class 'building' has no attribute 'use', expected one of: storeys, roof",
        ),
    ):
        assert words in attributes(*arguments, code=2)


def test_attributes_that_two_declare_at_once_are_all_there(labelled: Town) -> None:
    project = Project.open(labelled.directory)
    with project.store() as mine, project.store() as theirs:

        def declare(store: Store, key: str) -> None:
            set_attribute(
                store, "building", key, lambda old: old or ClassAttribute(key, key, AttributeKind.TEXT)
            )

        keys = [f"key-{number}" for number in range(20)]
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(declare, (mine, theirs)[n % 2], key) for n, key in enumerate(keys)]:
                done.result()
        with mine.reading() as view:
            building = next(each for each in view.classes() if each.key == "building")
    assert sorted(each.key for each in building.attributes) == sorted(keys)
