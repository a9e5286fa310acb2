"""Accuracy on what was kept apart, with a detector that knows the answer."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from shapely.geometry import Point, Polygon, box
from torch import nn

from detectors.model_package.calibration import Calibration
from detectors.model_package.card import ModelCard
from detectors.training.config import TrainConfig, read_config
from detectors.training.measure import measure
from detectors.training.samples import Sample
from detectors.training.split import Split
from tests.support.toy_detector import ToyPredictor, paint
from tests.support.training_sets import write_training_set


def toy(card: ModelCard, network: nn.Module, device: str, min_score: float) -> ToyPredictor:
    assert not network.training
    assert device == "cpu"
    return ToyPredictor(card, min_score)


measure_toy = partial(measure, make_predictor=toy)


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    return read_config(write_training_set(tmp_path))


def sample(
    found: list[tuple[Polygon, int, float]], truth: list[tuple[Polygon, int]], labelled: tuple[bool, bool]
) -> Sample:
    """An image on which the detector finds `found` (polygon, label, score)."""
    image = np.zeros((3, 100, 100), np.uint8)
    for name, (polygon, label, score) in enumerate(found):
        paint(image, polygon, label, name, score)
    polygons: npt.NDArray[np.object_] = np.empty(len(truth), object)
    polygons[:] = [polygon for polygon, _ in truth]
    labels = np.array([label for _, label in truth], np.int64)
    return Sample(
        "s",
        "set",
        image.transpose(1, 2, 0),
        polygons,
        labels,
        np.array(labelled),
        np.full(len(labels), labelled[0]),
    )


A, B, C = box(10, 10, 30, 30), box(50, 10, 70, 30), box(10, 60, 40, 80)


def test_each_class_is_measured_where_it_is_labelled(config: TrainConfig) -> None:
    houses = sample([(A, 1, 0.9), (B, 1, 0.2), (C, 2, 0.9)], [(A, 1)], (True, False))
    # The same places again on another image: they must not be matched across images.
    trees = sample([(A, 2, 0.6), (B, 1, 0.9)], [(A, 2), (B, 2)], (False, True))
    empty = sample([], [], (True, True))
    found = measure_toy(
        config, nn.Linear(1, 1), {"a": Split([], [houses]), "b": Split([trees], [trees, empty])}, "cpu"
    )
    perfect = {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    # The house at 0.2 is none: the limit lies above it.
    assert found["house"] == {
        "images": 2,
        "objects": 1,
        "min_score": 0.25,
        "iou_0.5": perfect,
        "iou_0.75": perfect,
    }
    unfound = measure_toy(
        config, nn.Linear(1, 1), {"a": Split([], [sample([(C, 1, 0.9)], [(A, 1)], (True, False))])}, "cpu"
    )
    nothing = {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    # No limit follows where nothing was found: 0.05 would let everything through.
    assert unfound["house"] == {"images": 1, "objects": 1, "iou_0.5": nothing, "iou_0.75": nothing}
    half = {"precision": 1.0, "recall": 0.5, "f1": 0.667}
    assert found["tree"] == {"images": 2, "objects": 2, "min_score": 0.05, "iou_0.4": half, "iou_0.5": half}


def test_outlines_are_compared_as_outlines_and_boxes_as_boxes(config: TrainConfig) -> None:
    disc = Point(30, 30).buffer(20)
    image = sample([(disc, 1, 0.9)], [(disc.envelope, 1), (Point(70, 70).buffer(20), 2)], (True, True))
    crown = sample(
        [(Point(70, 70).buffer(20).envelope, 2, 0.9)], [(Point(70, 70).buffer(20), 2)], (False, True)
    )
    found = measure_toy(config, nn.Linear(1, 1), {"a": Split([], [image, crown])}, "cpu")
    assert found["house"]["iou_0.75"]["recall"] == 1.0  # pi / 4 = 0.785
    assert found["tree"]["iou_0.5"] == {"precision": 1.0, "recall": 0.5, "f1": 0.667}
    square = sample([(disc.envelope, 1, 0.9)], [(shapely.affinity.scale(disc, 0.9, 0.9), 1)], (True, False))
    assert (
        measure_toy(config, nn.Linear(1, 1), {"a": Split([], [square])}, "cpu")["house"]["iou_0.75"]["recall"]
        == 0.0
    )


def test_a_class_without_held_out_images_has_no_figures(config: TrainConfig) -> None:
    houses = sample([(A, 1, 0.9)], [(A, 1)], (True, False))
    found = measure_toy(config, nn.Linear(1, 1), {"a": Split([houses], [houses])}, "cpu")
    assert found["tree"] == {"images": 0}
    assert measure_toy(config, nn.Linear(1, 1), {"a": Split([houses], [])}, "cpu")["house"] == {"images": 0}


def test_what_is_found_often_enough_is_calibrated(config: TrainConfig) -> None:
    # Of 40 found at 0.8 half are right, of 40 at 0.4 a fifth.
    images = [
        sample([(A, 1, score)], [(A, 1)] if number < 40 // every else [], (True, False))
        for score, every in ((0.8, 2), (0.4, 5))
        for number in range(40)
    ]
    found = measure_toy(config, nn.Linear(1, 1), {"a": Split([], images)}, "cpu")["house"]
    fit = Calibration(found["calibration"]["slope"], found["calibration"]["offset"])
    assert fit.apply(np.array([0.8, 0.4])) == pytest.approx([0.5, 0.2], abs=0.03)
    assert found["calibration"]["ece_raw"] == pytest.approx(0.25)
    assert found["calibration"]["ece"] < 0.06
