"""Linear scores from a few examples, and what share of such finds is right."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.model_package.calibration import IDENTITY
from detectors.similarity.classifier import Samples, fit_classifier, share_right

D = 6


def _samples(examples: int, rejected: int, apart: float = 3.0) -> Samples:
    random = np.random.default_rng(4)
    middle, wrong = np.zeros((3, D)), np.zeros((3, D))
    middle[0, :2], wrong[0, 1] = apart, apart
    kinds = [(examples, middle), (rejected, wrong), (400, np.zeros((3, D)))]
    return Samples(*((random.normal(size=(n, 3, D)) + at).astype(np.float32) for n, at in kinds))


@pytest.mark.parametrize("examples", [1, 10])
def test_examples_score_above_the_background(examples: int) -> None:
    samples = _samples(examples, 0)
    classifier = fit_classifier(samples)
    above = (classifier.margins(samples.background) < classifier.margins(samples.examples).mean()).mean()
    assert above > 0.95
    assert classifier.weights.shape == (3, D)


def test_what_was_rejected_scores_lower_afterwards() -> None:
    samples = _samples(10, 10)
    before = fit_classifier(Samples(samples.examples, samples.rejected[:0], samples.background))
    after = fit_classifier(samples)
    fewer = [(each.margins(samples.rejected) > 0).mean() for each in (before, after)]
    assert fewer[1] < fewer[0]
    assert (after.margins(samples.examples) > 0).mean() >= 0.9


def test_scores_are_the_share_that_was_right() -> None:
    samples = _samples(40, 40, apart=1.0)
    fitted = share_right(samples, np.arange(40), np.ones(40, bool))
    assert fitted != IDENTITY
    few = Samples(samples.examples, samples.rejected[:4], samples.background)
    assert share_right(few, np.arange(40), np.ones(40, bool)) == IDENTITY
    assert share_right(samples, np.arange(40), np.zeros(40, bool)) == IDENTITY
    assert share_right(samples, np.repeat(np.arange(4), 10), np.ones(40, bool)) == IDENTITY
