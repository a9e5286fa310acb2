"""Tests of `geoengine.tasks.labels.evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoengine.errors import ExchangeError
from geoengine.tasks.labels.evaluate import evaluate_files
from geoengine.tasks.labels.scores import ANY_CLASS, NO_CLASS, ClassScore
from tiling.errors import ClassNameError, VectorReadError

# About a metre in degrees, near Banepa.
M = 1e-5


def square(x: float, y: float, side: float = 10 * M, **properties: Any) -> dict[str, Any]:
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def write(path: Path, features: list[dict[str, Any]], **members: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **members}))
    return path


def at(east_m: float, north_m: float = 0.0) -> tuple[float, float]:
    return 85.52 + east_m * M, 27.63 + north_m * M


def total(found: Any, iou: float = 0.5) -> ClassScore:
    return next(score for score in found.scores if score.class_key == ANY_CLASS and score.iou == iou)


def test_counts_right_wrong_and_missed(tmp_path: Path) -> None:
    truth = write(tmp_path / "t.geojson", [square(*at(0)), square(*at(50)), square(*at(100))])
    pred = write(
        tmp_path / "p.geojson", [square(*at(0)), square(*at(53)), square(*at(200)), square(*at(300))]
    )
    found = evaluate_files(truth, pred, (0.5, 0.6))
    # The second is shifted by three of its ten metres: IoU 7/13 = 0.54.
    assert [(s.tp, s.fp, s.fn) for s in found.scores] == [(2, 2, 1), (1, 3, 2)]
    score = total(found)
    assert (score.precision, score.recall) == (0.5, pytest.approx(2 / 3))
    assert score.f1 == pytest.approx(4 / 7)


def test_classes_are_kept_apart(tmp_path: Path) -> None:
    truth = write(
        tmp_path / "t.geojson", [square(*at(0), **{"class": "tree"}), square(*at(50), **{"class": "house"})]
    )
    pred = write(
        tmp_path / "p.geojson", [square(*at(0), **{"class": "house"}), square(*at(50), **{"class": "house"})]
    )
    found = evaluate_files(truth, pred)
    assert {s.class_key: (s.tp, s.fp, s.fn) for s in found.scores} == {
        "house": (1, 1, 0),
        "tree": (0, 0, 1),
        ANY_CLASS: (1, 1, 1),
    }


def test_a_file_without_classes_is_compared_with_all_or_with_the_one_asked_for(tmp_path: Path) -> None:
    truth = write(tmp_path / "t.geojson", [square(*at(0), osm_id=7), square(*at(50), osm_id=8)])
    pred = write(
        tmp_path / "p.geojson", [square(*at(0), **{"class": "house"}), square(*at(50), **{"class": "tree"})]
    )
    assert [(s.class_key, s.tp, s.fp, s.fn) for s in evaluate_files(truth, pred).scores] == [
        (ANY_CLASS, 2, 0, 0)
    ]
    found = evaluate_files(truth, pred, class_key="house")
    assert [(s.class_key, s.tp, s.fp, s.fn) for s in found.scores] == [
        ("house", 1, 0, 1),
        (ANY_CLASS, 1, 0, 1),
    ]
    assert found.left_out == {"predictions: another class": 1}


def test_area_rejected_and_low_scores_are_left_out_and_counted(tmp_path: Path) -> None:
    truth = write(tmp_path / "t.geojson", [square(*at(0)), square(*at(500))])
    pred = write(
        tmp_path / "p.geojson",
        [
            square(*at(0), score=0.9),
            square(*at(20), score=0.1),
            square(*at(40), score=0.9, state="rejected"),
            square(*at(500), score=0.9),
        ],
    )
    area = write(tmp_path / "a.geojson", [square(*at(-50, -50), side=200 * M)])
    found = evaluate_files(truth, pred, area=area, min_score=0.5)
    assert total(found) == ClassScore(ANY_CLASS, 0.5, 1, 0, 0)
    assert found.left_out == {
        "truth: outside the area": 1,
        "predictions: rejected": 1,
        "predictions: outside the area": 1,
        "predictions: score below 0.5": 1,
    }


def test_files_in_different_reference_systems_meet(tmp_path: Path) -> None:
    from pyproj import Transformer

    to_utm = Transformer.from_crs(4326, 32645, always_xy=True).transform
    lonlat = square(*at(0))
    ring = [list(to_utm(*corner)) for corner in lonlat["geometry"]["coordinates"][0]]
    utm = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32645"}}
    truth = write(tmp_path / "t.geojson", [lonlat])
    pred = write(tmp_path / "p.geojson", [utm], crs=crs)
    assert total(evaluate_files(truth, pred, (0.99,)), 0.99).tp == 1


def test_the_pixel_plane_is_compared_as_it_is_and_not_with_the_globe(tmp_path: Path) -> None:
    plane = write(tmp_path / "t.geojson", [square(400, -500, side=20)])
    other = write(tmp_path / "p.geojson", [square(400, -500, side=20), square(100, -100, side=5)])
    assert total(evaluate_files(plane, other)) == ClassScore(ANY_CLASS, 0.5, 1, 1, 0)
    with pytest.raises(ExchangeError, match=r"t\.geojson has no coordinate reference system"):
        evaluate_files(plane, write(tmp_path / "g.geojson", [square(*at(0))]))


def test_bad_geometry_is_repaired_or_counted(tmp_path: Path) -> None:
    x, y = at(0)
    bow = [[x, y], [x + 10 * M, y + 10 * M], [x + 10 * M, y], [x, y + 10 * M], [x, y]]
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [bow]}},
        {"type": "Feature", "properties": {}, "geometry": None},
        {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "LineString", "coordinates": [[x, y], [x, y]]},
        },
        square(*at(50)),
    ]
    truth = write(tmp_path / "t.geojson", features)
    found = evaluate_files(truth, truth)
    # The bow tie is two triangles.
    assert (found.truth, total(found).tp) == (3, 3)
    assert found.left_out["truth: no geometry"] == 1
    assert found.left_out["truth: neither polygon, line nor point"] == 1


def test_nothing_on_one_side(tmp_path: Path) -> None:
    some = write(tmp_path / "t.geojson", [square(*at(0))])
    none = write(tmp_path / "p.geojson", [])
    assert total(evaluate_files(some, none)) == ClassScore(ANY_CLASS, 0.5, 0, 0, 1)
    assert total(evaluate_files(none, some)) == ClassScore(ANY_CLASS, 0.5, 0, 1, 0)
    assert total(evaluate_files(none, none)).f1 == 0.0
    assert total(evaluate_files(none, some)).to_json() == {
        "class": ANY_CLASS, "iou": 0.5, "tp": 0, "fp": 1, "fn": 0, "precision": 0.0, "recall": None, "f1": None
    }  # fmt: skip


def test_a_file_that_is_none_says_so(tmp_path: Path) -> None:
    good = write(tmp_path / "t.geojson", [square(*at(0))])
    bad = tmp_path / "p.geojson"
    bad.write_text("no json at all")
    with pytest.raises(VectorReadError, match=r"p\.geojson is not GeoJSON"):
        evaluate_files(good, bad)
    with pytest.raises(VectorReadError, match="does not exist"):
        evaluate_files(good, tmp_path / "absent.geojson")


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_f1_is_the_harmonic_mean(tp: int, fp: int, fn: int) -> None:
    score = ClassScore("any", 0.5, tp, fp, fn)
    assert 0.0 <= score.f1 <= 1.0
    if score.precision + score.recall:
        assert score.f1 == pytest.approx(
            2 * score.precision * score.recall / (score.precision + score.recall)
        )


@pytest.mark.real_data
def test_the_banepa_buildings_are_their_own_best_prediction(shared_data: Path) -> None:
    buildings = shared_data / "banepa" / "buildings.geojson"
    found = evaluate_files(
        buildings, buildings, (0.9,), area=shared_data / "banepa" / "labelled_area.geojson"
    )
    score = total(found, 0.9)
    assert (score.fp, score.fn) == (0, 0)
    assert score.tp > 1000


def rows(found: Any) -> dict[str, tuple[int, int, int]]:
    return {score.class_key: (score.tp, score.fp, score.fn) for score in found.scores}


def kind(name: Any, key: str = "class") -> dict[str, Any]:
    return {key: name}


def test_predictions_without_a_class_are_wrong_where_others_have_one(tmp_path: Path) -> None:
    truth = write(tmp_path / "t.geojson", [square(*at(50 * i), **kind("ship")) for i in range(5)])
    pred = write(
        tmp_path / "p.geojson", [square(*at(50 * i), **(kind("ship") if i < 3 else {})) for i in range(5)]
    )
    assert rows(evaluate_files(truth, pred)) == {"ship": (3, 0, 2), NO_CLASS: (0, 2, 0), ANY_CLASS: (3, 2, 2)}
    assert rows(evaluate_files(pred, truth)) == {"ship": (3, 2, 0), NO_CLASS: (0, 0, 2), ANY_CLASS: (3, 2, 2)}
    assert rows(evaluate_files(truth, pred, class_key="SHIP")) == {"ship": (5, 0, 0), ANY_CLASS: (5, 0, 0)}


@pytest.mark.parametrize("key", ["class", "label", "category_name", "name"])
def test_names_are_matched_whatever_their_spelling_and_property(tmp_path: Path, key: str) -> None:
    truth = write(
        tmp_path / "t.geojson", [square(*at(0), **kind("Small car")), square(*at(50), **kind("small_car"))]
    )
    pred = write(tmp_path / "p.geojson", [square(*at(50 * i), **kind("small-CAR", key)) for i in range(2)])
    found = evaluate_files(truth, pred)
    assert rows(found) == {"Small car": (2, 0, 0), ANY_CLASS: (2, 0, 0)}
    said = () if key == "class" else (f"p.geojson: classes are those of the property {key!r}",)
    assert found.remarks == said


def test_names_without_a_partner_are_said_and_can_be_mapped(tmp_path: Path) -> None:
    truth = write(tmp_path / "t.geojson", [square(*at(0), **kind("boat")), square(*at(50), **kind("dock"))])
    pred = write(tmp_path / "p.geojson", [square(*at(0), **kind("ship")), square(*at(50), **kind("Dock"))])
    found = evaluate_files(truth, pred)
    assert rows(found)[ANY_CLASS] == (1, 1, 1)
    assert found.remarks == (
        "p.geojson has classes that t.geojson lacks: ship (--map PREDICTED=TRUE says which they are)",
        "t.geojson has classes that p.geojson lacks: boat",
    )
    found = evaluate_files(truth, pred, renamed={"Ship": "BOAT", "crane": "dock"})
    assert rows(found) == {"boat": (1, 0, 0), "dock": (1, 0, 0), ANY_CLASS: (2, 0, 0)}
    assert found.remarks == ("p.geojson has no class 'crane', which --map names",)
    with pytest.raises(
        ClassNameError, match="'ship' is mapped to the class 'boot', expected one of: boat, dock"
    ):
        evaluate_files(truth, pred, renamed={"ship": "boot"})
    with pytest.raises(ExchangeError, match="has the class 'crane', expected one of: boat, dock, ship"):
        evaluate_files(truth, pred, class_key="crane")


def test_free_text_in_name_is_no_class(tmp_path: Path) -> None:
    truth = write(tmp_path / "t.geojson", [square(*at(0), name="City Hall"), square(*at(50), name=None)])
    pred = write(tmp_path / "p.geojson", [square(*at(50 * i), **kind("building")) for i in range(2)])
    found = evaluate_files(truth, pred)
    assert rows(found) == {ANY_CLASS: (2, 0, 0)}
    assert len(found.remarks) == 2
    assert "its property 'name', which is not taken for the class" in found.remarks[0]
    assert found.remarks[1] == "t.geojson names no class, so all objects are compared with all"


def test_scores_are_read_from_confidence_and_absent_ones_are_said(tmp_path: Path) -> None:
    truth = write(tmp_path / "t.geojson", [square(*at(0)), square(*at(50))])
    pred = write(tmp_path / "p.geojson", [square(*at(50 * i), confidence=(0.9, None)[i]) for i in range(2)])
    found = evaluate_files(truth, pred, min_score=0.95)
    assert total(found) == ClassScore(ANY_CLASS, 0.5, 1, 0, 1)
    assert found.remarks == (
        "p.geojson: scores are those of the property 'confidence'",
        "p.geojson: 1 of 2 have no score and are compared whatever --min-score",
    )
    bad = write(tmp_path / "b.geojson", [square(*at(0), score="high")])
    with pytest.raises(
        VectorReadError, match=r"b\.geojson has the score 'high' at feature 0, expected a number"
    ):
        evaluate_files(truth, bad)


def test_what_cannot_be_compared_makes_it_incomplete(tmp_path: Path) -> None:
    good = write(tmp_path / "t.geojson", [square(*at(0)), square(*at(9), state="rejected")])
    nothing = {"type": "Feature", "properties": {}, "geometry": None}
    assert evaluate_files(good, good).is_complete
    assert not evaluate_files(good, write(tmp_path / "p.geojson", [nothing])).is_complete


def test_geopackages_without_a_crs_are_compared_as_they_are(tmp_path: Path) -> None:
    import geopandas as gpd
    import shapely

    squares = gpd.GeoDataFrame({"class": ["ship"]}, geometry=[shapely.box(0, 0, 10, 10)])
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        squares.to_file(tmp_path / "t.gpkg")
    assert total(evaluate_files(tmp_path / "t.gpkg", tmp_path / "t.gpkg")).tp == 1
    with pytest.raises(ExchangeError, match=r"t\.gpkg has no coordinate reference system"):
        evaluate_files(tmp_path / "t.gpkg", write(tmp_path / "p.geojson", [square(*at(0))]))


def test_what_waits_in_the_truth_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    truth = write(tmp_path / "t.geojson", [square(*at(0)), square(*at(20), state="proposed")])
    found = write(tmp_path / "p.geojson", [square(*at(0)), square(*at(20)), square(*at(40))])
    result = evaluate_files(truth, found)
    assert (result.truth, result.predictions) == (1, 2)
    assert result.left_out == {
        "truth: waiting for review": 1, "predictions: on ground that waits for review": 1
    }  # fmt: skip


def test_each_file_may_have_layers(tmp_path: Path) -> None:
    geopackage = tmp_path / "all.gpkg"
    for layer, squares in {
        "area": [square(*at(-5), 40 * M)],
        "roofs": [square(*at(0)), square(*at(100))],
    }.items():
        geopandas.read_file(write(tmp_path / f"{layer}.geojson", squares)).to_file(geopackage, layer=layer)
    with pytest.raises(VectorReadError, match="2 layers"):
        evaluate_files(geopackage, geopackage)
    found = evaluate_files(geopackage, geopackage, area=geopackage, layers=("roofs", "roofs", "area"))
    assert (total(found).tp, found.left_out["truth: outside the area"]) == (1, 1)


def line(*places: tuple[float, float], **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "LineString", "coordinates": [list(at(*place)) for place in places]},
    }


def point(*place: float, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": list(at(*place))},
    }


def test_an_object_of_several_parts_is_compared_as_one(tmp_path: Path) -> None:
    parts = [square(*at(0))["geometry"]["coordinates"], square(*at(50))["geometry"]["coordinates"]]
    base = {"type": "Feature", "properties": {}, "geometry": {"type": "MultiPolygon", "coordinates": parts}}
    truth = write(tmp_path / "t.geojson", [base])
    assert total(evaluate_files(truth, truth)) == ClassScore(ANY_CLASS, 0.5, 1, 0, 0)
    pred = write(tmp_path / "p.geojson", [square(*at(0)), square(*at(50))])
    # Each is half of it.
    assert total(evaluate_files(truth, pred)) == ClassScore(ANY_CLASS, 0.5, 1, 1, 0)
    assert total(evaluate_files(truth, pred, (0.6,)), 0.6) == ClassScore(ANY_CLASS, 0.6, 0, 2, 1)


def test_points_are_compared_by_distance(tmp_path: Path) -> None:
    mast, tree = {"class": "mast"}, {"class": "tree"}
    truth = write(
        tmp_path / "t.geojson",
        [point(0, **mast), point(50, **mast), point(100, **tree), square(*at(200), **{"class": "house"})],
    )
    pred = write(
        tmp_path / "p.geojson",
        [
            point(1, score=0.9, **mast),
            point(0, 2, score=0.8, **mast),
            point(54, **mast),
            point(100, **tree),
            square(*at(200), **{"class": "house"}),
        ],
    )
    found = evaluate_files(truth, pred)
    counts = {one.counts.class_key: (one.counts.tp, one.counts.fp, one.counts.fn) for one in found.points}
    assert counts == {"mast": (1, 2, 1), "tree": (1, 0, 0), ANY_CLASS: (2, 2, 1)}
    assert found.points[0].apart_m == pytest.approx(
        0.99, abs=0.02
    )  # the surer one, though not alone in reach
    assert [(s.class_key, s.tp, s.fp, s.fn) for s in found.scores] == [
        ("house", 1, 0, 0),
        (ANY_CLASS, 1, 0, 0),
    ]
    assert (found.lines, found.is_complete) == ((), True)
    wider = evaluate_files(truth, pred, distance_m=5.0)
    assert wider.points[-1].counts.tp == 3
    said = found.to_json()["points"][0]
    assert (said["class"], said["distance_m"], said["tp"], "iou" in said) == ("mast", 3.0, 1, False)


def test_lines_are_compared_by_their_lengths_within_a_buffer(tmp_path: Path) -> None:
    road = {"class": "road"}
    truth = write(tmp_path / "t.geojson", [line((0, 0), (100, 0), **road), line((0, 50), (100, 50), **road)])
    pred = write(
        tmp_path / "p.geojson",
        [line((0, 1), (60, 1), **road), line((0, 30), (40, 30), **road), line((0, 0), (9, 0))],
    )
    found = evaluate_files(truth, pred)
    score, nameless, total_ = found.lines
    metre = score.true_m / 200
    assert score.completeness == pytest.approx(62.8 / 200, abs=0.01)  # the buffer ends round, beyond the line
    assert score.correctness == pytest.approx(0.6, abs=0.001)
    assert score.quality == pytest.approx(60 / (100 + 200 - 62.8), abs=0.01)
    assert (nameless.class_key, nameless.right_m, nameless.completeness) == (NO_CLASS, 0, None)
    assert nameless.predicted_m == pytest.approx(9 * metre, rel=1e-4)
    assert total_.predicted_m == pytest.approx(109 * metre, rel=1e-4)
    assert found.scores == ()
    assert found.to_json()["lines"][0]["buffer_m"] == 3.0


def test_points_and_lines_that_wait_for_review_are_unknown_ground_for_their_own_kind(tmp_path: Path) -> None:
    truth = write(
        tmp_path / "t.geojson",
        [point(0, state="proposed"), point(50), line((0, 20), (90, 20), state="proposed")],
    )
    pred = write(tmp_path / "p.geojson", [point(1), point(51), point(30, 20), line((0, 21), (90, 21))])
    found = evaluate_files(truth, pred)
    [score] = found.points
    assert (score.counts.tp, score.counts.fp, score.counts.fn) == (1, 1, 0)
    assert found.left_out["predictions: on ground that waits for review"] == 2
    assert found.lines == ()


def test_a_kind_that_one_file_lacks_is_said(tmp_path: Path) -> None:
    truth = write(tmp_path / "t.geojson", [square(*at(0))])
    pred = write(tmp_path / "p.geojson", [point(5, 5)])
    found = evaluate_files(truth, pred)
    assert found.remarks == ("p.geojson has points (1) to compare, and t.geojson has none",)
    assert (total(found).fn, found.points[0].counts.fp) == (1, 1)
