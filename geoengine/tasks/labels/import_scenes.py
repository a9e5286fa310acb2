"""Choice of the scene that each label of a file goes into, and its place there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from pyproj import CRS

from geoengine.errors import ExchangeError
from geoengine.exchange.crs import WGS84, reproject
from geoengine.exchange.geojson import ImportedFeature, Problem
from geoengine.exchange.geojson.placement import place
from geoengine.exchange.geojson.reader import LabelFile
from geoengine.model import Scene
from geoengine.model.geometry import geometry_array
from geoengine.model.on_scene import OFF_SCENE
from tiling.grid.footprint import footprint_lonlat

Placed = tuple[Scene, ImportedFeature]

# Shares of an object that two scenes show are the same where they differ by less.
_TIE = 1e-3
# A footprint is a densified outline: an object at its very edge may lie beyond it by so many degrees.
_MARGIN_DEG = 0.001


@dataclass
class ScenePlacer:
    """Places labels in scenes.

    Attributes:
        file: The labels.
        scenes: The scenes they may go into.
        is_named: True where the user named these scenes: then a label goes into each that it lies in.
    """

    file: LabelFile
    scenes: Sequence[Scene]
    is_named: bool
    _sources: dict[int, CRS | str] = field(default_factory=dict)
    _off: shapely.Geometry | None = None

    def __post_init__(self) -> None:
        """Index the scenes."""
        self._by_key = {scene.key: scene for scene in self.scenes}
        self._by_id = {scene.id: scene for scene in self.scenes}
        if len(self.scenes) == 1:
            self._source_for(self.scenes[0])
            return
        shown = [(scene, footprint_lonlat(scene.grid)) for scene in self.scenes]
        self._shown = [scene for scene, outline in shown if outline is not None]
        outlines = [outline.buffer(_MARGIN_DEG) for _, outline in shown if outline is not None]
        self._tree = shapely.STRtree(outlines)

    @property
    def is_planar(self) -> bool:
        """True where none of the scenes has a CRS, so that the coordinates are the scenes' own."""
        return all(scene.grid.crs_wkt is None for scene in self.scenes)

    def place(
        self, features: Sequence[ImportedFeature], owners: Mapping[str, int], problems: list[Problem]
    ) -> list[Placed]:
        """Return the labels with their scenes, in the scenes' CRS; add those without a place to `problems`.

        Args:
            features: Labels in the file's coordinates.
            owners: Number of the scene of each uid that the project has.
            problems: The list to add to.
        """
        if len(self.scenes) == 1:
            return self._place_in_one(features, problems)
        wanted = self._candidates(features, owners)
        found: list[list[Placed]] = [[] for _ in features]
        faults: list[str | None] = [None if scenes else self._nowhere() for scenes in wanted]
        for scene in self.scenes:
            indices = [index for index, scenes in enumerate(wanted) if scene in scenes]
            if not indices:
                continue
            given = geometry_array([features[index].geometry for index in indices])
            moved, reasons = place(given, scene.grid, self._source_for(scene))
            for index, geometry, reason in zip(indices, moved, reasons, strict=True):
                if reason is None:
                    found[index].append((scene, features[index].with_geometry(geometry)))
                else:
                    faults[index] = reason
        placed: list[Placed] = []
        for feature, places, fault in zip(features, found, faults, strict=True):
            chosen, reason = (places, None) if self.is_named else _largest_share(places)
            placed.extend(chosen)
            if not chosen:
                reason = reason or fault or OFF_SCENE
                if reason == OFF_SCENE:
                    reason = "lies outside all scenes"
                    self._off = self._off or feature.geometry
                problems.append(Problem(feature.index, feature.uid, reason))
        return placed

    def _place_in_one(self, features: Sequence[ImportedFeature], problems: list[Problem]) -> list[Placed]:
        [scene] = self.scenes
        given = geometry_array([feature.geometry for feature in features])
        moved, reasons = place(given, scene.grid, self._source_for(scene))
        placed: list[Placed] = []
        for feature, geometry, reason in zip(features, moved, reasons, strict=True):
            if reason is None:
                placed.append((scene, feature.with_geometry(geometry)))
                continue
            if reason == OFF_SCENE:
                self._off = self._off or feature.geometry
            problems.append(Problem(feature.index, feature.uid, reason))
        return placed

    def hint(self) -> str | None:
        """Return what may be wrong with a file none of whose labels lies in a scene."""
        if self._off is None or self.is_planar:
            return None
        swapped = geometry_array([shapely.transform(self._off, lambda xy: xy[:, ::-1])])
        for scene in self.scenes:
            source = self._source_for(scene)
            if not isinstance(source, str) and place(swapped, scene.grid, source)[1] == [None]:
                return (
                    f"x and y look swapped: the other way around the first object lies in scene {scene.key!r}"
                )
        return None

    def _candidates(
        self, features: Sequence[ImportedFeature], owners: Mapping[str, int]
    ) -> list[list[Scene]]:
        if self.is_named:
            return [list(self.scenes)] * len(features)
        wanted: list[list[Scene]] = []
        open_ones: list[int] = []
        for index, feature in enumerate(features):
            owner = self._by_id.get(owners.get(feature.uid or "", -1))
            if owner is None and feature.revision is not None and feature.scene is not None:
                owner = self._by_key.get(feature.scene)
            wanted.append([owner] if owner else [])
            if owner is None:
                open_ones.append(index)
        if open_ones and self.file.coordinates is None and self._shown:
            given = geometry_array([features[index].geometry for index in open_ones])
            lonlat = reproject(given, self.file.crs, WGS84)
            for number, outline in zip(*self._tree.query(lonlat).tolist(), strict=True):
                wanted[open_ones[number]].append(self._shown[outline])
        return wanted

    def _nowhere(self) -> str:
        if self.file.coordinates is not None:
            return "has pixel coordinates and names no scene, expected --scene"
        return OFF_SCENE

    def _source_for(self, scene: Scene) -> CRS | str:
        if scene.id not in self._sources:
            self._sources[scene.id] = self.file.crs_for(scene.grid)
        return self._sources[scene.id]


def _largest_share(places: list[Placed]) -> tuple[list[Placed], str | None]:
    """Return the one place where most of an object lies; of two that show it alike none, and the reason."""
    if len(places) < 2:
        return places, None
    shares = []
    for scene, feature in places:
        inside = shapely.intersection(feature.geometry, shapely.box(*scene.grid.bounds))
        shares.append(_size(inside) / _size(feature.geometry))
    order = np.argsort(shares)[::-1].tolist()
    if shares[order[0]] - shares[order[1]] < _TIE:
        names = sorted(
            scene.key
            for (scene, _), share in zip(places, shares, strict=True)
            if shares[order[0]] - share < _TIE
        )
        return [], f"lies in the scenes {', '.join(names)} alike, expected --scene with one of them"
    return [places[order[0]]], None


def _size(geometry: shapely.Geometry) -> float:
    """Return the area, of a line the length, of a point 1; 0 where nothing is left of them in a scene."""
    if shapely.is_empty(geometry):
        return 0.0
    kind = shapely.get_dimensions(geometry)
    return float((1.0, shapely.length(geometry), shapely.area(geometry))[kind])


def check_targets(scenes: Sequence[Scene]) -> None:
    """Raise where there is no scene to import into.

    Raises:
        ExchangeError: There is none.
    """
    if not scenes:
        raise ExchangeError(
            "the project has no scenes yet, expected at least one: geoengine add registers some"
        )
