"""Features as GeoJSON text, written for tens of thousands at once.

The geometry is written by GEOS for a whole array at once; only the properties pass through Python's encoder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from geoengine.model import Feature
from server.representations.json_text import json_bytes


def feature_properties(feature: Feature) -> dict[str, Any]:
    """Return the ``properties`` of `FeatureReply`."""
    return {
        "class": feature.class_key,
        "state": str(feature.state),
        "score": feature.score,
        "revision": feature.revision,
        "origin": str(feature.origin),
        "model": feature.model,
        "author": feature.author,
        "time": feature.time,
        "attributes": dict(feature.attributes),
        "deleted": feature.deleted,
        "unsure": feature.unsure,
        "note": feature.note,
        "confidence": str(feature.confidence),
    }


def feature_object(feature: Feature) -> dict[str, Any]:
    """Return one feature in the shape of `FeatureReply`; coordinates are the stored float64 ones, unrounded."""
    return {
        "type": "Feature",
        "id": feature.uid,
        "geometry": json.loads(shapely.to_geojson(feature.geometry)),
        "properties": feature_properties(feature),
    }


def collection_bytes(features: Sequence[Feature], members: dict[str, Any]) -> bytes:
    """Return a FeatureCollection in UTF-8, with `members` beside ``features``.

    Agrees with `feature_object` for each feature.
    """
    geometries = shapely.to_geojson(np.array([feature.geometry for feature in features], dtype=object))
    parts = []
    for feature, geometry in zip(features, geometries, strict=True):
        uid = json_bytes(feature.uid)
        properties = json_bytes(feature_properties(feature))
        parts.append(
            b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}' % (uid, geometry.encode(), properties)
        )
    head = json_bytes({"type": "FeatureCollection", **members})[:-1]
    return head + b',"features":[' + b",".join(parts) + b"]}"
