"""Crops as other sensors would show them."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.training import sensors
from detectors.training.sensors import imitate_sensor


def squares(side: int = 96) -> np.ndarray:
    image = np.full((side, side, 3), 90, np.uint8)
    image[20:60, 30:70] = (200, 160, 120)
    return image


def test_every_change_keeps_size_and_type_and_depends_on_the_seed_alone() -> None:
    for seed in range(40):
        shown = imitate_sensor(squares(), np.random.default_rng(seed))
        again = imitate_sensor(squares(), np.random.default_rng(seed))
        assert shown.shape == (96, 96, 3)
        assert shown.dtype == np.uint8
        assert (shown == again).all()


@pytest.mark.parametrize("change", [sensors._coarser, sensors._refocused, sensors._compressed])
def test_no_object_moves(change) -> None:  # type: ignore[no-untyped-def]
    from PIL import Image

    for seed in range(10):
        shown = np.asarray(change(Image.fromarray(squares()), np.random.default_rng(seed))).astype(float)
        bright = shown[..., 0] > shown[..., 0].mean() + 20
        rows, columns = np.nonzero(bright)
        assert abs(rows.mean() - 39.5) < 1.5
        assert abs(columns.mean() - 49.5) < 1.5


def test_one_channel_is_lost_or_all_are_grey_or_in_another_order() -> None:
    light = squares().astype(float) / 255
    seen = set()
    for seed in range(60):
        changed = sensors._colours(light, np.random.default_rng(seed))
        assert {round(v, 6) for v in changed[0, 0]} <= {
            round(v, 6) for v in [*light[0, 0], light[0, 0].mean()]
        }
        seen.add(len(np.unique(changed[40, 50].round(6))))
    assert seen == {1, 2, 3}
