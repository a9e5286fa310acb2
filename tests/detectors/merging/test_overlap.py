"""Overlaps: the pairs that a loop over all of them would find, in pieces or at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.detections import Detections
from detectors.merging import overlap
from detectors.merging.overlap import connected, overlapping_pairs
from tests.support.detection_strategies import detections, quick


@settings(quick)
@given(detections(), st.integers(1, 5))
def test_pairs_are_those_of_a_loop(found: Detections, at_once: int) -> None:
    expected = [
        (i, j, a.intersection(b).area)
        for i, a in enumerate(found.polygons())
        for j, b in enumerate(found.polygons())
        if i < j and found.labels[i] == found.labels[j] and a.intersection(b).area > 0
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlap, "_POLYGONS_AT_ONCE", at_once)
        patch.setattr(overlap, "_PAIRS_AT_ONCE", at_once)
        pairs = overlapping_pairs(found.polygons(), found.labels)
    assert list(zip(pairs.first, pairs.second, pairs.shared, strict=True)) == expected


@quick
@given(st.data(), st.integers(1, 12))
def test_connected_is_what_a_walk_reaches(data: st.DataObject, count: int) -> None:
    member = st.integers(0, count - 1)
    links = data.draw(st.lists(st.tuples(member, member), max_size=15))
    first, second = np.array(links, np.int64).reshape(-1, 2).T
    reached = [{i} for i in range(count)]
    for _ in range(count):
        for a, b in links:
            reached[a] |= reached[b]
            reached[b] |= reached[a]
    assert connected(count, first, second).tolist() == [min(others) for others in reached]
