"""What was taken for what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from detectors.coco.dataset import read_dataset
from detectors.coco.results import read_results
from detectors.evaluation.confusion import BACKGROUND, Confusion, Mistake, confuse


def write(folder: Path, labels: list[Any], found: list[Any]) -> tuple[Path, Path]:
    truth, results = folder / "truth.json", folder / "found.json"
    annotations = [
        {"id": i, "image_id": image, "category_id": category, "bbox": [x, 0, 10, 10], "iscrowd": 0}
        for i, (image, category, x) in enumerate(labels, start=1)
    ]
    coco = {
        "images": [{"id": 1, "file_name": "a.tif"}, {"id": 2, "file_name": "b.tif"}],
        "categories": [{"id": 7, "name": "tree"}, {"id": 4, "name": "house"}],
        "annotations": annotations,
    }
    truth.write_text(json.dumps(coco))
    rows = [
        {"image_id": image, "category_id": category, "bbox": [x, 0, 10, 10], "score": score}
        for image, category, x, score in found
    ]
    results.write_text(json.dumps(rows))
    return truth, results


def compare(truth: Path, results: Path, limits: dict[str, float] | None = None) -> Confusion:
    coco = read_dataset(truth)
    return confuse(coco, read_results(results, coco), limits)


def test_every_label_and_every_find_is_counted_once(tmp_path: Path) -> None:
    labels = [(1, 4, 0), (1, 4, 50), (1, 7, 100), (2, 7, 0)]
    found = [
        (1, 4, 1, 0.9),  # right
        (1, 4, 2, 0.8),  # the same house again: nothing is left there
        (1, 7, 51, 0.7),  # a house taken for a tree
        (1, 7, 100, 0.3),  # right, and too low
        (2, 4, 200, 0.6),  # nothing there
    ]
    seen = compare(*write(tmp_path, labels, found))
    assert seen.names == ("house", "tree", BACKGROUND)
    assert seen.counts.tolist() == [[1, 1, 0], [0, 0, 2], [2, 0, 0]]
    assert Mistake("a.tif", (50, 0, 10, 10), "house", "tree", 0.7) in seen.mistakes
    assert Mistake("b.tif", (0, 0, 10, 10), "tree", None, None) in seen.mistakes
    assert Mistake("b.tif", (200, 0, 10, 10), None, "house", 0.6) in seen.mistakes
    assert len(seen.mistakes) == 5
    assert seen.to_csv().splitlines()[1:] == ["house,1,1,0", "tree,0,0,2", "(nothing),2,0,0"]
    lower = compare(*write(tmp_path, labels, found), {"tree": 0.2})
    assert lower.counts.tolist() == [[1, 1, 0], [0, 1, 1], [2, 0, 0]]


def test_nothing_found_and_nothing_labelled(tmp_path: Path) -> None:
    assert compare(*write(tmp_path, [], [])).counts.sum() == 0
    assert compare(*write(tmp_path, [(1, 4, 0)], [])).counts[0, 2] == 1


def test_what_lies_in_a_crowd_is_ignored(tmp_path: Path) -> None:
    truth, results = write(
        tmp_path, [(1, 4, 0)], [(1, 4, 0, 0.9), (1, 4, 101, 0.9), (1, 4, 103, 0.8), (1, 7, 102, 0.9)]
    )
    coco = json.loads(truth.read_text())
    crowd = {"id": 9, "image_id": 1, "category_id": 4, "bbox": [100, 0, 50, 50], "iscrowd": 1}
    truth.write_text(json.dumps({**coco, "annotations": [*coco["annotations"], crowd]}))
    assert compare(truth, results).counts.tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 0]]
