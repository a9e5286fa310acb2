"""Reader of polygons from GeoJSON: every feature that cannot be read is listed with its reason."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from shapely.errors import ShapelyError
from shapely.geometry import shape

from geoengine.errors import ExchangeError, InvalidValueError
from geoengine.exchange.crs import WGS84, parse_crs, same_crs
from geoengine.exchange.geojson.names import FOREIGN_MEMBER, PIXEL, RESERVED, UNKNOWN_CRS, attribute_name
from geoengine.exchange.geojson.placement import is_pixel_plane, to_scene
from geoengine.exchange.geojson.report import ImportedFeature, Problem, ReadReport
from geoengine.model import FeatureState
from geoengine.model.checks import UID_PATTERN, check_attributes, check_class_key, check_score
from geoengine.model.geometry import GeometryArray, geometry_array, polygon_faults
from geoengine.model.on_scene import OFF_SCENE, off_scene
from tiling.grid.antimeridian_cut import joined
from tiling.grid.raster_grid import RasterGrid


def read_geojson(
    path: Path,
    grid: RasterGrid,
    *,
    classes: Collection[str] | None = None,
    class_property: str = "class",
    default_class: str | None = None,
) -> ReadReport:
    """Read the polygons of a GeoJSON file into a scene's CRS.

    Coordinates are longitude, latitude unless the file has a ``crs`` member. For a scene without a CRS they
    are its own (x = column, y = -row where nothing places it). A MultiPolygon becomes one feature for each part;
    parts that meet at the antimeridian are one.

    Args:
        path: The file.
        grid: Of the scene; polygons that miss its extent are problems.
        classes: The classes that are known, any other is a problem; None takes all.
        class_property: The property that names the class.
        default_class: The class of features that name none; None makes them problems.

    Raises:
        ExchangeError: The file cannot be read, is no GeoJSON, or its CRS does not go with the scene's.
    """
    document = _load(path)
    features = _features_of(document, path)
    source = _source_of(document, grid, path)
    is_lonlat = not isinstance(source, str) and same_crs(source, WGS84)
    problems: list[Problem] = []
    found: list[ImportedFeature] = []
    seen: dict[str, int] = {}
    for index, feature in enumerate(features):
        try:
            found.extend(_parse(index, feature, classes, class_property, default_class, seen, is_lonlat))
        except (InvalidValueError, _RefusedError) as error:
            problems.append(Problem(index, _name_of(feature), str(error)))
    placed = _placed(found, grid, source, features, problems)
    return ReadReport(tuple(placed), tuple(sorted(problems, key=lambda problem: problem.index)))


class _RefusedError(ValueError):
    """A feature that is left out; the text is the reason."""


def _load(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ExchangeError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"{path} is not GeoJSON: {error}") from error
    if not isinstance(document, dict):
        raise ExchangeError(
            f"{path} is not GeoJSON: it holds a {type(document).__name__}, expected an object"
        )
    return document


def _features_of(document: dict[str, Any], path: Path) -> list[Any]:
    if document.get("type") == "Feature":
        return [document]
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        kind = document.get("type")
        raise ExchangeError(f"{path} has type {kind!r}, expected a FeatureCollection with features")
    return features


def _source_of(document: dict[str, Any], grid: RasterGrid, path: Path) -> CRS | str:
    """Return the CRS of the file's coordinates; PIXEL or UNKNOWN_CRS for the scene's own."""
    own = document.get(FOREIGN_MEMBER)
    said = own.get("coordinates") if isinstance(own, dict) else None
    if said == UNKNOWN_CRS and is_pixel_plane(grid):
        raise ExchangeError(
            f"{path} has coordinates of a placed raster, expected pixels: the scene is not placed"
        )
    if said in (PIXEL, UNKNOWN_CRS):
        return str(said)
    declared = _declared_crs(document, path)
    if grid.crs_wkt is not None:
        return declared
    # Programs that know only maps say WGS 84 where nothing was said.
    if not same_crs(declared, WGS84):
        raise ExchangeError(
            f"{path} is in {declared.name!r}, expected the scene's own coordinates: it has no CRS"
        )
    return PIXEL if is_pixel_plane(grid) else UNKNOWN_CRS


def _declared_crs(document: dict[str, Any], path: Path) -> CRS:
    member = document.get("crs")
    if member is None:
        return WGS84
    name = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    if not isinstance(name, str):
        raise ExchangeError(f"crs in {path} is {member!r}, expected one with a name")
    return parse_crs(name, f"crs in {path}")


def _parse(
    index: int,
    feature: Any,
    classes: Collection[str] | None,
    class_property: str,
    default_class: str | None,
    seen: dict[str, int],
    is_lonlat: bool,
) -> Iterator[ImportedFeature]:
    """Return the parts of one feature, in the file's coordinates, not yet checked for validity."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _RefusedError("is not of type Feature")
    parts = _polygons(feature.get("geometry"), is_lonlat)
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise _RefusedError(f"has properties that are a {type(properties).__name__}, expected an object")
    class_key = _class(properties.get(class_property), class_property, classes, default_class)
    uid = _uid(feature, properties)
    known, attributes = _sorted_out(properties, class_property)
    state = _state(known.get("state"))
    score = known.get("score")
    check_score(score, "has a score that")
    check_attributes(attributes, "has attributes which")
    if uid is not None and seen.setdefault(uid, index) != index:
        raise _RefusedError(f"has the uid of feature {seen[uid]}, expected one of its own")
    for number, part in enumerate(parts):
        yield ImportedFeature(
            index,
            uid if number == 0 else None,
            class_key,
            part,
            state,
            None if score is None else float(score),
            attributes,
        )


