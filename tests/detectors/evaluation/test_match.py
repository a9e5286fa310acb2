"""Comparing predictions with labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask
from shapely.geometry import Polygon, box

from detectors.errors import DatasetError
from detectors.evaluation.match import best_threshold, match_polygons
from tests.support.coco_reference import coco_ap
from tests.support.detection_strategies import polygons, quick


def array(shapes: list[Polygon]) -> npt.NDArray[np.object_]:
    out = np.empty(len(shapes), object)
    out[:] = shapes
    return out


def overlap(a: Polygon, b: Polygon) -> float:
    return float(a.intersection(b).area / a.union(b).area)


def reference(
    truth: list[Polygon], pred: list[Polygon], scores: list[float], iou: float
) -> list[tuple[int, int]]:
    """One prediction after the other, and each label asked."""
    free = set(range(len(truth)))
    pairs = []
    for p in sorted(range(len(pred)), key=lambda i: -scores[i]):
        best = max(free, key=lambda t: (overlap(truth[t], pred[p]), -t), default=None)
        if best is not None and overlap(truth[best], pred[p]) >= iou:
            pairs.append((best, p))
            free.remove(best)
    return pairs


scenes = st.lists(polygons(), max_size=7)


@quick
@given(scenes, scenes, st.data(), st.floats(0.05, 0.95))
def test_matching_agrees_with_brute_force(
    truth: list[Polygon], pred: list[Polygon], data: st.DataObject, iou: float
) -> None:
    scores = data.draw(st.lists(st.sampled_from([0.2, 0.5, 0.9]), min_size=len(pred), max_size=len(pred)))
    match = match_polygons(array(truth), array(pred), np.array(scores), iou)
    assert [tuple(pair) for pair in match.pairs] == reference(truth, pred, scores, iou)
    assert (match.tp + match.fn, match.tp + match.fp) == (len(truth), len(pred))


@quick
@given(scenes, scenes)
def test_without_scores_the_order_given_counts(truth: list[Polygon], pred: list[Polygon]) -> None:
    falling = -np.arange(len(pred), dtype=np.float64)
    given_order = match_polygons(array(truth), array(pred), None, 0.3)
    assert (
        given_order.pairs.tolist() == match_polygons(array(truth), array(pred), falling, 0.3).pairs.tolist()
    )


def test_the_figures() -> None:
    truth = array([box(0, 0, 10, 10), box(20, 0, 30, 10), box(40, 0, 50, 10)])
    pred = array([box(0, 0, 10, 10), box(0, 0, 10, 9), box(20, 0, 30, 5), box(90, 0, 99, 9)])
    match = match_polygons(truth, pred, iou=0.5)
    assert match.pairs.tolist() == [[0, 0], [1, 2]]  # 0.5 itself is enough
    assert (match.tp, match.fp, match.fn) == (2, 2, 1)
    assert (match.precision, match.recall) == (0.5, pytest.approx(2 / 3))
    assert match.f1 == pytest.approx(4 / 7)
    nothing = match_polygons(array([]), array([]))
    assert (nothing.precision, nothing.recall, nothing.f1, nothing.tp) == (0, 0, 0, 0)
    assert match_polygons(truth, array([])).fn == 3
    assert match_polygons(array([]), pred).fp == 4


def test_the_lowest_of_the_best_thresholds_is_taken() -> None:
    truth = array([box(0, 0, 10, 10)])
    pred = array([box(0, 0, 10, 10), box(50, 0, 60, 10)])
    limit, match = best_threshold(truth, pred, np.array([0.72, 0.31]), 0.5)
    assert limit == 0.35
    assert match.f1 == 1.0
    limit, match = best_threshold(truth, pred[:0], np.empty(0), 0.5)
    assert (limit, match.f1) == (0.05, 0.0)


def square(x: float, side: float = 20) -> dict[str, Any]:
    ring = [x, 0, x + side, 0, x + side, side, x, side]
    return {"bbox": [x, 0, side, side], "segmentation": [ring]}


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    objects = [
        {"id": i + 1, "image_id": 1, "category_id": c, "area": 400, "iscrowd": 0, **square(40 * i)}
        for i, c in enumerate([3, 3, 5])
    ]
    path = tmp_path / "truth.json"
    images = [{"id": 1, "width": 200, "height": 100, "file_name": "a.tif"}]
    categories = [{"id": 5, "name": "tree"}, {"id": 3, "name": "house"}]
    path.write_text(json.dumps({"images": images, "annotations": objects, "categories": categories}))
    return path


def results(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps(rows))
    return path


@pytest.mark.parametrize("kind", ["bbox", "segm"])
def test_average_precision(truth: Path, tmp_path: Path, kind: str) -> None:
    found = [{"image_id": 1, "category_id": 3, "score": 0.9 - i / 10, **square(40 * i)} for i in range(2)]
    if kind == "segm":
        for row in found:
            row.pop("bbox")
            [code] = mask.frPyObjects(row["segmentation"], 100, 200)
            row["segmentation"] = {"size": code["size"], "counts": code["counts"].decode()}
    half = coco_ap(truth, results(tmp_path / "p.json", found), kind)
    assert half == pytest.approx({"AP": 0.5, "AP50": 0.5, "AP75": 0.5, "AP50/house": 1.0, "AP50/tree": 0.0})


def test_average_precision_of_nothing_names_the_same_figures(truth: Path, tmp_path: Path) -> None:
    nothing = coco_ap(truth, results(tmp_path / "p.json", []))
    assert nothing == {"AP": 0, "AP50": 0, "AP75": 0, "AP50/house": 0, "AP50/tree": 0}


@pytest.mark.parametrize(
    "text", ["", '{"a": 1}', "[1]", '[{"image_id": 77, "category_id": 3, "score": 1, "bbox": [0, 0, 1, 1]}]',
             '[{"image_id": 1, "category_id": 3, "bbox": [0, 0, 1, 1]}]']
)  # fmt: skip
def test_a_file_that_is_no_result_is_named(truth: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "p.json"
    path.write_text(text)
    with pytest.raises(DatasetError, match=r"p\.json cannot be compared with .*truth\.json"):
        coco_ap(truth, path)


def test_an_unknown_kind_and_absent_files(truth: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="kind is 'mask', expected 'bbox' or 'segm'"):
        coco_ap(truth, truth, "mask")
    with pytest.raises(DatasetError, match="cannot be compared"):
        coco_ap(tmp_path / "absent.json", results(tmp_path / "p.json", []))


def test_pairs_may_be_indexed_with() -> None:
    match = match_polygons(array([box(0, 0, 1, 1)]), array([box(5, 5, 6, 6)]))
    assert match.pairs.shape == (0, 2)
    assert len(shapely.area(array([box(0, 0, 1, 1)])[match.pairs[:, 0]])) == 0
