"""Which features somebody wants to see."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from geoengine.errors import InvalidValueError
from geoengine.model.feature import FeatureState


@dataclass(frozen=True)
class FeatureFilter:
    """What a feature must be to be kept; None keeps all.

    Attributes:
        states: one of these states.
        classes: one of these classes.
        min_score: a score from here on; features without a score (a person's) always pass.
        max_score: a score up to here; the same of those without.
        models: proposed by one of these models.
        authors: last changed by one of these.
        since: last changed then or later, in the form of `utc_now`.
        until: last changed before then, in the same form.
    """

    states: Collection[FeatureState] | None = None
    classes: Collection[str] | None = None
    min_score: float | None = None
    max_score: float | None = None
    models: Collection[str] | None = None
    authors: Collection[str] | None = None
    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        for name in ("states", "classes", "models", "authors"):
            wanted = getattr(self, name)
            if wanted is not None:
                object.__setattr__(self, name, tuple(sorted(set(wanted))))
        for state in self.states or ():
            _check_state(state)
        for name in ("min_score", "max_score"):
            score = getattr(self, name)
            if score is not None and not math.isfinite(score):
                raise InvalidValueError(f"{name} is {score!r}, expected a finite number", name)


EVERYTHING = FeatureFilter()
"""Keeps every feature."""


def _check_state(state: FeatureState | str) -> None:
    try:
        FeatureState(state)
    except ValueError:
        expected = ", ".join(FeatureState)
        raise InvalidValueError(f"state is {state!r}, expected one of: {expected}", "state") from None
