"""Features as columns of numbers: a third of the bytes of GeoJSON, read by a browser without parsing text.

The layout is in docs/features.md; `server/client/src/model/packed.ts` is the other end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geoengine.model import FeatureColumns
from geoengine.model.geometry import paths
from server.representations.json_text import json_bytes
from tiling.arrays import Geometries, Ints

MEDIA_TYPE = "application/vnd.geoengine.features"
MAGIC = b"GEFEAT02"
ALIGNMENT = 8
CODED = ("class_key", "state", "origin", "model", "author", "time", "attributes")
"""Columns that are numbers of entries in a list of the header: few values, many features."""

TYPES = (
    shapely.GeometryType.POLYGON,
    shapely.GeometryType.MULTIPOLYGON,
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.POINT,
)
"""Types of geometry in the order of their numbers."""
MULTI = 1

TEXT, DASHED, HEX = range(3)
_DASHED = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HEX = re.compile(r"[0-9a-f]{32}")

Column = npt.NDArray[Any]


def packed(columns: FeatureColumns, members: dict[str, Any]) -> bytes:
    """Return `columns` in the layout of docs/features.md; `members` go into its header."""
    arrays, lists = _arrays(columns)
    described = [
        {"name": name, "type": f"{array.dtype.kind}{array.dtype.itemsize}", "length": array.size}
        for name, array in arrays.items()
    ]
    header = json_bytes({**members, "count": len(columns.uid), "columns": described, "lists": lists})
    header += b" " * (-len(header) % ALIGNMENT)
    parts = [MAGIC, np.array([len(header), 0], "<u4").tobytes(), header]
    for array in arrays.values():
        data = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        parts += [data, bytes(-len(data) % ALIGNMENT)]
    return b"".join(parts)


def _arrays(columns: FeatureColumns) -> tuple[dict[str, Column], dict[str, list[Any]]]:
    """Return the columns by name, and the lists that the coded columns index."""
    types, coordinates, rings, polygons = _geometries(columns.geometry)
    parts = _part_rings(columns.geometry[types == MULTI], polygons[:-1][types == MULTI])
    forms, names, texts = _uids(columns.uid)
    arrays: dict[str, Column] = {
        "geometry_type": types,
        "coordinates": coordinates.reshape(-1),
        "ring_offsets": rings.astype(np.uint32),
        "polygon_offsets": polygons.astype(np.uint32),
        "score": np.array(columns.score, np.float64),  # None becomes NaN
        "revision": _narrow(np.array(columns.revision, np.int64)),
        "uid": names,
        "uid_form": forms,
    }
    lists: dict[str, list[Any]] = {"uid": texts}
    for name in CODED:
        arrays[name], lists[name] = _coded(getattr(columns, name))
    rows = [row for row, said in enumerate(columns.said) if said is not None]
    if len(parts):
        arrays["part_rings"] = parts.astype(np.uint32)
    if rows:  # the few features that something is said of; the others take no byte
        arrays["said"] = _narrow(np.array(rows, np.int64))
        lists["said"] = [columns.said[row] for row in rows]
    return arrays, lists


def _geometries(geometries: Geometries) -> tuple[Column, Column, Column, Column]:
    """Return types, (V, 2) coordinates, offsets of rings and offsets of features; a line or a point is one ring."""
    kinds = shapely.get_type_id(geometries)
    types = np.zeros(len(geometries), np.uint8)
    for number, kind in enumerate(TYPES):
        types[kinds == kind] = number
    if len(types) and not types.any():
        _, coordinates, (ring_offsets, offsets) = shapely.to_ragged_array(geometries, include_z=False)
        return types, coordinates, ring_offsets, offsets
    rings, owner = paths(geometries)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    starts, owners = np.arange(len(rings) + 1), np.arange(len(geometries) + 1)
    return types, coordinates, np.searchsorted(ring, starts), np.searchsorted(owner, owners)


def _part_rings(geometries: Geometries, first: Column) -> Ints:
    """Return the number of the first ring of each part of MultiPolygons, whose own first rings are `first`."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    counts = 1 + shapely.get_num_interior_rings(parts).astype(np.int64)
    before = np.cumsum(counts) - counts
    starts = np.searchsorted(owner, np.arange(len(geometries)))
    return np.asarray(first[owner] + before - before[starts][owner], np.int64)


def _coded(values: Sequence[Any]) -> tuple[Column, list[Any]]:
    """Return for each value its index in the list of distinct values, and that list in order of appearance."""
    codes = {value: code for code, value in enumerate(dict.fromkeys(values))}
    return _narrow(np.fromiter(map(codes.__getitem__, values), np.int64, len(values))), list(codes)


def _narrow(values: Ints) -> Column:
    """Return whole numbers from 0 on in the narrowest unsigned type that holds them."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))))


def _uids(uids: Sequence[str]) -> tuple[Column, Column, list[str]]:
    """Return each uid's form, each uid's 16 bytes, and in order the uids that are no UUID."""
    forms, names, texts = bytearray(), bytearray(), []
    for uid in uids:
        if _HEX.fullmatch(uid):
            forms.append(HEX)
        elif _DASHED.fullmatch(uid):
            forms.append(DASHED)
        else:
            forms.append(TEXT)
            texts.append(uid)
            names += bytes(16)
            continue
        names += bytes.fromhex(uid.replace("-", ""))
    return np.frombuffer(bytes(forms), np.uint8), np.frombuffer(bytes(names), np.uint8), texts
