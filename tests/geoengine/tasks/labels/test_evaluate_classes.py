"""Classes of two polygon files brought to the names of the first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from shapely import box

from geoengine.errors import ExchangeError
from geoengine.tasks.labels.evaluate_classes import match_classes
from tiling.vectors.polygons import PolygonFile


def polygons(name: str, *classes: str, field: str | None = "class") -> PolygonFile:
    count = len(classes)
    shapes = np.array([box(n, 0, n + 1, 1) for n in range(count)], dtype=object)
    names = np.array(classes, dtype=object)
    empty = np.full(count, "", dtype=object)
    return PolygonFile(Path(name), None, shapes, names, np.full(count, np.nan), empty, {}, field)


def test_case_and_spelling_follow_the_truth() -> None:
    remarks: list[str] = []
    truth, found, key = match_classes(
        polygons("t", "Storage tank", ""), polygons("p", "storage_tank", ""), {}, None, remarks
    )
    assert truth.classes.tolist() == found.classes.tolist() == ["Storage tank", ""]
    assert key is None
    assert remarks == []


def test_a_mapping_joins_names_that_differ() -> None:
    remarks: list[str] = []
    mapping = {"plane": "aircraft", "boat": "aircraft"}
    _, found, _ = match_classes(polygons("t", "aircraft"), polygons("p", "plane"), mapping, None, remarks)
    assert found.classes.tolist() == ["aircraft"]
    assert remarks == ["p has no class 'boat', which --map names"]


def test_classes_of_one_side_only_are_named() -> None:
    remarks: list[str] = []
    match_classes(polygons("t", "house", "tree"), polygons("p", "tree", "car"), {}, None, remarks)
    assert remarks == [
        "p has classes that t lacks: car (--map PREDICTED=TRUE says which they are)",
        "t has classes that p lacks: house",
    ]


def test_free_text_in_name_is_no_class() -> None:
    remarks: list[str] = []
    truth, _, _ = match_classes(
        polygons("t", "Joe's", field="name"), polygons("p", "house"), {}, None, remarks
    )
    assert truth.classes.tolist() == [""]
    assert truth.class_field is None
    assert "not taken for the class" in remarks[0]


def test_a_class_that_neither_file_has_is_refused() -> None:
    truth, found = polygons("t", "house"), polygons("p", "House")
    assert match_classes(truth, found, {}, "HOUSE", [])[2] == "house"
    with pytest.raises(ExchangeError, match=r"neither t nor p has the class 'tree', expected one of: house"):
        match_classes(truth, found, {}, "tree", [])
    assert match_classes(truth, polygons("p", ""), {}, "tree", [])[2] == "tree"
