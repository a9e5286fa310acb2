"""Configurations written for a COCO file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detectors.errors import ConfigError
from detectors.training.config import read_config
from detectors.training.sources import read_source
from detectors.training.starter import coco_config, write_coco_config
from tests.support.training_sets import write_trees


def test_a_coco_file_gives_a_configuration_that_trains(tmp_path: Path) -> None:
    coco = write_trees(tmp_path)
    coco["categories"] += [{"id": 9, "name": "storage tank"}, {"id": 10, "name": "nothing"}]
    ring = [5, 5, 25, 5, 25, 25, 5, 25]
    coco["annotations"].append(
        {"id": 99, "image_id": 0, "category_id": 9, "bbox": [5, 5, 20, 20], "segmentation": [ring]}
    )
    (tmp_path / "trees.json").write_text(json.dumps(coco))
    written = tmp_path / "train.toml"
    write_coco_config(written, tmp_path / "trees.json", tmp_path / "trees", "woods", gsd_m=0.5, steps=8)
    config = read_config(written)
    assert [(info.key, info.geometry) for info in config.classes] == [
        ("Tree", "box"),
        ("storage_tank", "polygon"),
    ]
    assert (config.name, config.gsd_m, config.steps) == ("woods", 0.5, 8)
    split = read_source(config.sources[0], config)
    assert (len(split.train), len(split.val)) == (4, 1)
    only = coco_config(
        tmp_path / "trees.json", tmp_path / "trees", "woods", gsd_m=0.5, categories=["storage-tank"]
    )
    written.write_text(only)
    assert read_config(written).class_keys == ("storage_tank",)
    assert read_config(written).sources[0].ignore == ("Tree",)


def test_what_is_not_known_is_asked_for(tmp_path: Path) -> None:
    write_trees(tmp_path)
    with pytest.raises(ConfigError, match="say no ground resolution; give it with --gsd"):
        coco_config(tmp_path / "trees.json", tmp_path / "trees", "woods")
    with pytest.raises(ConfigError, match="has no object of dock; with objects: Tree"):
        coco_config(tmp_path / "trees.json", tmp_path / "trees", "woods", gsd_m=0.5, categories=["dock"])


def test_a_configuration_that_cannot_be_trained_is_not_left_behind(tmp_path: Path) -> None:
    write_trees(tmp_path)
    written = tmp_path / "out" / "train.toml"
    with pytest.raises(ConfigError):
        write_coco_config(written, tmp_path / "trees.json", tmp_path / "trees", "a/b", gsd_m=0.5)
    assert not written.exists()
