"""Summaries of many features: density, scores, and the values to filter by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geoengine.model.feature import FeatureState


@dataclass(frozen=True)
class DensityCell:
    """One square of ground that has features in it.

    Attributes:
        col: Whole cells to the right of the scene's upper left corner.
        row: Whole cells down from there.
        counts: Features whose box has its centre in the cell, in the order of `FeatureState`.
    """

    col: int
    row: int
    counts: tuple[int, ...]


@dataclass(frozen=True)
class ScoreHistogram:
    """Histogram of the model's scores.

    Attributes:
        edges: Bins + 1 scores from 0 to 1; a bin has its lower edge and, the last one alone, its upper.
        counts: By state, for each bin.
        unscored: By state, features without a score.
    """

    edges: tuple[float, ...]
    counts: Mapping[FeatureState, tuple[int, ...]]
    unscored: Mapping[FeatureState, int]


@dataclass(frozen=True)
class Facets:
    """Values by which the live features of a scene differ, each with a count.

    Attributes:
        classes, states, models, authors: By name; features that no model proposed are in no model's count.
        earliest, latest: When the first and the last of them got its present revision; None without features.
    """

    classes: Mapping[str, int]
    states: Mapping[str, int]
    models: Mapping[str, int]
    authors: Mapping[str, int]
    earliest: str | None
    latest: str | None
