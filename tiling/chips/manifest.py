"""Manifest of a folder of chips: JSON lines, and the same as GeoParquet."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]
import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]
import shapely
from pyproj import CRS

from tiling.arrays import Geometries
from tiling.grid.ground_boxes import outlines_lonlat
from tiling.grid.raster_grid import RasterGrid

# Rows that are collected before they are written to the Parquet file.
_BATCH = 4096

_SIDES = ("col", "row", "width", "height")
_BOUNDS = ("xmin", "ymin", "xmax", "ymax")

# GeoParquet 1.1.0: footprints as WKB in longitude and latitude, with a bounding box column to filter by.
_GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {
        "geometry": {
            "encoding": "WKB",
            "geometry_types": ["Polygon", "MultiPolygon"],
            "crs": CRS.from_epsg(4326).to_json_dict(),
            "covering": {"bbox": {side: ["bbox", side] for side in _BOUNDS}},
        }
    },
}

_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("file", pa.string()),
        ("source", pa.string()),
        ("image", pa.int64()),
        ("window", pa.struct([(side, pa.int64()) for side in _SIDES])),
        ("transform", pa.list_(pa.float64())),
        ("crs", pa.string()),
        ("gsd_m", pa.float64()),
        ("valid_fraction", pa.float64()),
        ("sha256", pa.string()),
        ("split", pa.string()),
        ("error", pa.string()),
        ("bbox", pa.struct([(side, pa.float64()) for side in _BOUNDS])),
        ("geometry", pa.binary()),
    ],
    metadata={"geo": json.dumps(_GEO)},
)

# The members of a line of the manifest, in order; the Parquet file has the footprint as well.
FIELDS = tuple(name for name in _SCHEMA.names if name not in ("bbox", "geometry"))


class Manifest:
    """Writer of `manifest.jsonl` and `manifest.parquet`, one chip after the other; a context manager."""

    def __init__(self, directory: Path, grids: list[RasterGrid]) -> None:
        """Start both files in `directory`; `grids` are those of the rasters, as they were cut."""
        self._grids = grids
        self._buffer: list[tuple[int, dict[str, Any]]] = []
        with ExitStack() as stack:
            self._lines = stack.enter_context((directory / "manifest.jsonl").open("w", encoding="utf-8"))
            self._table = stack.enter_context(
                pq.ParquetWriter(directory / "manifest.parquet", _SCHEMA, compression="zstd")
            )
            self._stack = stack.pop_all()

    def add(self, number: int, line: dict[str, Any]) -> None:
        """Add a chip of raster `number`; `line` has a member for each of `FIELDS`."""
        self._lines.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
        self._buffer.append((number, line))
        if len(self._buffer) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        lines = [line for _, line in self._buffer]
        columns = {field: [line[field] for line in lines] for field in FIELDS}
        footprints = self._footprints()
        bounds = shapely.bounds(footprints)
        columns["bbox"] = [
            None if footprint is None else dict(zip(_BOUNDS, box, strict=True))
            for footprint, box in zip(footprints, bounds.tolist(), strict=True)
        ]
        columns["geometry"] = shapely.to_wkb(footprints, byte_order=1).tolist()
        self._table.write_table(pa.Table.from_pydict(columns, schema=_SCHEMA))
        self._buffer = []

    def _footprints(self) -> Geometries:
        footprints = np.empty(len(self._buffer), dtype=object)
        numbers = np.array([number for number, _ in self._buffer])
        windows = np.array([[line["window"][side] for side in _SIDES] for _, line in self._buffer])
        for number in np.unique(numbers).tolist():
            of_raster = numbers == number
            footprints[of_raster] = outlines_lonlat(self._grids[number], windows[of_raster])
        return footprints

    def __enter__(self) -> Manifest:
        """Return the manifest itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the rest of the rows, unless an error ends the run, and close both files."""
        with self._stack:
            if kind is None and self._buffer:
                self._flush()


def crs_text(crs: CRS | None) -> str | None:
    """Return a CRS as `EPSG:n` where that is the same CRS, else as WKT 2.

    >>> crs_text(CRS.from_epsg(32645))
    'EPSG:32645'
    """
    if crs is None:
        return None
    code = crs.to_epsg()
    if code is not None and CRS.from_epsg(code) == crs:
        return f"EPSG:{code}"
    return str(crs.to_wkt())
