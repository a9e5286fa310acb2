"""Training data from a COCO file: classes, crowds and objects without an outline."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.errors import DatasetError
from detectors.training.coco_source import read_coco_source
from detectors.training.config import TrainConfig, read_config
from detectors.training.settings import SourceConfig
from tests.support.training_sets import write_training_set


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    return read_config(write_training_set(tmp_path))


@pytest.fixture
def woods(config: TrainConfig) -> SourceConfig:
    return next(source for source in config.sources if source.name == "woods")


def test_every_object_has_the_number_of_its_class(config: TrainConfig, woods: SourceConfig) -> None:
    found = read_coco_source(woods, config)
    shapes = [shape for shapes in found.objects.values() for shape in shapes]
    assert len(shapes) == len(found.coco.objects) == 15
    assert {config.class_keys[shape.number - 1] for shape in shapes} == set(woods.classes.values())
    assert not any(shape.outlined for shape in shapes)
    bounds = [shape.polygon.bounds for shape in found.objects[1]]
    x, y, width, height = found.coco.by_image()[1][0].bbox
    assert (x, y, x + width, y + height) in bounds


def test_crowds_and_unused_categories_are_left_out_and_counted(
    config: TrainConfig, woods: SourceConfig
) -> None:
    document = json.loads(woods.path.read_text())
    document["annotations"][0]["iscrowd"] = 1
    document["categories"].append({"id": 99, "name": "boat"})
    document["annotations"][1]["category_id"] = 99
    woods.path.write_text(json.dumps(document))
    found = read_coco_source(woods, config)
    assert sum(map(len, found.objects.values())) == 13
    assert "1 crowd regions are unknown ground" in "\n".join(found.remarks)
    assert "1 left out (objects of 'boat', which classes does not name)" in "\n".join(found.remarks)
    assert found.left_out == {"objects of 'boat', which classes does not name": 1}


def test_an_unknown_id_is_no_class_and_an_ignored_name_is_not_said(
    config: TrainConfig, woods: SourceConfig
) -> None:
    document = json.loads(woods.path.read_text())
    document["annotations"][0]["category_id"] = 77
    document["categories"].append({"id": 99, "name": "Small Boat"})
    document["annotations"][1]["category_id"] = 99
    woods.path.write_text(json.dumps(document))
    every = replace(woods, classes={"*": "tree"}, ignore=("small-boat", "unicorn"))
    found = read_coco_source(every, config)
    assert sum(map(len, found.objects.values())) == 13
    assert found.left_out == {"annotations of a category that is not in the file": 1}
    assert "trees.json has no 'unicorn', which ignore names" in "\n".join(found.remarks)


def test_a_category_that_the_file_lacks_is_refused(config: TrainConfig, woods: SourceConfig) -> None:
    missing = replace(woods, classes={**woods.classes, "unicorn": config.class_keys[0]})
    with pytest.raises(DatasetError, match="no category 'unicorn'"):
        read_coco_source(missing, config)
