"""Merging of overlapping detections: every object once, whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from detectors.detections import Detections
from detectors.errors import ConfigError
from detectors.merging.overlap import Pairs, overlapping_pairs
from detectors.merging.stitch import drop_covered_fragments, stitch_fragments
from detectors.merging.suppress import rank, suppress

DEFAULT_IOU = 0.4
DEFAULT_IOS = 0.7


@dataclass(frozen=True)
class MergeRules:
    """Rules of which detections are one object.

    Attributes:
        iou: Intersection over union above which two detections are one object; 1 for never.
        ios: Intersection over the smaller area above which two detections are one object; 1 for never, which keeps a
            small object inside a large one.
        any_class: Whether detections of different classes may be one object.
    """

    iou: float = DEFAULT_IOU
    ios: float = DEFAULT_IOS
    any_class: bool = False

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ConfigError: A threshold is not in 0..1.
        """
        for name in ("iou", "ios"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name} is {getattr(self, name)!r}, expected a number from 0 to 1")

    def pairs(self, found: Detections) -> Pairs:
        """Return the pairs of detections that are one object."""
        polygons = found.polygons()
        labels = np.zeros_like(found.labels) if self.any_class else found.labels
        pairs = overlapping_pairs(polygons, labels)
        # An intersection may be computed a little larger than the smaller polygon.
        iou, ios = (value if value < 1 else np.inf for value in (self.iou, self.ios))
        return pairs.take(pairs.clash(shapely.area(polygons), iou, ios))


DEFAULT_RULES = MergeRules()


def merge_detections(detections: Detections, rules: MergeRules = DEFAULT_RULES) -> Detections:
    """Merge duplicates and fragments by polygon overlap.

    1. `drop_covered_fragments` drops a fragment that a chip border cut where a whole detection covers it.
    2. `stitch_fragments` unions the fragments that are left where two chips agree on them.
    3. `suppress` runs greedy non-maximum suppression.

    The first two look at one class at a time, and by the default thresholds where those of `rules` are higher:
    fragments of an object that a border cut are no objects of their own, whatever may lie inside what.

    Args:
        detections: In any one space.
        rules: Which detections are one object.

    Returns:
        The merged detections, highest score first. Ties are broken by position, so the order of the input does
        not matter.

    Examples:
        >>> import numpy as np, shapely
        >>> from detectors.detections import Space
        >>> boxes = shapely.box([0, 1, 50], 0, [10, 11, 60], 10)
        >>> found = Detections.from_polygons(boxes, [0.9, 0.8, 0.7], [1, 1, 1], [False] * 3, Space.SCENE)
        >>> merge_detections(found).scores.tolist()
        [0.9, 0.7]
    """
    if not len(detections):
        return detections
    iou, ios = min(rules.iou, DEFAULT_IOU), min(rules.ios, DEFAULT_IOS)
    found = drop_covered_fragments(rank(detections), iou, ios)
    found = rank(stitch_fragments(found))
    return suppress(found, rules.pairs(found))
