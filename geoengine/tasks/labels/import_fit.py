"""Labels of a file are held to the geometries of their classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np
import shapely

from geoengine.exchange.geojson import ImportedFeature, Problem
from geoengine.model import CreateFeature, Feature, GeometryKind, LabelClass, UpdateFeature
from geoengine.model.geometry import geometry_array
from geoengine.model.geometry_kind import fit_faults, fitted
from geoengine.tasks.labels.import_merge import are_moved
from geoengine.tasks.labels.import_scenes import Placed
from tiling.grid.raster_grid import RasterGrid


@dataclass
class ClassFit:
    """Makes boxes of outlines whose class is of boxes, and refuses what no class of its kind can have.

    Attributes:
        classes: The project's classes.
        boxed: Number of outlines that became boxes.
    """

    classes: Sequence[LabelClass]
    boxed: int = 0
    _kinds: dict[str, GeometryKind] = field(init=False)

    def __post_init__(self) -> None:
        """Note the kinds."""
        self._kinds = {one.key: one.geometry for one in self.classes}

    def fit(self, placed: Iterable[Placed], problems: list[Problem]) -> list[Placed]:
        """Return labels that fit their classes; add the others to `problems`."""
        found: list[Placed] = []
        for scene, group in groupby(placed, key=lambda one: one[0]):
            features = self._fitted([feature for _, feature in group], scene.grid)
            kinds = [self._kinds[feature.class_key] for feature in features]
            faults = fit_faults([feature.geometry for feature in features], kinds)
            for feature, kind, fault in zip(features, kinds, faults, strict=True):
                if fault is None:
                    found.append((scene, feature))
                else:
                    reason = f"{fault}: class {feature.class_key!r} is of {kind.plural}"
                    problems.append(Problem(feature.index, feature.uid, reason))
        return found

    def _fitted(self, features: list[ImportedFeature], grid: RasterGrid) -> list[ImportedFeature]:
        for kind in (GeometryKind.BOX, GeometryKind.ORIENTED_BOX):
            mine = [
                index
                for index, feature in enumerate(features)
                if self._kinds[feature.class_key] is kind and shapely.get_dimensions(feature.geometry) == 2
            ]
            if not mine:
                continue
            before = geometry_array([features[index].geometry for index in mine])
            made, changed = fitted(before, kind)
            for place in np.flatnonzero(changed).tolist():
                features[mine[place]] = features[mine[place]].with_geometry(made[place])
            # What only the digits of the file have bent is no other outline.
            self.boxed += sum(are_moved(before[changed].tolist(), made[changed].tolist(), grid))
        return features

    def held(
        self, edit: CreateFeature | UpdateFeature, head: Feature | None, feature: ImportedFeature
    ) -> CreateFeature | UpdateFeature:
        """Return an edit that brings the label's own geometry where that of now does not fit its new class."""
        if head is None or not isinstance(edit, UpdateFeature) or edit.class_key is None or edit.geometry:
            return edit
        [fault] = fit_faults([head.geometry], [self._kinds[edit.class_key]])
        return edit if fault is None else replace(edit, geometry=feature.geometry)

    def notes(self) -> list[str]:
        """Return sentences on what was changed."""
        if not self.boxed:
            return []
        several = self.boxed > 1
        return [
            f"{self.boxed:,} outline{'s' * several} became the box{'es' * several} around "
            f"{'them' if several else 'it'}, as the class says"
        ]


def split_notes(split: dict[str, int]) -> list[str]:
    """Return sentences on geometries of several parts, by their type, that became one object for each part."""
    return [
        f"{number:,} {kind}{'s' if number > 1 else ''} of several parts became one object for each part"
        for kind, number in sorted(split.items())
    ]
