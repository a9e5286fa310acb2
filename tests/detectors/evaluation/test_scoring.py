"""Figures with intervals: COCO's own on the set itself, and on sets drawn from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.coco.dataset import read_dataset
from detectors.coco.results import read_results
from detectors.evaluation.scoring import CategoryMatches, bootstrap_metrics, match_by_category
from tests.support.coco_reference import coco_ap


def write(folder: Path, seed: int, copies: list[int] | None = None) -> tuple[Path, Path]:
    """A set of 12 images and results on it; image i is there `copies[i]` times."""
    rng = np.random.default_rng(seed)
    images: list[Any] = []
    labels: list[Any] = []
    found: list[Any] = []
    for number in range(12):
        boxes = [
            [float(v) for v in (*rng.uniform(0, 160, 2), 20, 20)] for _ in range(int(rng.integers(0, 5)))
        ]
        classes = [int(c) for c in rng.choice([2, 3], len(boxes))]
        guesses = [(b, c, rng.normal(0, 4, 2), rng.random()) for b, c in zip(boxes, classes, strict=True)]
        guesses += [([150.0, 150.0, 20, 20], 2, np.zeros(2), rng.random() / 2)]
        for copy in range(1 if copies is None else copies[number]):
            image = number * 100 + copy
            images.append({"id": image, "file_name": f"{image}.tif", "width": 200, "height": 200})
            for box, category in zip(boxes, classes, strict=True):
                row = {
                    "id": len(labels) + 1,
                    "image_id": image,
                    "category_id": category,
                    "area": 400,
                    "iscrowd": 0,
                }
                labels.append({**row, "bbox": box})
            for box, category, shift, score in guesses:
                moved = [box[0] + shift[0], box[1] + shift[1], 20, 20]
                found.append(
                    {"image_id": image, "category_id": category, "bbox": moved, "score": float(score)}
                )
    categories = [{"id": 2, "name": "house"}, {"id": 3, "name": "tree"}, {"id": 9, "name": "ship"}]
    folder.mkdir(exist_ok=True)
    truth, results = folder / "truth.json", folder / "found.json"
    truth.write_text(json.dumps({"images": images, "annotations": labels, "categories": categories}))
    results.write_text(json.dumps(found))
    return truth, results


def match(truth: Path, results: Path, kind: str = "bbox") -> list[CategoryMatches]:
    coco = read_dataset(truth)
    return match_by_category(coco, read_results(results, coco), kind)


@pytest.mark.parametrize("seed", range(4))
def test_the_figures_are_cocos_own(tmp_path: Path, seed: int) -> None:
    files = write(tmp_path, seed)
    expected = coco_ap(*files)
    figures = {f.category: f for f in bootstrap_metrics(match(*files), draws=50)}
    assert figures["all"].ap50.value == pytest.approx(expected["AP50"])
    for name in ("house", "tree"):
        assert figures[name].ap50.value == pytest.approx(expected[f"AP50/{name}"])
        assert figures[name].ap50.low <= figures[name].ap50.value <= figures[name].ap50.high
        assert figures[name].f1 is not None
        assert figures[name].f1.value > 0.4
    assert figures["ship"].labels == 0
    assert (str(figures["ship"].ap50), str(figures["ship"].f1), figures["ship"].limit) == ("-", "-", None)


@pytest.mark.parametrize("seed", range(4))
def test_a_drawn_set_counts_like_one_that_is_written_out(tmp_path: Path, seed: int) -> None:
    copies = np.random.default_rng(seed + 100).multinomial(12, np.full(12, 1 / 12))
    once = match(*write(tmp_path / "once", seed))
    expected = coco_ap(*write(tmp_path / "drawn", seed, copies.tolist()))
    for category in once[:2]:
        weighted = category.average_precision(copies.astype(float))
        assert weighted == pytest.approx(expected[f"AP50/{category.category}"])


def test_f1_counts_what_scores_enough() -> None:
    category = CategoryMatches(
        "house",
        np.array([0.9, 0.8, 0.3]),
        np.array([True, False, True]),
        np.array([0, 0, 1]),
        np.array([1, 2]),
    )
    once = np.ones(2)
    assert category.f1(once, 0.5) == pytest.approx(2 / (3 + 2))
    assert category.f1(once, 0.1) == pytest.approx(4 / (3 + 3))
    assert category.f1(np.array([2.0, 0.0]), 0.1) == pytest.approx(4 / (2 + 4))
    assert category.best_limit() == 0.05
    [figure, every] = bootstrap_metrics([category], {"house": 0.5}, draws=200)
    assert (figure.limit, figure.f1.value) == (0.5, pytest.approx(0.4))
    assert every.ap50 == figure.ap50
    assert bootstrap_metrics([category], draws=200) == bootstrap_metrics([category], draws=200)


def test_a_class_without_labels_has_no_f1_whatever_is_found() -> None:
    wrong = CategoryMatches("ship", np.array([0.9]), np.array([False]), np.array([0]), np.array([0, 0]))
    for limits in (None, {"ship": 0.5}):
        [figure, _] = bootstrap_metrics([wrong], limits, draws=20)
        assert (str(figure.ap50), str(figure.f1)) == ("-", "-")


def test_no_results_at_all_is_nothing_found(tmp_path: Path) -> None:
    truth, results = write(tmp_path, 0)
    results.write_text("[]")
    every = bootstrap_metrics(match(truth, results), draws=20)[-1]
    assert (every.ap50.value, every.ap50.low, every.ap50.high) == (0, 0, 0)


def test_nothing_labelled_is_nothing_to_measure(tmp_path: Path) -> None:
    truth, results = write(tmp_path, 0)
    coco = json.loads(truth.read_text())
    truth.write_text(json.dumps({**coco, "annotations": []}))
    figures = bootstrap_metrics(match(truth, results), draws=20)
    assert all(np.isnan(figure.ap50.value) and figure.limit is None for figure in figures)


def square(number: int) -> list[float]:
    return [float(v) for v in (number % 50 * 60, number // 50 * 60, 20, 20)]


def test_nothing_is_cut_however_many_there_are_on_an_image(tmp_path: Path) -> None:
    rows = [{"image_id": 1, "category_id": 1, "bbox": square(n)} for n in range(1200)]
    truth = {"images": [{"id": 1}], "categories": [{"id": 1, "name": "car"}], "annotations": rows}
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    (tmp_path / "found.json").write_text(json.dumps([{**row, "score": 0.9} for row in rows]))
    [cars] = match(tmp_path / "truth.json", tmp_path / "found.json")
    assert (cars.hits.sum(), len(cars.hits), cars.truth.tolist()) == (1200, 1200, [1200])


@pytest.mark.parametrize("kind", ["bbox", "segm"])
@pytest.mark.parametrize("ids", [[0, 1, 2], [1, 1, 1], [None] * 3, ["a", "b", "c"], [10**17, 5, 0]])
def test_a_perfect_prediction_is_perfect_whatever_the_ids(tmp_path: Path, kind: str, ids: list[Any]) -> None:
    rings = [[[x, 5, x + 20, 5, x + 20, 25]] for x in (0, 30, 60)]
    rows = [
        {"id": name, "image_id": "0", "category_id": 0, "bbox": [ring[0][0], 5, 20, 20], "segmentation": ring}
        for name, ring in zip(ids, rings, strict=True)
    ]
    truth = {"images": [{"id": 0}], "categories": [{"id": 0, "name": "car"}], "annotations": rows}
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    (tmp_path / "found.json").write_text(json.dumps([{**row, "score": 0.9, "image_id": 0} for row in rows]))
    figures = bootstrap_metrics(match(tmp_path / "truth.json", tmp_path / "found.json", kind), draws=5)
    assert [figure.ap50.value for figure in figures] == [1, 1]


def test_an_object_without_outline_is_ignored_for_masks(tmp_path: Path) -> None:
    ring = [[0, 0, 20, 0, 20, 20, 0, 20]]
    boxes = [{"image_id": 1, "category_id": 1, "bbox": [x, 0, 20, 20]} for x in (0, 50)]
    truth = {
        "images": [{"id": 1, "width": 100, "height": 50}],
        "categories": [{"id": 1, "name": "car"}],
        "annotations": [{**boxes[0], "segmentation": ring}, {**boxes[1], "segmentation": []}],
    }
    found = [{**boxes[0], "score": 0.5, "segmentation": ring}]
    found.append({**boxes[1], "score": 0.9, "segmentation": [[50, 0, 70, 0, 70, 20, 50, 20]]})
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    (tmp_path / "found.json").write_text(json.dumps(found))
    [boxed] = match(tmp_path / "truth.json", tmp_path / "found.json")
    [masked] = match(tmp_path / "truth.json", tmp_path / "found.json", "segm")
    assert (boxed.hits.tolist(), boxed.truth.tolist()) == ([True, True], [2])
    assert (masked.hits.tolist(), masked.truth.tolist()) == ([True], [1])
