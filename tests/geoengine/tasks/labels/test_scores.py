"""Ratios of scores, and what is said where there is nothing to measure."""

from __future__ import annotations

import pytest

from geoengine.tasks.labels.scores import ANY_CLASS, ClassScore, LineScore, PointScore, total_score


def test_the_total_is_the_sum_of_the_classes() -> None:
    total = total_score([ClassScore("a", 0.5, 1, 2, 3), ClassScore("b", 0.5, 4, 5, 6)], 0.5)
    assert total == ClassScore(ANY_CLASS, 0.5, 5, 7, 9)
    assert total.is_total


def test_lines_are_measured_as_heipke_and_others_do() -> None:
    score = LineScore("road", 3.0, 200.0, 100.0, 80.0, 75.0)
    assert (score.completeness, score.correctness) == (0.4, 0.75)
    assert score.quality == pytest.approx(75 / (100 + 120))
    assert score.to_json()["quality"] == score.quality
    nothing = LineScore("road", 3.0, 0.0, 50.0, 0.0, 0.0)
    assert (nothing.completeness, nothing.correctness, nothing.quality) == (None, 0.0, None)
    missed = LineScore("road", 3.0, 50.0, 0.0, 0.0, 0.0)
    assert (missed.completeness, missed.correctness, missed.quality) == (0.0, None, 0.0)


def test_a_score_of_points_has_no_iou() -> None:
    said = PointScore(ClassScore("mast", 0.0, 1, 0, 1), 3.0, None).to_json()
    assert said == {
        "class": "mast", "tp": 1, "fp": 0, "fn": 1, "precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3),
        "distance_m": 3.0, "apart_m": None,
    }  # fmt: skip
