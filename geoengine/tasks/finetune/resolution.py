"""Ground resolution at which a class is learnt that no package knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from detectors.model_package.card import ModelCard, ModelPackage
from geoengine.tasks.finetune.labels import SceneLabels

_SIDE_PX = 48.0
"""Objects of this width have cells on several levels of a feature pyramid, and chips hold many."""

_FINEST = 0.5  # of the scenes' own pixels: finer ones show nothing more


def for_new_classes(
    package: ModelPackage, wanted: Sequence[str], labels: Sequence[SceneLabels]
) -> ModelPackage:
    """Return a package for the resolution in which the median object is 48 px wide, where all classes are new to it.

    Where it finds one of them, or where a scene has no ground resolution, it is returned as it is.

    Args:
        package: The package to start from.
        wanted: Keys of the classes to learn.
        labels: Labels at the package's own resolution.
    """
    card, own = package.card, [one.scene.grid.gsd_m for one in labels]
    known = [gsd_m for gsd_m in own if gsd_m is not None]
    areas = np.concatenate([shapely.area(shapely.envelope(one.polygons[one.accepted])) for one in labels])
    if set(wanted) & set(card.class_keys) or len(known) < len(own) or not len(areas):
        return package
    side_m = float(np.median(np.sqrt(areas))) * card.gsd_m
    gsd_m = float(f"{max(side_m / _SIDE_PX, _FINEST * min(known)):.2g}")
    return replace(package, card=_seen_at(card, gsd_m))


def _seen_at(card: ModelCard, gsd_m: float) -> ModelCard:
    return replace(card, gsd_m=gsd_m, gsd_range_m=(gsd_m / 2, gsd_m * 2))
