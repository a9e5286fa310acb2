"""Scenes registered without a raster, for what never reads one."""

from __future__ import annotations

from affine import Affine
from pyproj import CRS

from geoengine.model import Scene
from geoengine.store import Store
from tiling.display.stretch import Stretch
from tiling.grid.raster_grid import RasterGrid


def register_plain(store: Store, key: str = "banepa", grid: RasterGrid | None = None) -> Scene:
    """Register a scene of 1000 x 800 px of 0.1 m in UTM 45N, or of another grid."""
    if grid is None:
        transform = Affine(0.1, 0, 350_000, 0, -0.1, 3_056_000)
        grid = RasterGrid(CRS.from_epsg(32645).to_wkt(), transform, 1000, 800)
    return store.add_scene(
        key=key,
        name=f"Scene {key}",
        uri=f"scenes/{key}.tif",
        source=f"/data/{key}.tif",
        content_hash=f"sha-{key}",
        grid=grid,
        bands=3,
        dtype="uint8",
        stretch=Stretch((1, 2, 3), (0.0, 0.0, 0.0), (255.0, 255.0, 255.0)),
    )
