"""Putting the detections of overlapping chips together: every object once, whole."""

from __future__ import annotations

from enum import StrEnum

from detectors.detections import Detections
from detectors.merging.fuse import average_overlapping, union_overlapping
from detectors.merging.stitch import drop_covered_fragments, stitch_fragments
from detectors.merging.suppress import ranked, soften, suppress

DEFAULT_IOU = 0.4
DEFAULT_IOS = 0.7


class Strategy(StrEnum):
    """What becomes of objects that overlap once the seams are closed."""

    SUPPRESS = "nms"  # the best one stays
    SOFTEN = "soft-nms"  # the others lose score
    UNITE = "nmm"  # the best one takes in the others
    AVERAGE = "wbf"  # one that is the mean of all


def merge_detections(
    detections: Detections,
    *,
    iou: float = DEFAULT_IOU,
    ios: float = DEFAULT_IOS,
    strategy: Strategy = Strategy.SUPPRESS,
) -> Detections:
    """Merge duplicates per class by polygon overlap.

    1. A piece that a chip border cut goes where a whole object accounts for it (`drop_covered_fragments`).
    2. Pieces that are left become whole where two chips agree on them (`stitch_fragments`).
    3. Objects that overlap by more than `iou` of their union or `ios` of the smaller become one, by the `strategy`.

    Args:
        detections: in any one space.
        iou: intersection over union above which two are one object.
        ios: intersection over the smaller area above which two are one object.
        strategy: the one way in which they become one. SOFTEN looks at neither limit.

    Returns:
        What is left, highest score first; ties are broken by position, so the order of the input does not matter.
    """
    if not len(detections):
        return detections
    found = drop_covered_fragments(ranked(detections), iou, ios)
    found = ranked(stitch_fragments(found))
    if strategy == Strategy.SOFTEN:
        return soften(found)
    close = {
        Strategy.SUPPRESS: suppress,
        Strategy.UNITE: union_overlapping,
        Strategy.AVERAGE: average_overlapping,
    }[strategy]
    return close(found, iou, ios)
