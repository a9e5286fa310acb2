"""Calibration of scores: of the detections that score 0.8, about 80 % are right.

Platt scaling (Platt 1999) on the logit of the score, which is temperature scaling (Guo et al. 2017, arXiv:1706.04599)
with an offset: a class's score s becomes sigmoid(slope * logit(s) + offset). It keeps the order of the scores, and with
it every average precision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tiling.arrays import Floats, Ints, Mask

_EDGE = 1e-4  # a score of 0 or 1 has no logit
FEWEST = 20  # right and wrong ones each; fewer say nothing
_BINS = 10
_FOLDS = 5


@dataclass(frozen=True)
class Calibration:
    """Platt scaling of a class's scores: `slope` (above 0) and `offset` on their logit.

    >>> steep = Calibration(slope=2.0)
    >>> steep.apply(np.array([0.2, 0.5, 0.8])).round(3).tolist()
    [0.059, 0.5, 0.941]
    >>> steep.invert(steep.apply(np.array([0.2]))).round(9).tolist()
    [0.2]
    """

    slope: float = 1.0
    offset: float = 0.0

    def apply(self, scores: Floats) -> Floats:
        """Map raw scores of the network to shares that are right, (N,) float64 in 0..1."""
        return _sigmoid(self.slope * _logit(scores) + self.offset)

    def invert(self, shares: Floats) -> Floats:
        """Map shares back to the scores that `apply` makes them of; 0 and 1 stay."""
        inner = _sigmoid((_logit(shares) - self.offset) / self.slope)
        return np.where(shares <= 0, 0.0, np.where(shares >= 1, 1.0, inner))


IDENTITY = Calibration()


def fit_calibration(scores: Floats, hits: Mask, fewest: int = FEWEST) -> Calibration | None:
    """Fit a calibration by maximum likelihood, with Platt's targets against overfitting.

    Args:
        scores: (N,) as the network gives them.
        hits: (N,) whether each found a label.
        fewest: How many must be right, and how many wrong.

    Returns:
        None where fewer are right or wrong, or higher scores are not more often right.
    """
    right, wrong = int(hits.sum()), int((~hits).sum())
    if min(right, wrong) < fewest:
        return None
    target = np.where(hits, (right + 1) / (right + 2), 1 / (wrong + 2))
    design = np.column_stack([_logit(scores), np.ones(len(scores))])
    weights = np.array([1.0, 0.0])
    for _ in range(100):  # Newton's method; the likelihood is concave
        shares = _sigmoid(design @ weights)
        gradient = design.T @ (shares - target)
        hessian = design.T @ (design * (shares * (1 - shares))[:, None]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        weights -= step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    slope, offset = (round(float(value), 4) for value in weights)
    return Calibration(slope, offset) if slope > 0 else None


def calibration_error(scores: Floats, hits: Mask) -> float:
    """Compute the expected calibration error (Naeini et al. 2015) over ten bins; 0 without detections."""
    if not len(scores):
        return 0.0
    bins = np.minimum((scores * _BINS).astype(np.int64), _BINS - 1)
    count = np.bincount(bins, minlength=_BINS)
    apart = np.abs(np.bincount(bins, scores, _BINS) - np.bincount(bins, hits.astype(np.float64), _BINS))
    return float(apart[count > 0].sum() / len(scores))


def cross_fitted(scores: Floats, hits: Mask, images: Ints) -> Floats:
    """Calibrate scores by cross-fitting: five folds of images, each with the fit of the other four.

    `images` (N,) is the image of each detection.
    """
    fold = images % _FOLDS
    shares = scores.copy()
    for number in range(_FOLDS):
        here = fold == number
        fit = fit_calibration(scores[~here], hits[~here]) or IDENTITY
        shares[here] = fit.apply(scores[here])
    return shares


def _logit(scores: Floats) -> Floats:
    clipped = np.clip(scores, _EDGE, 1 - _EDGE)
    return np.log(clipped / (1 - clipped))


def _sigmoid(values: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(values, -50, 50)))
