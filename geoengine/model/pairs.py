"""Change pairs: scenes of the same ground on different dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from shapely.errors import ShapelyError

from geoengine.model.scene import Scene
from geoengine.model.timestamp import date_of
from tiling.arrays import Floats

# Less common ground than this share of the smaller scene is only a common border.
LEAST_OVERLAP = 0.1


@dataclass(frozen=True)
class ScenePair:
    """Two scenes that show the same ground on different dates.

    Attributes:
        later: The scene that was taken later.
        earlier: The other one.
        overlap: Area of the common ground over that of the smaller scene, 0 to 1.
        days: From the earlier date to the later, at least 1.
    """

    later: Scene
    earlier: Scene
    overlap: float
    days: int

    def other(self, scene_id: int) -> Scene:
        """Return the scene of the two that is not `scene_id`."""
        return self.earlier if self.later.id == scene_id else self.later


def find_pairs(scenes: Sequence[Scene], least_overlap: float = LEAST_OVERLAP) -> list[ScenePair]:
    """Return every pair of scenes with common ground and different dates of acquisition (UTC), newest first.

    Scenes without a date, or without a place on the Earth, are in no pair. Areas are those of Lambert's
    cylindrical equal-area projection (longitude, sine of latitude), in which footprints that were cut at the
    antimeridian stay cut there, so nothing wraps around.

    Args:
        scenes: The scenes.
        least_overlap: Pairs that share less are left out.
    """
    dated = [(scene, day, ground) for scene in scenes if (day := _day(scene)) and (ground := _ground(scene))]
    grounds = np.array([ground for _, _, ground in dated], dtype=object)
    first, second = shapely.STRtree(grounds).query(grounds, predicate="intersects")
    pairs = []
    for one, two in zip(first.tolist(), second.tolist(), strict=True):
        (later, last_day, ground), (earlier, first_day, other_ground) = dated[one], dated[two]
        if first_day >= last_day:  # each pair comes twice, and every scene with itself
            continue
        overlap = shapely.intersection(ground, other_ground).area / min(ground.area, other_ground.area)
        if overlap >= least_overlap:
            pairs.append(ScenePair(later, earlier, min(1.0, float(overlap)), (last_day - first_day).days))
    pairs.sort(key=lambda pair: (date_of(pair.later.acquired_at), -pair.days, -pair.overlap), reverse=True)
    return pairs


def pairs_of(scene_id: int, scenes: Sequence[Scene]) -> list[ScenePair]:
    """Return the pairs that one scene is in, those with the newest other scene first."""
    pairs = [pair for pair in find_pairs(scenes) if scene_id in (pair.later.id, pair.earlier.id)]
    return sorted(pairs, key=lambda pair: date_of(pair.other(scene_id).acquired_at) or date.min, reverse=True)


def scenes_over(scene: Scene, others: Sequence[Scene]) -> list[Scene]:
    """Return those of `others` that show some of the ground of a scene, whatever their dates; never itself."""
    ground = _ground(scene)
    if ground is None:
        return []
    grounds = [(other, _ground(other)) for other in others if other.id != scene.id]
    return [
        other
        for other, there in grounds
        if there is not None and shapely.intersection(ground, there).area > 0
    ]


def _day(scene: Scene) -> date | None:
    return date_of(scene.acquired_at)


def _ground(scene: Scene) -> shapely.Geometry | None:
    """Return the footprint in an equal-area projection; None where the scene has none."""
    if scene.footprint is None:
        return None
    try:
        ground = shapely.transform(shapely.make_valid(shapely.from_wkt(scene.footprint)), _equal_area)
    except ShapelyError:
        return None
    return ground if ground.area > 0 else None


def _equal_area(lonlat: Floats) -> Floats:
    return np.column_stack((np.radians(lonlat[:, 0]), np.sin(np.radians(lonlat[:, 1]))))
