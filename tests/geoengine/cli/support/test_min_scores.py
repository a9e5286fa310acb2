"""Lowest scores on a command line."""

from __future__ import annotations

import click
import pytest

from geoengine.cli.support.min_scores import MinScores


@pytest.mark.parametrize(
    ("text", "scores"),
    [
        ("0.5", (0.5, ())),
        ("building=0.6,tree=0.3", (None, (("building", 0.6), ("tree", 0.3)))),
        (" tree = 0.3 , 0.5", (0.5, (("tree", 0.3),))),
        ("0", (0.0, ())),
    ],
)
def test_scores_are_for_all_classes_or_for_one(text: str, scores: object) -> None:
    assert MinScores().convert(text, None, None) == scores


@pytest.mark.parametrize(
    "text", ["", "1.5", "-1", "nan", "tree", "=0.5", "tree=", "tree=0.1,tree=0.2", "0.1,0.2"]
)
def test_what_is_no_score_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        MinScores().convert(text, None, None)