def _polygons(geometry: Any, is_lonlat: bool) -> list[Any]:
    if geometry is None:
        raise _RefusedError("has no geometry, expected a Polygon or MultiPolygon")
    if not isinstance(geometry, dict):
        raise _RefusedError(f"has a geometry that is a {type(geometry).__name__}, expected an object")
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise _RefusedError(f"is a {geometry.get('type')}, expected a Polygon or MultiPolygon")
    try:
        with np.errstate(invalid="ignore"):  # NaN is found, and named, later
            parsed = shape(geometry)
    except (ShapelyError, LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise _RefusedError("has coordinates that make no rings of at least three positions") from None
    if parsed.is_empty:
        raise _RefusedError("has an empty geometry, expected a Polygon or MultiPolygon")
    flat = shapely.force_2d(parsed)
    if is_lonlat and flat.geom_type == "MultiPolygon":
        with suppress(ShapelyError):  # what cannot be joined has faults of its own, which are named later
            flat = joined(flat)
    return list(shapely.get_parts(flat))


def _class(value: Any, name: str, classes: Collection[str] | None, default: str | None) -> str:
    if value is None or value == "":
        if default is None:
            raise _RefusedError(f"has no {name!r}, expected a class")
        return default
    key = str(value) if isinstance(value, int) else value
    if classes is None:
        check_class_key(key, "has a class that")
    elif key not in classes:
        there = ", ".join(sorted(classes)) or "none yet"
        raise _RefusedError(f"has the unknown class {value!r}, expected one of: {there}")
    return str(key)


def _sorted_out(properties: dict[str, Any], class_property: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the properties that the engine knows, and the attributes.

    A feature of ours has a uid and a revision. In any other a "state" may be Nepal and a "model" an airliner:
    what does not read as ours is an attribute like the rest.
    """
    ours = "uid" in properties and "revision" in properties
    known: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    for name, value in properties.items():
        if name == class_property:
            continue
        if name in RESERVED and (ours or _reads_as_ours(name, value)):
            known[name] = value
        else:
            attributes[attribute_name(name)] = _present(value)
    return known, attributes


def _reads_as_ours(name: str, value: Any) -> bool:
    if value is None:
        return True
    if name == "state":
        return value in tuple(FeatureState)
    if name == "score":
        return isinstance(value, int | float) and not isinstance(value, bool) and 0.0 <= value <= 1.0
    return name == "uid" and isinstance(value, str) and UID_PATTERN.fullmatch(value) is not None


def _state(value: Any) -> FeatureState | None:
    if value is None:
        return None
    try:
        return FeatureState(value)
    except ValueError:
        raise _RefusedError(f"has the state {value!r}, expected one of: {', '.join(FeatureState)}") from None


def _uid(feature: dict[str, Any], properties: dict[str, Any]) -> str | None:
    """Return the uid if the engine could have made it; other programs' ids (1, 2, 3) are none."""
    for value in (properties.get("uid"), feature.get("id")):
        if isinstance(value, str) and UID_PATTERN.fullmatch(value):
            return value
    return None


def _present(value: Any) -> Any:
    """Return the value, or None for NaN, which some programs write for nothing."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _name_of(feature: Any) -> str | None:
    if not isinstance(feature, dict):
        return None
    properties = feature.get("properties")
    uid = properties.get("uid") if isinstance(properties, dict) else None
    name = uid if uid is not None else feature.get("id")
    return None if name is None else str(name)[:100]


def _placed(
    found: list[ImportedFeature],
    grid: RasterGrid,
    source: CRS | str,
    features: list[Any],
    problems: list[Problem],
) -> Iterator[ImportedFeature]:
    """Return the valid features in the scene's CRS; add the faults of the others to `problems`."""
    given = geometry_array([feature.geometry for feature in found])
    faults = polygon_faults(given)
    moved = _moved(given, grid, source, faults)
    later = polygon_faults(moved)
    # Of a polygon that is not valid only the box is compared.
    sound = np.array([fault is None for fault in later], dtype=bool)
    missing = off_scene(np.where(sound, moved, shapely.envelope(moved)), grid)
    for feature, geometry, fault, moved_fault, misses in zip(
        found, moved, faults, later, missing, strict=True
    ):
        reason = fault
        if reason is None and misses:
            reason = OFF_SCENE
        elif reason is None and moved_fault is not None:
            reason = f"cannot be placed in the scene's CRS: its polygon {moved_fault}"
        if reason is None:
            yield ImportedFeature(**{**vars(feature), "geometry": geometry})
        else:
            problems.append(Problem(feature.index, _name_of(features[feature.index]), reason))


def _moved(
    given: GeometryArray, grid: RasterGrid, source: CRS | str, faults: list[str | None]
) -> GeometryArray:
    good = [index for index, fault in enumerate(faults) if fault is None]
    moved = geometry_array([shapely.Polygon()] * len(given))
    if source == PIXEL and not is_pixel_plane(grid):
        pixels = shapely.transform(given[good], lambda xy: xy * (1.0, -1.0))
        moved[good] = grid.pixel_polygons_to_world(pixels)
    else:
        moved[good] = to_scene(given[good], grid, None if isinstance(source, str) else source)
    return moved
