"""Figures of a card and their intervals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.model_package.figures import figures_of, wilson


def test_the_interval_is_wilsons() -> None:
    found = wilson(8, 10)
    assert (found.value, found.low, found.high) == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-3)
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_share_lies_in_its_interval(trials: int, share: float) -> None:
    found = wilson(share * trials, trials)
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1


def test_figures_of_a_card_are_read_and_others_named() -> None:
    metrics = {
        "building": {
            "images": 94, "objects": 300, "min_score": 0.5,
            "iou_0.75": {"precision": 0.6, "recall": 0.5, "f1": 0.545},
            "iou_0.5": {"precision": 0.8, "recall": 0.7, "f1": 0.747},
            "iou_x": {"precision": 0.8, "recall": 0.7, "f1": 0.747},
        },
        "tree": {"objects": 3, "iou_0.5": {"precision": 0, "recall": 0, "f1": 0}},
        "strange": 0.9,
        "stranger": {"objects": 3, "iou_0.5": {"precision": 2, "recall": "a", "f1": None}},
    }  # fmt: skip
    figures, others = figures_of(metrics)
    assert [(one.class_key, one.iou, one.images) for one in figures] == [
        ("building", 0.5, 94), ("building", 0.75, 94), ("tree", 0.5, None)
    ]  # fmt: skip
    assert others == ["strange", "stranger"]
    first, _, nothing = figures
    assert first.recall.high - first.recall.low == pytest.approx(0.103, abs=5e-3)
    assert (nothing.precision.low, nothing.precision.high) == (0, 1)
    assert nothing.recall.high < 0.7
