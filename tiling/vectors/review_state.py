"""The one rule of what a reviewed file teaches: accepted is a label, rejected is background, waiting is unknown ground.

Features without a state, or with one of another meaning (a column of federal states, say), are labels.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tiling.arrays import Mask

_REJECTED = "rejected"
_WAITING = "proposed"


def rejected(states: Iterable[str | None]) -> Mask:
    """Tell which features are rejected: nothing is there."""
    return np.array([state is not None and state.strip().casefold() == _REJECTED for state in states], bool)


def waiting(states: Iterable[str | None]) -> Mask:
    """Tell which features are undecided proposals: whether something is there is unknown."""
    return np.array([state is not None and state.strip().casefold() == _WAITING for state in states], bool)
