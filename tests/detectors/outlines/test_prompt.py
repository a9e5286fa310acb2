"""Prompts: what is refused."""

from __future__ import annotations

import pytest
import shapely

from detectors.errors import PromptError
from detectors.outlines.prompt import Prompt

SIDE = 160
ROOF = shapely.box(60, 50, 104, 82)


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ({}, "Neither a point nor a box"),
        ({"points": ((float("nan"), 1.0),)}, "not finite"),
        ({"box": (3.0, 0.0, 3.0, 9.0)}, "a width and a height"),
    ],
)
def test_a_prompt_that_points_at_nothing_is_refused(prompt: dict, message: str) -> None:
    with pytest.raises(PromptError, match=message):
        Prompt(**prompt)


def test_a_prompt_moves_with_its_view() -> None:
    prompt = Prompt(points=((10, 20),), negative=((30, 40),), box=(8, 16, 32, 48))
    moved = prompt.moved((8, 16), 2.0)
    assert moved == Prompt(points=((1, 2),), negative=((11, 12),), box=(0, 0, 12, 16))
    assert prompt.bounds == (8, 16, 32, 48)
