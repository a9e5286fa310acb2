"""The project of the desk's benchmark: two scenes of the same ground, one with few polygons, one with many.

Both have a free strip in the east and south, and in the corner of it a hundred outlines of a hundred corners each.
"""

from __future__ import annotations

import uuid
from pathlib import Path

import numpy as np
import rasterio
import shapely
from affine import Affine
from dense_scene import AREA_M2, CLASSES, EAST, NORTH, SEED, fill

from geoengine.model import Changeset, CreateFeature, FeatureState, Origin
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes.register import Registration, register_scene

FEW = 30
SIDE_PX = 4096
FREE_M = 240.0  # more than a page shows where outlines are edited
RINGS, CORNERS, APART_M, RADIUS_M = 100, 100, 8.0, 3.0


def filled_m(count: int) -> float:
    """Side in metres of the ground, from the north-western corner on, that `count` polygons fill."""
    return float(np.sqrt(count * AREA_M2))


def make_project(directory: Path, count: int) -> None:
    """Make the project in `directory`, and the rasters beside it."""
    directory.mkdir(parents=True, exist_ok=True)
    side_m = filled_m(count)
    rng = np.random.default_rng(SEED)
    project = Project.create(directory / "project", "Desk", CLASSES, author="benchmark")
    with project.store() as store:
        for name, number in (("few", FEW), ("many", count)):
            raster = make_raster(directory / f"{name}.tif", rng, side_m + FREE_M)
            scene = register_scene(project, store, raster, Registration(name=name))
            fill(store, scene, number, side_m, rng)
            add_rings(store, scene.id, side_m + FREE_M / 2, rng)


def make_raster(path: Path, rng: np.random.Generator, side_m: float) -> Path:
    """Fields of noise, bright and dark."""
    fields = rng.integers(20, 200, (SIDE_PX // 64, SIDE_PX // 64), dtype=np.uint8).repeat(64, 0).repeat(64, 1)
    values = fields + rng.integers(0, 40, (3, SIDE_PX, SIDE_PX), dtype=np.uint8)
    gsd = side_m / SIDE_PX
    profile = {"driver": "GTiff", "width": SIDE_PX, "height": SIDE_PX, "count": 3, "dtype": "uint8"}
    georeference = {"crs": "EPSG:32645", "transform": Affine(gsd, 0, EAST, 0, -gsd, NORTH)}
    with rasterio.open(path, "w", **profile, **georeference) as raster:
        raster.write(values)
    return path


def add_rings(store: Store, scene: int, middle_m: float, rng: np.random.Generator) -> None:
    """Commit accepted outlines in rows around a point `middle_m` east and south of the scene's corner."""
    rows = int(np.sqrt(RINGS))
    steps = (np.arange(rows) - (rows - 1) / 2) * APART_M
    middle = np.array([EAST + middle_m, NORTH - middle_m])
    centers = middle + np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 1, 2)
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radius = RADIUS_M * (1 + 0.1 * np.sin(12 * angle))
    wave = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    creates = tuple(
        CreateFeature(
            str(uuid.UUID(bytes=rng.bytes(16), version=4)),
            CLASSES[0].key,
            outline,
            FeatureState.ACCEPTED,
            None,
            Origin.HUMAN,
            None,
        )
        for outline in shapely.polygons(centers + wave)
    )
    store.commit(Changeset(f"rings-{scene}", scene, "benchmark", creates))
