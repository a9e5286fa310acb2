"""Conversion of detections in pixel space to proposals in world space."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import numpy as np
import shapely

from detectors.detections import Detections, Space
from detectors.errors import SpaceError
from detectors.model_package.card import ModelCard
from geoengine.model import CreateFeature, FeatureState, Origin
from tiling.grid.raster_grid import RasterGrid

SCORE_DIGITS = 4


def detections_to_features(
    detections: Detections,
    grid: RasterGrid,
    card: ModelCard,
    namespace: uuid.UUID,
    first: int = 0,
    renamed: Mapping[str, str] | None = None,
) -> list[CreateFeature]:
    """Convert detections to proposals.

    Args:
        detections: In SCENE space.
        grid: The scene's grid.
        card: Of the model that found them.
        namespace: Of the run; the same run gives the same uids, so running it twice proposes nothing twice.
        first: How many of the run came before these.
        renamed: The model's classes -> those of the proposals; None for the same.

    Returns:
        One proposal per detection in the scene's CRS, in the order given. A polygon that is not valid in world space
        (collapsed by rounding) is left out.

    Raises:
        SpaceError: The detections are in another space.
    """
    if detections.space != Space.SCENE:
        raise SpaceError(f"detections are in {detections.space} space, expected {Space.SCENE}")
    polygons = detections.polygons()
    world = shapely.transform(polygons, grid.to_world) if len(polygons) else polygons
    usable = shapely.is_valid(world) & (shapely.area(world) > 0)
    keys = [(renamed or {}).get(key, key) for key in card.class_keys]
    return [
        CreateFeature(
            uid=uuid.uuid5(namespace, str(first + i)).hex,
            class_key=keys[detections.labels[i] - 1],
            geometry=world[i],
            state=FeatureState.PROPOSED,
            score=round(float(detections.scores[i]), SCORE_DIGITS),
            origin=Origin.MODEL,
            model=card.reference,
        )
        for i in np.flatnonzero(usable)
    ]
