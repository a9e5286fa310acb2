"""The manifest of a folder of chips: JSON lines, and the same as GeoParquet."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]
import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]
import shapely
from pyproj import CRS

from tiling.grid.ground_boxes import outlines_lonlat
from tiling.grid.raster_grid import RasterGrid

# Rows that are put together before they go to the Parquet file.
_BATCH = 4096

_SIDES = ("col", "row", "width", "height")
_BOUNDS = ("xmin", "ymin", "xmax", "ymax")

# GeoParquet 1.1.0: footprints as WKB in longitude and latitude, and a box beside each to filter by.
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

# The members of a line of the manifest, in order; the Parquet file has the footprint besides.
FIELDS = tuple(name for name in _SCHEMA.names if name not in ("bbox", "geometry"))


class Manifest:
    """`manifest.jsonl` and `manifest.parquet`, written as chips come. A context manager."""

    def __init__(self, directory: Path, grids: list[RasterGrid]) -> None:
        """Starts both files in `directory`; `grids` are the rasters', as they were cut."""
        self._grids = grids
        self._waiting: list[tuple[int, dict[str, Any]]] = []
        with ExitStack() as stack:
            self._lines = stack.enter_context((directory / "manifest.jsonl").open("w", encoding="utf-8"))
            self._table = stack.enter_context(
                pq.ParquetWriter(directory / "manifest.parquet", _SCHEMA, compression="zstd")
            )
            self._stack = stack.pop_all()

    def add(self, number: int, line: dict[str, Any]) -> None:
        """Adds a chip of the raster of that number; `line` has a member for each of `FIELDS`."""
        self._lines.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
        self._waiting.append((number, line))
        if len(self._waiting) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        lines = [line for _, line in self._waiting]
        columns = {field: [line[field] for line in lines] for field in FIELDS}
        places = self._places()
        bounds = shapely.bounds(places)
        columns["bbox"] = [
            None if place is None else dict(zip(_BOUNDS, box, strict=True))
            for place, box in zip(places, bounds.tolist(), strict=True)
        ]
        columns["geometry"] = shapely.to_wkb(places, byte_order=1).tolist()
        self._table.write_table(pa.Table.from_pydict(columns, schema=_SCHEMA))
        self._waiting = []

    def _places(self) -> npt.NDArray[np.object_]:
        places = np.empty(len(self._waiting), dtype=object)
        numbers = np.array([number for number, _ in self._waiting])
        windows = np.array([[line["window"][side] for side in _SIDES] for _, line in self._waiting])
        for number in np.unique(numbers).tolist():
            mine = numbers == number
            places[mine] = outlines_lonlat(self._grids[number], windows[mine])
        return places

    def __enter__(self) -> Manifest:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            if kind is None and self._waiting:
                self._flush()


def crs_text(crs: CRS | None) -> str | None:
    """A CRS as `EPSG:n` where that says all of it, else as WKT 2."""
    if crs is None:
        return None
    code = crs.to_epsg()
    if code is not None and CRS.from_epsg(code) == crs:
        return f"EPSG:{code}"
    return str(crs.to_wkt())
