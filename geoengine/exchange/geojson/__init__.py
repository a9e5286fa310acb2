"""GeoJSON (RFC 7946): the project's own label files, and files of other programs.

A file of ours is a FeatureCollection with one feature on each line and, as its last line, a foreign member
``"geoengine"`` that says which scene it is and up to which changeset. That line comes last so that it is
only there once all the features are.
"""

from __future__ import annotations

from geoengine.exchange.geojson.report import ImportedFeature, LeftOut, Problem, ReadReport, WriteReport
from geoengine.exchange.geojson.whole_file import read_geojson
from geoengine.exchange.geojson.writer import GeoJSONWriter, read_foreign_member, write_geojson

__all__ = [
    "GeoJSONWriter",
    "ImportedFeature",
    "LeftOut",
    "Problem",
    "ReadReport",
    "WriteReport",
    "read_foreign_member",
    "read_geojson",
    "write_geojson",
]
