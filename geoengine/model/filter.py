"""Filters of features."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from geoengine.errors import InvalidValueError
from geoengine.model.attribute_condition import AttributeCondition
from geoengine.model.feature import Confidence, Feature, FeatureState


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
        scored: Whether features without a score are left out.
        unsure: Whether the feature is marked as unsure.
        noted: Whether it has a note.
        incomplete: Whether an attribute that its class requires is missing; only the store knows, `accepts` does not.
        attribute: What one attribute must be.
        confidences: One of these confidences; `Confidence.UNSTATED` for those without.
    """

    states: Collection[FeatureState] | None = None
    classes: Collection[str] | None = None
    min_score: float | None = None
    max_score: float | None = None
    models: Collection[str] | None = None
    authors: Collection[str] | None = None
    since: str | None = None
    until: str | None = None
    scored: bool = False
    unsure: bool | None = None
    noted: bool | None = None
    confidences: Collection[Confidence] | None = None
    incomplete: bool | None = None
    attribute: AttributeCondition | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        for name in ("states", "classes", "models", "authors", "confidences"):
            wanted = getattr(self, name)
            if wanted is not None:
                object.__setattr__(self, name, tuple(sorted(set(wanted))))
        for state in self.states or ():
            _check_state(state)
        for confidence in self.confidences or ():
            check_confidence(confidence)
        for name in ("min_score", "max_score"):
            score = getattr(self, name)
            if score is not None and not math.isfinite(score):
                raise InvalidValueError(f"{name} is {score!r}, expected a finite number", name)

    def accepts(self, feature: Feature) -> bool:
        """Return True if a feature meets the conditions."""
        if self.incomplete is not None:
            raise InvalidValueError(
                "incomplete needs the classes, expected a query of the store", "incomplete"
            )
        score = feature.score
        return not (
            (self.states is not None and feature.state not in self.states)
            or (self.classes is not None and feature.class_key not in self.classes)
            or (self.min_score is not None and score is not None and score < self.min_score)
            or (self.max_score is not None and score is not None and score > self.max_score)
            or (self.models is not None and feature.model not in self.models)
            or (self.authors is not None and feature.author not in self.authors)
            or (self.since is not None and feature.time < self.since)
            or (self.until is not None and feature.time >= self.until)
            or (self.scored and score is None)
            or (self.unsure is not None and feature.unsure is not self.unsure)
            or (self.noted is not None and bool(feature.note) is not self.noted)
            or (self.attribute is not None and not self.attribute.accepts(feature.attributes))
            or (self.confidences is not None and feature.confidence not in self.confidences)
        )

    def stated(self) -> dict[str, Any]:
        """Return what an export can limit the features by, as JSON; empty where nothing does."""
        every = self.states is None or set(self.states) == set(FeatureState)
        return (
            ({} if every else {"states": list(self.states or ())})
            | ({} if self.classes is None else {"classes": list(self.classes)})
            | ({} if self.min_score is None else {"min_score": self.min_score})
            | ({} if self.unsure is None else {"unsure": self.unsure})
            | ({} if self.noted is None else {"noted": self.noted})
            | ({} if self.confidences is None else {"confidences": list(self.confidences)})
        )


EVERYTHING = FeatureFilter()
"""Keeps every feature."""


def _check_state(state: FeatureState | str) -> None:
    try:
        FeatureState(state)
    except ValueError:
        expected = ", ".join(FeatureState)
        raise InvalidValueError(f"state is {state!r}, expected one of: {expected}", "state") from None


def stated_confidence(word: str) -> Confidence:
    """Return the confidence that a filter names; "none" is for features without one."""
    return Confidence.UNSTATED if word == "none" else check_confidence(word)


def check_confidence(value: str, field: str = "confidence") -> Confidence:
    """Return the confidence of a name, the empty one for none stated."""
    try:
        return Confidence(value)
    except ValueError:
        expected = ", ".join(filter(None, Confidence))
        raise InvalidValueError(f"{field} is {value!r}, expected one of: {expected}", field) from None
