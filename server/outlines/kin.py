"""How large an object may be: as those of its class that somebody accepted or drew nearby."""

from __future__ import annotations

import numpy as np

from geoengine.model import FeatureFilter, FeatureState, Scene
from geoengine.store import Store
from tiling.outlines.prompt import Prompt

# How far around what is pointed at is looked, in pixels of the scene, and how many are enough.
_AROUND_PX, _ENOUGH = 2048, 100


def kin_areas(store: Store, scene: Scene, prompt: Prompt, class_key: str) -> list[float]:
    """Areas of accepted objects of a class around a prompt, all in the scene's CRS; at most 100."""
    x0, y0, x1, y1 = prompt.bounds
    reach = float(np.ptp(scene.grid.to_world(np.array([[0.0, 0.0], [_AROUND_PX, 0.0]])), axis=0).max())
    keep = FeatureFilter(states=(FeatureState.ACCEPTED,), classes=(class_key,))
    around = (x0 - reach, y0 - reach, x1 + reach, y1 + reach)
    return [feature.geometry.area for feature in store.features(scene.id, around, keep, _ENOUGH).features]
