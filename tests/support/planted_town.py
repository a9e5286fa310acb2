"""A project with a scene of planted objects: striped squares among plain ones, on noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from shapely.geometry import Polygon, box

from geoengine.model import Changeset, CreateFeature, LabelClass, Scene, new_uid
from geoengine.project import Project
from geoengine.store import Store
from tests.support.prelabel_town import add_scene
from tests.support.random_package import write_random_package

WIDTH, HEIGHT, SIDE = 480, 320, 32
GSD_M = 0.5
TRANSFORM = Affine(GSD_M, 0, 3e5, 0, -GSD_M, 3e6)
# Left and top of the squares, in pixels: of the class, and others.
STRIPED = [(40, 40), (200, 56), (360, 40), (72, 200), (280, 216), (400, 240)]
PLAIN = [(120, 120), (320, 128), (168, 256)]


def write_scene(path: Path, seed: int = 1, gsd_m: float = GSD_M, **options: object) -> Path:
    """Write the squares as a GeoTIFF in UTM."""
    random = np.random.default_rng(seed)
    image = random.integers(90, 130, (3, HEIGHT, WIDTH), dtype=np.uint8)
    for left, top in STRIPED:
        stripes = np.where(np.arange(SIDE) // 4 % 2, 250, 5).astype(np.uint8)
        image[:, top : top + SIDE, left : left + SIDE] = stripes[None, None, :]
    for left, top in PLAIN:
        image[:, top : top + SIDE, left : left + SIDE] = np.array([200, 60, 60], np.uint8)[:, None, None]
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 3, "width": WIDTH, "height": HEIGHT}
    placed = {"crs": "EPSG:32645", "transform": TRANSFORM * Affine.scale(gsd_m / GSD_M)}
    with rasterio.open(path, "w", **{**profile, **placed, **options}) as target:
        target.write(image)
    return path


def square(place: tuple[int, int], gsd_m: float = GSD_M) -> Polygon:
    """Return a square of the scene in world space."""
    (left, top), transform = place, TRANSFORM * Affine.scale(gsd_m / GSD_M)
    x0, y0 = transform * (left, top)
    x1, y1 = transform * (left + SIDE, top + SIDE)
    return box(x0, y1, x1, y0)


def make_project(directory: Path, scenes: int = 1) -> Project:
    """Make a project with so many scenes, a class `tank` and one of another name, and a package `random`."""
    classes = [LabelClass(key, key, "#e69f00") for key in ("tank", "roof")]
    project = Project.create(directory, "p", classes)
    write_random_package(project.models_dir / "random")
    with project.store() as store:
        for number in range(scenes):
            add_scene(project, store, write_scene(project.scenes_dir / f"farm{number}.tif", seed=number))
    return project


def draw(store: Store, scene: Scene, *places: tuple[int, int], class_key: str = "tank") -> list[str]:
    """Draw squares as a person does; return their uids."""
    creates = [CreateFeature(new_uid(), class_key, square(place)) for place in places]
    store.commit(Changeset(new_uid(), scene.id, "ana", creates))
    return [create.uid for create in creates]
