"""Points matched by distance, against the slow way."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from detectors.evaluation.match_points import match_points

places = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=7)


@given(places, places, st.integers(0, 2**32 - 1), st.sampled_from([0.5, 1.5, 4.0]))
def test_matches_agree_with_one_prediction_after_the_other(
    true: list[tuple[int, int]], pred: list[tuple[int, int]], seed: int, distance: float
) -> None:
    scores = np.random.default_rng(seed).permutation(len(pred)) / 10
    one, other = (np.array([shapely.Point(place) for place in places], object) for places in (true, pred))
    pairs, apart = match_points(one, other, scores, distance)
    free, expected = set(range(len(true))), []
    for p in np.argsort(-scores, kind="stable").tolist():
        near = sorted((shapely.distance(other[p], one[t]), t) for t in free)
        if near and near[0][0] <= distance:
            free.remove(near[0][1])
            expected.append((near[0][1], p, near[0][0]))
    assert [(t, p) for t, p in pairs.tolist()] == [(t, p) for t, p, _ in expected]
    assert apart.tolist() == [one for *_, one in expected]
