"""Linear classifier of boxes from a few examples: ridge regression, each kind of sample with a weight of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.model_package.calibration import IDENTITY, Calibration, fit_calibration
from detectors.similarity.feature_map import Reals
from tiling.arrays import Floats, Ints, Mask

# Chosen on tanks (docs/find.md). Heavier examples make the classifier follow the few that there are.
_RIDGE = 1.0
_EXAMPLES_WEIGHT = 0.1
_REJECTED_WEIGHT = 0.3
_HALF_RANGE = 2.0
_FOLDS = 5
# Fewer decisions of a kind say nothing about the share that is right.
_FEWEST_DECISIONS = 5


@dataclass(frozen=True)
class Samples:
    """Pooled features of boxes, (N, 3, D) float32 each.

    Attributes:
        examples: Of the class.
        rejected: Taken for the class by an earlier search, and rejected by a person.
        background: At random places; a few of them may be of the class.
    """

    examples: Reals
    rejected: Reals
    background: Reals


@dataclass(frozen=True)
class Classifier:
    """Linear score of pooled features; above 0 an object is more like the examples than like the rest.

    Attributes:
        weights: (3, D) float64.
        offset: What is added.
    """

    weights: Floats
    offset: float

    def margins(self, pooled: Reals) -> Floats:
        """Return the (N,) scores of (N, 3, D) features, from minus to plus infinity."""
        values: Floats = np.einsum("npd,pd->n", pooled, self.weights) + self.offset
        return values


def fit_classifier(samples: Samples) -> Classifier:
    """Fit to at least one example and one sample of the background.

    Least squares with a ridge, in closed form. The background has weight 1, which makes the direction that of linear
    discriminant analysis with the background's covariance: a few examples suffice (exemplars of Hariharan et al. 2012).
    Features are scaled to unit variance over the background, scores so that the examples' mean is 2 and that of the
    background -2.
    """
    kinds = (samples.examples, samples.rejected, samples.background)
    flat = np.concatenate(kinds).astype(np.float64)
    flat = flat.reshape(len(flat), -1)
    background = flat[-len(samples.background) :]
    mean, spread = background.mean(axis=0), background.std(axis=0) + 1e-6
    scaled = np.column_stack([(flat - mean) / spread, np.ones(len(flat))])
    wanted = np.where(np.arange(len(flat)) < len(samples.examples), 1.0, -1.0)
    shares = zip(kinds, (_EXAMPLES_WEIGHT, _REJECTED_WEIGHT, 1.0), strict=True)
    share = np.concatenate([np.full(len(kind), weight / max(len(kind), 1)) for kind, weight in shares])
    ridge = np.full(scaled.shape[1], _RIDGE)
    ridge[-1] = 1e-9  # the offset
    weighted = scaled.T * share
    weights = np.linalg.solve(weighted @ scaled + np.diag(ridge), weighted @ wanted)[:-1]
    height = float(scaled[: len(samples.examples), :-1].mean(axis=0) @ weights)
    weights *= 2 * _HALF_RANGE / max(height, 1e-9)
    offset = -_HALF_RANGE - float(mean / spread @ weights)
    return Classifier((weights / spread).reshape(samples.examples.shape[1:]), offset)


def share_right(samples: Samples, groups: Ints, decided: Mask) -> Calibration:
    """Fit the scores of a search to the share of its proposals that people accepted so far (Platt scaling).

    Each decision is scored by a classifier that has not learned from it.

    Args:
        samples: What the classifier is fitted to.
        groups: (E,) number of the object that each example shows, from 0: copies of an object stay together.
        decided: (E,) which examples are accepted proposals (the others were drawn).

    Returns:
        The identity until there are five decisions of each kind.
    """
    right = len(np.unique(groups[decided]))
    if min(right, len(samples.rejected)) < _FEWEST_DECISIONS:
        return IDENTITY
    number = np.arange(len(samples.rejected))
    scores: list[Floats] = []
    hits: list[Mask] = []
    for fold in range(_FOLDS):
        out, wrong = groups % _FOLDS == fold, number % _FOLDS == fold
        kept = Samples(samples.examples[~out], samples.rejected[~wrong], samples.background)
        if not len(kept.examples):
            continue
        classifier = fit_classifier(kept)
        # The first copy of an object is the object itself.
        first = np.zeros(len(groups), np.bool_)
        first[np.unique(groups, return_index=True)[1]] = True
        for pooled, hit in (
            (samples.examples[out & decided & first], True),
            (samples.rejected[wrong], False),
        ):
            margins = classifier.margins(pooled)
            scores.append(1 / (1 + np.exp(-margins)))
            hits.append(np.full(len(margins), hit))
    fitted = fit_calibration(np.concatenate(scores), np.concatenate(hits), fewest=_FEWEST_DECISIONS)
    return fitted or IDENTITY
