"""Calibration: the order stays, and shares become true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.model_package.calibration import Calibration, calibration_error, cross_fitted, fit_calibration
from tests.support.detection_strategies import quick

fits = st.builds(Calibration, st.floats(0.1, 5), st.floats(-3, 3))


def drawn(truth: Calibration, count: int = 20000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and hits that are right as often as `truth` says."""
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0.02, 0.98, count)
    return scores, rng.random(count) < truth.apply(scores)


@quick
@given(fits, st.lists(st.floats(0.001, 0.999), min_size=2))
def test_the_order_stays_and_comes_back(fit: Calibration, values: list[float]) -> None:
    scores = np.array(sorted(values))
    shares = fit.apply(scores)
    assert (np.diff(shares) >= 0).all()
    assert ((shares >= 0) & (shares <= 1)).all()
    inner = (shares > 1e-3) & (shares < 1 - 1e-3)
    assert fit.invert(shares)[inner] == pytest.approx(scores[inner], abs=1e-6)
    assert fit.invert(np.array([0.0, 1.0])).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("truth", [Calibration(0.5, -1.0), Calibration(2.0, 0.5), Calibration(1.0, 0.0)])
def test_a_fit_recovers_the_parameters_of_the_data(truth: Calibration) -> None:
    scores, hits = drawn(truth)
    fit = fit_calibration(scores, hits)
    assert fit is not None
    assert (fit.slope, fit.offset) == pytest.approx((truth.slope, truth.offset), abs=0.08)
    assert calibration_error(fit.apply(scores), hits) < 0.02


def test_cross_fitting_calibrates_too() -> None:
    scores, hits = drawn(Calibration(0.5, -1.0), 4000)
    images = np.arange(len(scores)) // 20
    assert calibration_error(scores, hits) > 0.15
    assert calibration_error(cross_fitted(scores, hits, images), hits) < 0.04
    # An image's own labels do not enter: turning one image's around moves only other images' scores.
    turned = np.where(images == 7, ~hits, hits)
    same = images % 5 == 7 % 5
    assert np.array_equal(
        cross_fitted(scores, hits, images)[same], cross_fitted(scores, turned, images)[same]
    )


def test_too_little_or_contrary_data_gives_none() -> None:
    scores, hits = drawn(Calibration(), 300)
    assert fit_calibration(scores[:25], hits[:25]) is None
    assert fit_calibration(scores, np.ones(300, bool)) is None
    assert fit_calibration(scores, scores < 0.5) is None
    assert fit_calibration(np.empty(0), np.empty(0, bool)) is None


def test_the_calibration_error_by_hand() -> None:
    scores, hits = np.array([0.95, 0.95, 0.15, 1.0]), np.array([True, False, False, True])
    assert calibration_error(scores, hits) == pytest.approx((abs(2.9 - 2) + 0.15) / 4)
    assert calibration_error(np.empty(0), np.empty(0, bool)) == 0.0
