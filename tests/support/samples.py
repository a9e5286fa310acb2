"""Small seeded rasters and label files for the tests of the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from click.testing import Result
from pyproj import Transformer
from rasterio.transform import from_origin

# A scene of 60 x 40 m near Banepa, UTM 45N.
WEST, NORTH, PIXEL_M, WIDTH, HEIGHT = 354000.0, 3056000.0, 0.2, 300, 200

Run = Callable[..., Result]


def write_raster(path: Path, seed: int = 1, repeat: int = 1, count: int = 3, **profile: Any) -> Path:
    """A small seeded RGB GeoTIFF; `repeat` lays the same pixels side by side, that many times each way."""
    pixels = np.random.default_rng(seed).integers(1, 250, (count, HEIGHT, WIDTH), dtype=np.uint8)
    pixels = np.tile(pixels, (1, repeat, repeat))
    settings = {
        "driver": "GTiff",
        "width": WIDTH * repeat,
        "height": HEIGHT * repeat,
        "count": count,
        "dtype": "uint8",
        "crs": "EPSG:32645",
        "transform": from_origin(WEST, NORTH, PIXEL_M, PIXEL_M),
    }
    with rasterio.open(path, "w", **{**settings, **profile}) as dataset:
        dataset.write(pixels.astype(dataset.dtypes[0]))
    return path


def square(col: float, row: float, side: float = 20, **properties: Any) -> dict[str, Any]:
    """A GeoJSON feature: a square of the scene, given in pixels, as longitude and latitude."""
    to_lonlat = Transformer.from_crs(32645, 4326, always_xy=True).transform
    corners = [(col, row), (col, row + side), (col + side, row + side), (col + side, row), (col, row)]
    ring = [list(to_lonlat(WEST + x * PIXEL_M, NORTH - y * PIXEL_M)) for x, y in corners]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def write_geojson(path: Path, features: list[Any]) -> Path:
    """A FeatureCollection."""
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@dataclass(frozen=True)
class Town:
    """A project with one scene, `town`, and the classes building and tree."""

    directory: Path
    raster: Path
