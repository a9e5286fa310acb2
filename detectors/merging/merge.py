"""Merging of overlapping detections: every object once, whole."""

from __future__ import annotations

from detectors.detections import Detections
from detectors.merging.stitch import drop_covered_fragments, stitch_fragments
from detectors.merging.suppress import rank, suppress

DEFAULT_IOU = 0.4
DEFAULT_IOS = 0.7


def merge_detections(
    detections: Detections, *, iou: float = DEFAULT_IOU, ios: float = DEFAULT_IOS
) -> Detections:
    """Merge duplicates and fragments per class by polygon overlap.

    1. `drop_covered_fragments` drops a fragment that a chip border cut where a whole detection covers it.
    2. `stitch_fragments` unions the fragments that are left where two chips agree on them.
    3. `suppress` runs greedy non-maximum suppression.

    Args:
        detections: In any one space.
        iou: Intersection over union above which two detections are one object.
        ios: Intersection over the smaller area above which two detections are one object.

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
    found = drop_covered_fragments(rank(detections), iou, ios)
    return suppress(rank(stitch_fragments(found)), iou, ios)
