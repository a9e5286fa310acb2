"""Match of COCO results with COCO labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detectors.coco.dataset import read_dataset
from detectors.coco.results import read_results
from detectors.errors import DatasetError
from detectors.evaluation.coco_match import counts_as_label, match_coco

BOXES = [[10, 10, 20, 20], [60, 10, 20, 20], [10, 50, 40, 40]]


def matched(folder: Path, results: list[dict[str, Any]], kind: str = "bbox") -> list[dict[str, Any]]:
    annotations = [
        {"id": n, "image_id": 1, "category_id": 1, "bbox": bbox, "area": 400, "iscrowd": int(n == 3)}
        for n, bbox in enumerate(BOXES, start=1)
    ]
    images = [{"id": n, "file_name": f"{n}.png", "width": 100, "height": 100} for n in (1, 2)]
    document = {"images": images, "categories": [{"id": 1, "name": "house"}], "annotations": annotations}
    (folder / "truth.json").write_text(json.dumps(document))
    (folder / "results.json").write_text(json.dumps(results))
    coco = read_dataset(folder / "truth.json")
    assert [counts_as_label(row, "bbox") for row in coco.objects] == [True, True, False]
    assert not any(counts_as_label(row, "segm") for row in coco.objects)
    return match_coco(coco, read_results(folder / "results.json", coco), kind)


def result(bbox: list[float], score: float) -> dict[str, Any]:
    return {"image_id": 1, "category_id": 1, "bbox": bbox, "score": score}


def test_right_wrong_and_ignored_results(tmp_path: Path) -> None:
    given = [result([12, 10, 20, 20], 0.9), result([80, 80, 10, 10], 0.8), result([20, 60, 10, 10], 0.7)]
    (entry,) = matched(tmp_path, given)
    assert entry["dtScores"] == [0.9, 0.8, 0.7]
    assert (entry["dtMatches"][0] > 0).tolist() == [True, False, True]
    assert entry["dtIgnore"][0].tolist() == [False, False, True]  # inside the crowd
    assert sorted(entry["gtIgnore"].tolist()) == [0, 0, 1]


def test_more_than_a_hundred_results_of_an_image_count(tmp_path: Path) -> None:
    (entry,) = matched(tmp_path, [result([80, 80, 10, 10], 0.5)] * 150)
    assert len(entry["dtScores"]) == 150


def test_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="kind is 'points'"):
        matched(tmp_path, [result(BOXES[0], 0.9)], "points")
