"""Filters of features."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from geoengine.errors import InvalidValueError
from geoengine.model.feature import FeatureState


@dataclass(frozen=True)
class FeatureFilter:
    """Conditions that a feature must meet; None accepts all.

    Attributes:
        states: One of these states.
        classes: One of these classes.
        min_score: A score from here on; features without a score (a person's) always pass.
        max_score: A score up to here; the same of those without.
        models: Proposed by one of these models.
        authors: Last changed by one of these.
        since: Last changed then or later, in the form of `utc_now`.
        until: Last changed before then, in the same form.
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
        """Check the values."""
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
