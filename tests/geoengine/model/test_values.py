from __future__ import annotations

import math
from typing import Any

import pytest
from shapely import box

from geoengine.errors import InvalidValueError
from geoengine.model import (
    Changeset,
    CreateFeature,
    DeleteFeature,
    Feature,
    FeatureState,
    LabelClass,
    Origin,
    RestoreFeature,
    UpdateFeature,
    default_color,
    new_uid,
    slugify,
    utc_now,
)
from geoengine.model.checks import check_bbox

UID = "0123456789abcdef"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("", "Name", "#000000"), "key"),
        (("a b", "Name", "#000000"), "key"),
        (("-a", "Name", "#000000"), "key"),
        (("a", " ", "#000000"), "name"),
        (("a", "Name", "red"), "color"),
        (("a", "Name", "#00000g"), "color"),
        (("a", "Name", "#000000", "ab"), "hotkey"),
        (("a", "Name", "#000000", " "), "hotkey"),
    ],
)
def test_label_class_refuses(arguments: tuple[str, ...], field: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        LabelClass(*arguments)
    assert caught.value.field == field


def test_default_colors_are_colors_and_repeat() -> None:
    colors = [default_color(index) for index in range(9)]
    assert len(set(colors)) == 8
    assert all(LabelClass("a", "A", color) for color in colors)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Área 51.tif", "area-51-tif"),
        ("a__b", "a__b"),
        ("../../etc/passwd", "etc-passwd"),
        ("कठमाडौँ", "scene"),
        ("", "scene"),
        ("x" * 300, "x" * 80),
    ],
)
def test_slugify(name: str, slug: str) -> None:
    assert slugify(name) == slug


def test_utc_now_reads_as_iso_8601() -> None:
    assert utc_now()[10] == "T"
    assert utc_now().endswith("Z")


@pytest.mark.parametrize(
    "changes",
    [
        {"uid": "short"},
        {"uid": "with_underscore"},
        {"uid": "x" * 65},
        {"class_key": ""},
        {"score": 1.5},
        {"score": math.nan},
        {"score": True},
        {"revision": 0},
        {"author": ""},
        {"attributes": {"a": math.nan}},
        {"attributes": {"a": {1, 2}}},
        {"attributes": {1: 2}},
        {"attributes": {"a": "\ud800"}},
        {"attributes": [1]},
    ],
)
def test_feature_refuses(changes: dict[str, Any]) -> None:
    values: dict[str, Any] = {
        "uid": UID,
        "scene_id": 1,
        "class_key": "building",
        "geometry": box(0, 0, 1, 1),
        "state": FeatureState.ACCEPTED,
        "score": None,
        "revision": 1,
        "origin": Origin.HUMAN,
        "model": None,
        "author": "ana",
        "time": utc_now(),
    }
    assert Feature(**values) == Feature(**values)
    with pytest.raises(InvalidValueError):
        Feature(**values | changes)


def test_edits_refuse_nonsense() -> None:
    with pytest.raises(InvalidValueError, match="score"):
        CreateFeature(UID, "building", box(0, 0, 1, 1), score=2)
    with pytest.raises(InvalidValueError, match="base_revision"):
        UpdateFeature(UID, 0)
    with pytest.raises(InvalidValueError, match="base_revision"):
        DeleteFeature(UID, -1)
    with pytest.raises(InvalidValueError, match="uid"):
        RestoreFeature("!", 1)


def test_changeset_refuses_nothing_and_one_feature_twice() -> None:
    with pytest.raises(InvalidValueError, match="edits is empty"):
        Changeset("token", 1, "ana", ())
    with pytest.raises(InvalidValueError, match="appears twice"):
        Changeset("token", 1, "ana", (UpdateFeature(UID, 1), DeleteFeature(UID, 1)))
    with pytest.raises(InvalidValueError, match="token"):
        Changeset("", 1, "ana", (DeleteFeature(UID, 1),))


def test_uids_differ_and_pass() -> None:
    assert len({DeleteFeature(new_uid(), 1).uid for _ in range(10)}) == 10


@pytest.mark.parametrize(
    "bbox",
    [
        (0, 0, 1),
        (0, 0, 1, math.nan),
        (0, 0, math.inf, 1),
        (1, 0, 0, 1),
        (0, 1, 1, 0),
        ("0", 0, 1, 1),
        None,
        "0,0,1,1",
    ],
)
def test_nonsense_boxes_are_refused(bbox: object) -> None:
    with pytest.raises(InvalidValueError, match="expected four finite numbers"):
        check_bbox(bbox)
