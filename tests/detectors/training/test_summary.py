"""Account of a training: what was left out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.training.config import read_config
from detectors.training.sources import read_source
from detectors.training.summary import count_samples, left_out, write_held_out
from tests.support.toy_detector import toy_card
from tests.support.training_sets import write_training_set


def test_what_nobody_asked_to_leave_out_is_listed(tmp_path: Path) -> None:
    path = write_training_set(tmp_path)
    coco = json.loads((tmp_path / "trees.json").read_text())
    coco["categories"].append({"id": 9, "name": "bush"})
    for row, category in zip(coco["annotations"][:3], (9, 9, 77), strict=True):
        row["category_id"] = category
    coco["annotations"][3]["bbox"] = [1000, 1000, 14, 14]
    (tmp_path / "trees.json").write_text(json.dumps(coco))
    config = read_config(path)
    data = count_samples(config, {source.name: read_source(source, config) for source in config.sources})
    assert data["town"]["left_out"] == {}
    card = replace(toy_card(), training={"data": data})
    assert left_out(card.training, card.class_keys) == [
        "woods: 2 left out (objects of 'bush', which classes does not name)",
        "woods: 1 left out (annotations of a category that is not in the file)",
        "woods: 1 left out (objects that lie outside the image)",
    ]
    path.write_text(path.read_text().replace('Tree = "tree" }', 'Tree = "tree" }\nignore = ["Bush"]'))
    config = read_config(path)
    woods = next(source for source in config.sources if source.name == "woods")
    data = count_samples(config, {"woods": read_source(woods, config)})
    assert left_out({"data": data}, card.class_keys) == [
        "woods: 1 left out (annotations of a category that is not in the file)",
        "woods: 1 left out (objects that lie outside the image)",
        "house: no data set has an object of it to learn from",
    ]


def test_what_is_left_out_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_training_set(tmp_path)
    coco = json.loads((tmp_path / "trees.json").read_text())
    coco["annotations"][0]["category_id"] = 77
    (tmp_path / "trees.json").write_text(json.dumps(coco))
    config = read_config(path)
    for source in config.sources:
        read_source(source, config)
    write_held_out(config, tmp_path)
    said = [line for line in caplog.messages if "a category that is not in the file" in line]
    assert len(said) == 1
    assert (tmp_path / "held_out_woods.json").exists()
