"""Tests of `geoengine.tasks.labels.evaluate_coco`."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from detectors.errors import DatasetError
from geoengine.tasks.labels.evaluate_coco import evaluate_coco


def write(folder: Path, *, masks: bool) -> tuple[Path, Path]:
    """Write annotations of four images, and results for three of them with falling scores."""
    ring = {"segmentation": [[10, 10, 40, 10, 40, 30, 10, 30]]} if masks else {}
    images = [{"id": i, "file_name": f"{i}.png", "width": 100, "height": 80} for i in range(4)]
    rows = [{"image_id": i, "category_id": 1, "bbox": [10, 10, 30, 20], **ring} for i in range(4)]
    truth = {
        "images": images,
        "annotations": [{**row, "id": i + 1, "area": 600, "iscrowd": 0} for i, row in enumerate(rows)],
        "categories": [{"id": 1, "name": "house"}, {"id": 2, "name": "tree"}],
    }
    results = [{**row, "score": 0.9 - i / 10} for i, row in enumerate(rows[:3])]
    (folder / "truth.json").write_text(json.dumps(truth))
    (folder / "found.json").write_text(json.dumps(results))
    return folder / "truth.json", folder / "found.json"


def test_boxes_alone_where_there_are_no_masks(tmp_path: Path) -> None:
    assert list(evaluate_coco(*write(tmp_path, masks=True)).figures) == ["bbox", "segm"]
    assert list(evaluate_coco(*write(tmp_path, masks=False)).figures) == ["bbox"]


def test_a_least_score_counts_for_f1(tmp_path: Path) -> None:
    truth, results = write(tmp_path, masks=False)
    values = evaluate_coco(truth, results, min_score=0.85).to_json()["bbox"]
    assert [row["category"] for row in values[:2]] == ["house", "tree"]
    assert values[0]["f1"]["value"] == pytest.approx(2 * 1 / (1 + 4))
    best = evaluate_coco(truth, results).to_json()["bbox"]
    assert best[0]["f1"]["value"] == pytest.approx(2 * 3 / (3 + 4))
    assert best[1]["ap50"]["value"] is None


def test_a_report_without_images_has_no_mistakes(tmp_path: Path) -> None:
    truth, results = write(tmp_path, masks=True)
    found = evaluate_coco(truth, results, report=tmp_path / "report")
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == [
        "confusion.csv", "confusion.png", "figures.json", "precision_recall.png"
    ]  # fmt: skip
    assert json.loads((tmp_path / "report" / "figures.json").read_text()) == found.to_json()


def test_a_file_that_is_not_coco(tmp_path: Path) -> None:
    truth, results = write(tmp_path, masks=False)
    results.write_text("hello")
    with pytest.raises(DatasetError, match=r"found\.json"):
        evaluate_coco(truth, results)


def test_what_is_not_compared_is_named(tmp_path: Path) -> None:
    truth, results = write(tmp_path, masks=True)
    rows = json.loads(results.read_text())
    rows[0]["category_id"] = 9
    rows[1]["segmentation"] = []
    results.write_text(json.dumps(rows))
    found = evaluate_coco(truth, results, report=tmp_path / "report")
    assert list(found.figures) == ["bbox"]
    assert found.left_out == {
        "predictions: results of categories that truth.json lacks": ["#1 (category_id 9)"],
    }
    assert found.remarks[1] == "found.json: only 1 of 2 results have an outline, so masks are not compared"


JUNK: list[Any] = [
    None, True, -1, 0, 7, 1.5, 1e308, float("nan"), 10**400, "", "1", "é", [], [[]], {}, [1, 2, 3], [-5, -5, 1e9, 1e9],
    [[0, 0, 10, 0, 10, 10]], [[1, 1], [5, 1], [5, 5]], {"size": [80, 100], "counts": [0, 8000]},
    {"size": [80, 100], "counts": "abc"}, {"size": [-1, 2], "counts": []}, {"size": [True, 9], "counts": [0, 9]},
]  # fmt: skip


def damage(value: Any, rng: random.Random) -> Any:
    """Return a copy with some of its members, at any depth, removed or replaced."""
    if not isinstance(value, dict | list) or not value or rng.random() < 0.05:
        return copy.deepcopy(rng.choice(JUNK))
    value = copy.deepcopy(value)
    key = rng.choice(list(value)) if isinstance(value, dict) else rng.randrange(len(value))
    if rng.random() < 0.1:
        del value[key]
    else:
        value[key] = damage(value[key], rng)
    return value


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_whatever_is_in_the_files_is_compared_or_refused(tmp_path: Path) -> None:
    rng = random.Random(3)
    files = write(tmp_path, masks=True)
    content = [json.loads(path.read_text()) for path in files]
    compared = refused = 0
    for _ in range(300):
        for path, value in zip(files, content, strict=True):
            path.write_text(json.dumps(damage(value, rng) if rng.random() < 0.7 else value))
        try:
            found = evaluate_coco(*files, draws=2)
        except DatasetError:
            refused += 1
        else:
            json.dumps(found.to_json(), allow_nan=False)
            compared += 1
    assert min(compared, refused) > 50
