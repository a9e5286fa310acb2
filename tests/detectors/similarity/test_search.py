"""Planted objects are found again from one of them."""

from __future__ import annotations

import numpy as np

from detectors.detections import Space
from detectors.model_package.calibration import IDENTITY
from detectors.similarity.classifier import Classifier, Samples, fit_classifier
from detectors.similarity.pooling import pooled_features
from detectors.similarity.samples import background_boxes, with_copies
from detectors.similarity.search import box_sizes, search
from tests.support.planted import OBJECTS, OTHERS, ious, planted_map

SIZES = np.array([[32.0, 32.0]])


def _learned(rejected: np.ndarray) -> Classifier:
    random, features = np.random.default_rng(3), planted_map()
    examples, _ = with_copies(OBJECTS[:1], random)
    background = background_boxes(features, SIZES, OBJECTS[:1], 500, random)
    boxes = (examples, rejected, background)
    return fit_classifier(Samples(*(pooled_features(features, each) for each in boxes)))


def test_the_planted_objects_come_first_in_another_scene() -> None:
    features = planted_map(seed=9)
    found = search(features, _learned(OTHERS), SIZES, IDENTITY, 4)
    overlap = ious(found.boxes, OBJECTS)
    assert (found.space, len(found)) == (Space.RESAMPLED, 4)
    assert np.all(overlap.max(axis=0) > 0.7)
    assert np.all(overlap.max(axis=1) > 0.7)
    assert np.all(np.diff(found.scores) <= 0)


def test_what_was_rejected_falls_behind() -> None:
    features = planted_map(seed=9)
    scores = []
    for rejected in (OTHERS[:0], OTHERS):
        found = search(features, _learned(rejected), SIZES, IDENTITY, 200)
        others = ious(found.boxes, OTHERS).max(axis=1) > 0.5
        right = ious(found.boxes, OBJECTS).max(axis=1) > 0.5
        scores.append(found.scores[others].max() - found.scores[right].min())
    assert scores[1] < scores[0]


def test_a_limit_and_a_scene_without_pixels() -> None:
    features = planted_map()
    classifier = _learned(OTHERS)
    assert len(search(features, classifier, SIZES, IDENTITY, 2)) == 2
    everything = search(features, classifier, SIZES, IDENTITY, 10_000)
    assert np.all(everything.boxes[:, 0] + 16 < 75 * 8)  # no middle on what is not valid
    features.valid[:] = False
    assert len(search(features, classifier, SIZES, IDENTITY, 10)) == 0


def test_sizes_are_those_of_the_examples() -> None:
    assert box_sizes(np.array([[20.0, 20.0]])).tolist() == [[20.0, 20.0]]
    many = box_sizes(np.random.default_rng(1).uniform(10, 200, (300, 2)))
    assert len(many) == 5
