"""Vector files: one reader for labels, areas and results, and their polygons.

Nothing but the named file is read, no link in it is followed and no request made.
"""

from __future__ import annotations

from tiling.vectors.features import EXPECTED, FeatureBatch, VectorFile
from tiling.vectors.labelled_polygons import LabelledPolygons
from tiling.vectors.open_file import open_vector_file
from tiling.vectors.polygons import (
    PolygonFile,
    read_labels,
    read_polygon_file,
    read_polygons,
    split_polygons,
)

__all__ = [
    "EXPECTED",
    "FeatureBatch",
    "LabelledPolygons",
    "PolygonFile",
    "VectorFile",
    "open_vector_file",
    "read_labels",
    "read_polygon_file",
    "read_polygons",
    "split_polygons",
]
