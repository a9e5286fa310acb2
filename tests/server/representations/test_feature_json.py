"""The fast way of writing many features agrees with the plain one."""

from __future__ import annotations

import json
import math

import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoengine.model import Feature, FeatureState, Origin
from server.representations.feature_json import collection_bytes, feature_object
from tests.support.examples import examples

coordinate = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)
text = st.text(max_size=8)
json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | coordinate | text,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(text, inner, max_size=2),
    max_leaves=4,
)


@st.composite
def features(draw: st.DrawFn) -> Feature:
    points = draw(st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=8))
    return Feature(
        uid=draw(st.text("0123456789abcdef", min_size=8, max_size=32)),
        scene_id=1,
        class_key="building",
        geometry=shapely.Polygon(points, draw(st.sampled_from([[], [points]]))),
        state=draw(st.sampled_from(FeatureState)),
        score=draw(st.none() | st.floats(0, 1)),
        revision=draw(st.integers(1, 99)),
        origin=draw(st.sampled_from(Origin)),
        model=draw(st.none() | text),
        author="ana",
        time="2025-01-01T00:00:00.000Z",
        attributes=draw(st.dictionaries(st.text("abc", min_size=1, max_size=3), json_value, max_size=2)),
        deleted=draw(st.booleans()),
    )


@examples(60)
@given(st.lists(features(), max_size=4))
def test_collection_agrees_with_single_objects(some: list[Feature]) -> None:
    collection = json.loads(collection_bytes(some, {"total": len(some)}))
    assert collection == {
        "type": "FeatureCollection",
        "total": len(some),
        "features": [feature_object(feature) for feature in some],
    }


@examples(60)
@given(features())
def test_no_bit_of_a_coordinate_is_lost(feature: Feature) -> None:
    rings = feature_object(feature)["geometry"]["coordinates"]
    expected = [feature.geometry.exterior, *feature.geometry.interiors]
    for ring, wanted in zip(rings, expected, strict=True):
        for (x, y), (wanted_x, wanted_y) in zip(ring, wanted.coords, strict=True):
            assert math.isclose(x, wanted_x, rel_tol=0, abs_tol=0)
            assert math.isclose(y, wanted_y, rel_tol=0, abs_tol=0)
