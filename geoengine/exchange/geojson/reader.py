"""Reader of labels from a vector file: every feature that cannot be read is listed with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from shapely.errors import ShapelyError

from geoengine.errors import ExchangeError, InvalidValueError
from geoengine.exchange.crs import WGS84, same_crs
from geoengine.exchange.geojson.names import FOREIGN_MEMBER, PIXEL, UNKNOWN_CRS
from geoengine.exchange.geojson.placement import is_pixel_plane
from geoengine.exchange.geojson.properties import (
    RefusedError,
    maker_of,
    name_of,
    revision_of,
    said_of,
    sorted_out,
    state_of,
    uid_of,
)
from geoengine.exchange.geojson.report import ImportedFeature, Problem
from geoengine.model.checks import check_attribute_limits, check_attributes, check_class_key, check_score
from geoengine.model.complexity import size_fault
from geoengine.model.geometry import FeatureGeometry, simplest
from tiling.arrays import Geometries
from tiling.class_names import CLASS_FIELDS, ClassNames, class_text
from tiling.errors import VectorReadError
from tiling.grid.antimeridian_cut import joined
from tiling.grid.antimeridian_lines import joined_lines
from tiling.grid.raster_grid import RasterGrid
from tiling.vectors import EXPECTED, FeatureBatch, VectorFile, open_vector_file, split_polygons

# A little more than the whole globe: coordinates beyond are no longitude and latitude.
_LON_LAT = (-360.5, -90.5, 360.5, 90.5)
_SINGLE = ("Polygon", "LineString", "Point")
_SEVERAL = ("MultiPolygon", "MultiLineString", "MultiPoint")


@dataclass(frozen=True)
class ReadingRules:
    """Rules by which properties become labels.

    Attributes:
        classes: The classes that are known, any other is a problem; None takes all.
        class_property: The property that names the class; None for the first of `CLASS_FIELDS` that exists.
        default_class: The class of features that name none; None makes them problems.
        repair: Whether to repair rings that cross or touch themselves; else they are problems.
        crs: CRS of the coordinates, whatever the file says; None for what it says.
        split_parts: Whether a MultiPolygon becomes one object for each part; else it stays one.
    """

    classes: ClassNames | None = None
    class_property: str | None = None
    default_class: str | None = None
    repair: bool = False
    crs: CRS | None = None
    split_parts: bool = False


@dataclass
class LabelFile:
    """Labels of a file, in the file's coordinates.

    Attributes:
        source: The features.
        rules: How they are read.
        unknown: For each class that the project lacks the number of features; filled while they are read.
        used: Class names of the file that were found; filled while they are read.
        repaired: Number of features whose rings were repaired.
        split: For each multi-part type the number of features that became one for each part.
    """

    source: VectorFile
    rules: ReadingRules
    unknown: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    repaired: int = 0
    split: dict[str, int] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path, rules: ReadingRules, layer: str | None = None) -> LabelFile:
        """Open a file.

        Raises:
            ExchangeError: It cannot be read, or lacks the property that `rules` names.
        """
        try:
            source = open_vector_file(path, layer)
        except VectorReadError as error:
            raise ExchangeError(str(error)) from error
        wanted = rules.class_property
        if wanted is None:
            wanted = next((name for name in CLASS_FIELDS if name in source.fields), CLASS_FIELDS[0])
        elif wanted not in source.fields and rules.default_class is None and source.count:
            there = ", ".join(source.fields[:30]) or "none"
            raise ExchangeError(f"{path} has no property {wanted!r}, expected one of: {there}")
        return cls(source, replace(rules, class_property=wanted))

    def crs_for(self, grid: RasterGrid) -> CRS | str:
        """Return the CRS of the coordinates for a scene; PIXEL or UNKNOWN_CRS for the scene's own.

        Raises:
            ExchangeError: The coordinates cannot be those of such a scene.
        """
        path, said = self.source.path, self.coordinates
        if said == UNKNOWN_CRS and is_pixel_plane(grid):
            raise ExchangeError(
                f"{path} has coordinates of a placed raster, expected pixels: the scene is not placed"
            )
        if said is not None:
            return said
        declared = self.crs
        if grid.crs_wkt is not None:
            return declared
        # Programs that know only maps say WGS 84 where nothing was said.
        if not same_crs(declared, WGS84):
            raise ExchangeError(
                f"{path} is in {declared.name!r}, expected the scene's own coordinates: it has no CRS"
            )
        return PIXEL if is_pixel_plane(grid) else UNKNOWN_CRS

    @property
    def coordinates(self) -> str | None:
        """PIXEL or UNKNOWN_CRS where a file of ours says so, else None."""
        said = self.member.get("coordinates")
        return str(said) if said in (PIXEL, UNKNOWN_CRS) else None

    @property
    def member(self) -> dict[str, Any]:
        """The foreign member of a file of ours; else empty."""
        own = self.source.members.get(FOREIGN_MEMBER)
        return own if isinstance(own, dict) else {}

    @property
    def crs(self) -> CRS:
        """The CRS of the coordinates; longitude and latitude where the file says nothing."""
        return self.rules.crs or self.source.crs or WGS84

    def chunks(self, problems: list[Problem], *, is_planar: bool = False) -> Iterator[list[ImportedFeature]]:
        """Yield the labels, some thousand features of the file at a time; add what is wrong to `problems`.

        Args:
            problems: The list to add to.
            is_planar: True where the coordinates are those of scenes without a CRS.

        Raises:
            ExchangeError: The file cannot be read to its end, or its coordinates cannot be what it says.
        """
        is_lonlat = not is_planar and self.coordinates is None and same_crs(self.crs, WGS84)
        try:
            for batch in self.source.batches():
                if is_lonlat and batch.first == 0 and self.rules.crs is None:
                    self._check_lonlat(batch)
                yield list(self._parsed(batch, is_lonlat, problems))
        except VectorReadError as error:
            raise ExchangeError(str(error)) from error

    def _check_lonlat(self, batch: FeatureBatch) -> None:
        """Refuse a file none of whose coordinates can be longitude and latitude."""
        boxes = shapely.bounds(batch.geometries)
        boxes = boxes[np.isfinite(boxes).all(axis=1)]
        west, south, east, north = _LON_LAT
        good = (boxes[:, 0] >= west) & (boxes[:, 2] <= east) & (boxes[:, 1] >= south) & (boxes[:, 3] <= north)
        if len(boxes) and not good.any():
            says = "says" if self.source.crs_is_declared else "means, as it names no CRS"
            raise ExchangeError(
                f"{self.source.path} has coordinates such as {boxes[0, 0]:.10g}, {boxes[0, 1]:.10g}, which cannot be "
                f"the longitude and latitude that it {says}; --crs says what they are, as in --crs EPSG:32633"
            )

    def _parsed(
        self, batch: FeatureBatch, is_lonlat: bool, problems: list[Problem]
    ) -> Iterator[ImportedFeature]:
        for number in range(len(batch)):
            properties, name = batch.properties[number], batch.ids[number]
            index = batch.first + number
            try:
                fault = batch.faults[number]
                if fault is not None:
                    raise RefusedError(fault)
                parts = self._parts(batch.geometries[number], is_lonlat)
                yield from self._feature(index, properties, name, parts)
            except (InvalidValueError, RefusedError) as error:
                problems.append(Problem(index, name_of(properties, name), str(error)))

    def _parts(self, geometry: Any, is_lonlat: bool) -> list[FeatureGeometry]:
        if geometry is None:
            raise RefusedError(f"has no geometry, {EXPECTED}")
        kind = geometry.geom_type
        if kind not in _SINGLE and kind not in _SEVERAL:
            raise RefusedError(f"is a {kind}, {EXPECTED}")
        if geometry.is_empty:
            raise RefusedError(f"has an empty geometry, {EXPECTED}")
        if self.rules.repair and "Polygon" in kind:
            geometry = self._repaired(geometry)
        if geometry.geom_type in _SINGLE:
            return [geometry]
        if is_lonlat and kind != "MultiPoint":
            with suppress(ShapelyError):  # what cannot be joined has faults of its own, which are named later
                geometry = joined_lines(geometry) if kind == "MultiLineString" else joined(geometry)
        if kind == "MultiPolygon" and not self.rules.split_parts:
            return [simplest(geometry)]
        parts = list(shapely.get_parts(geometry))
        if len(parts) > 1:
            self.split[kind] = self.split.get(kind, 0) + 1
        return parts

    def _repaired(self, geometry: Any) -> Any:
        """Return a geometry whose rings do not cross; one that is too costly or not finite is left as it is."""
        fault = next((size_fault(part) for part in shapely.get_parts(geometry)), None)
        if fault or not np.isfinite(shapely.get_coordinates(geometry)).all() or geometry.is_valid:
            return geometry
        # Each part alone: what two of them cover is no hole.
        parts, _, _ = split_polygons(shapely.get_parts(geometry))
        if not len(parts):
            return geometry
        self.repaired += 1
        return shapely.union_all(parts) if geometry.geom_type == "MultiPolygon" else _collected(parts)

    def _feature(
        self, index: int, properties: dict[str, Any], name: Any, parts: list[FeatureGeometry]
    ) -> Iterator[ImportedFeature]:
        """Yield the parts of one feature, not yet checked for validity."""
        class_property = self.rules.class_property or CLASS_FIELDS[0]
        class_key = self._class(properties.get(class_property), class_property)
        uid = uid_of(properties, name)
        known, attributes = sorted_out(properties, class_property)
        state = state_of(known.get("state"))
        check_score(score := known.get("score"), "has a score that")
        maker = maker_of(known)
        check_attributes(attributes, "has attributes which")
        check_attribute_limits({**attributes, **maker}, "has attributes which")
        model, scene = known.get("model"), known.get("scene")
        said = said_of(known)
        for part in parts:
            yield ImportedFeature(
                index,
                uid,
                class_key,
                part,
                state,
                None if score is None else float(score),
                attributes,
                revision_of(known.get("revision")),
                scene if isinstance(scene, str) else None,
                model if isinstance(model, str) and model else None,
                maker,
                *said,
            )

    def _class(self, value: Any, name: str) -> str:
        text = class_text(value)
        if text is None:
            if self.rules.default_class is None:
                raise RefusedError(f"has no {name!r}, expected a class")
            return self.rules.default_class
        classes = self.rules.classes
        if classes is None:
            check_class_key(text, "has a class that")
            return text
        key = classes.find(text)
        if key is None:
            self.unknown[text] = self.unknown.get(text, 0) + 1
            raise RefusedError(f"has the unknown class {text!r}, expected one of: {classes.listed()}")
        self.used.add(text)
        return key


def _collected(parts: Geometries) -> Any:
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))
