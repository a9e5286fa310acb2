"""Graph cut over basins, against every possible cut."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from detectors.outlines.cut import _cheapest

SIDE = 160
ROOF = shapely.box(60, 50, 104, 82)


def test_the_cut_is_the_cheapest_of_all() -> None:
    from itertools import product

    from scipy.sparse import coo_matrix

    rng = np.random.default_rng(4)
    for _ in range(20):
        upper = np.triu(rng.integers(0, 3, (6, 6)), 1)
        contact, gain = upper + upper.T, rng.integers(-150, 150, 6).astype(float)

        def cost(mine: np.ndarray, contact: np.ndarray = contact, gain: np.ndarray = gain) -> float:
            return float(50 * contact[mine][:, ~mine].sum() - gain[mine].sum())

        found = _cheapest(coo_matrix(contact.astype(float)).tocsr(), gain)
        assert cost(found) == pytest.approx(min(cost(np.array(s)) for s in product([False, True], repeat=6)))
