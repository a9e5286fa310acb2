"""Runs of `write_chips` for tests: options, manifests and label files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from tiling.chips.options import ChipOptions
from tiling.chips.splits import SplitSpec
from tiling.grid.plan import ChipSpec
from tiling.raster.raster import open_raster

SPLIT = SplitSpec((("train", 0.6), ("val", 0.2), ("test", 0.2)), block_px=100, buffer_px=8, seed=3)


def chip_options(size: int, overlap: int = 0, **options: Any) -> ChipOptions:
    """Return options for chips of one size."""
    return ChipOptions(ChipSpec(size, overlap), **options)


def read_manifest(folder: Path) -> list[dict[str, Any]]:
    """Read the lines of a manifest."""
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]


def write_polygons(path: Path, raster_path: Path, shapes: list[Any], names: list[str]) -> Path:
    """Write polygons in a raster's pixel space as GeoJSON in EPSG:32616."""
    with open_raster(raster_path) as raster:
        world = raster.grid.pixel_polygons_to_world(np.array(shapes, dtype=object))
    features = [
        {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": {"class": name}}
        for shape, name in zip(world, names, strict=True)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32616"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
    return path
