"""Scenes full of seeded polygons, for benchmarks that need many: `fill` puts them into one.

`make_scene` makes a project with one such scene. It is a grid in UTM without a raster: tiles of it cannot be drawn,
labels of it can be read and written.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from affine import Affine
from pyproj import CRS

from geoengine.model import Changeset, CreateFeature, FeatureState, LabelClass, Origin, Scene
from geoengine.project import Project
from geoengine.store import Store
from tiling.display.stretch import Stretch
from tiling.grid.raster_grid import RasterGrid

SEED = 6
GSD_M = 0.3
EAST, NORTH = 300_000.0, 3_060_000.0
AREA_M2 = 144.0  # of ground for each polygon: a dense old town
BATCH = 25_000
CLASSES = (
    LabelClass("building", "Building", "#e69f00", "b"),
    LabelClass("shed", "Shed", "#56b4e9", "s"),
    LabelClass("tree", "Tree", "#009e73", "t"),
)
# L-shaped, in units of its half diagonal; a courtyard goes into a few of them.
_OUTLINE = np.array(
    [(-0.7, -0.7), (0.7, -0.7), (0.7, 0.1), (0.1, 0.1), (0.1, 0.7), (-0.7, 0.7), (-0.7, -0.7)]
)
_COURTYARD = np.array([(-0.5, -0.5), (-0.5, -0.2), (-0.1, -0.2), (-0.1, -0.5), (-0.5, -0.5)])


def open_scene(directory: Path, count: int) -> tuple[Project, Scene]:
    """Return the project in `directory` with `count` polygons; make it where it is missing.

    Raises:
        SystemExit: the project there has another number of them.
    """
    if not directory.exists():
        make_scene(directory, count)
    project = Project.open(directory)
    with project.store() as store, store.reading() as view:
        [scene] = view.scenes()
        found = sum(each.count for each in view.counts(scene.id))
    if found != count:
        raise SystemExit(f"{directory} has {found} polygons, expected {count}; delete it or name another.")
    return project, scene


def make_scene(directory: Path, count: int) -> None:
    """Make the project; about a minute for a million polygons, through `Store.commit`."""
    project = Project.create(directory, "Dense", CLASSES, author="benchmark")
    side_px = int(np.ceil(np.sqrt(count * AREA_M2) / GSD_M))
    grid = RasterGrid(
        CRS.from_epsg(32645).to_wkt(), Affine(GSD_M, 0, EAST, 0, -GSD_M, NORTH), side_px, side_px
    )
    with project.store() as store:
        scene = store.add_scene(
            key="dense",
            name="Dense",
            uri="scenes/dense.tif",
            source="made by code",
            content_hash=f"dense-{count}",
            grid=grid,
            bands=3,
            dtype="uint8",
            stretch=Stretch((1, 2, 3), (0.0, 0.0, 0.0), (255.0, 255.0, 255.0)),
        )
        fill(store, scene, count, side_px * GSD_M, np.random.default_rng(SEED))


def fill(store: Store, scene: Scene, count: int, side_m: float, rng: np.random.Generator) -> None:
    """Commit `count` polygons that lie anywhere in the square of `side_m` metres at EAST, NORTH."""
    for start in range(0, count, BATCH):
        creates = tuple(_creates(rng, min(BATCH, count - start), side_m))
        store.commit(Changeset(f"{scene.key}-{start}", scene.id, f"analyst {start // BATCH % 5}", creates))
        print(f"\r{start + len(creates):,} polygons made", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def _creates(rng: np.random.Generator, count: int, side_m: float) -> Iterator[CreateFeature]:
    polygons = _polygons(rng, count, side_m)
    scores = rng.beta(4, 2, count)
    states = rng.choice(list(FeatureState), count, p=[0.7, 0.2, 0.1])
    keys = rng.choice([label_class.key for label_class in CLASSES], count, p=[0.7, 0.1, 0.2])
    drawn = rng.random(count) < 0.05  # by a person: without model and score
    for polygon, score, state, key, by_hand in zip(polygons, scores, states, keys, drawn, strict=True):
        yield CreateFeature(
            uid=str(uuid.UUID(bytes=rng.bytes(16), version=4)),
            class_key=str(key),
            geometry=polygon,
            state=FeatureState(state),
            score=None if by_hand else float(score),
            origin=Origin.HUMAN if by_hand else Origin.MODEL,
            model=None if by_hand else "overhead 1.0",
        )


def _polygons(rng: np.random.Generator, count: int, side_m: float) -> npt.NDArray[np.object_]:
    """`count` turned L-shapes of 4 to 9 m, world coordinates; one in fifty has a courtyard."""
    center = np.array([EAST, NORTH - side_m]) + rng.random((count, 2)) * side_m
    radius, angle = rng.uniform(2, 4.5, count), rng.uniform(0, 2 * np.pi, count)
    cos, sin = radius * np.cos(angle), radius * np.sin(angle)
    turn = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], -1)
    outlines = shapely.linearrings(np.einsum("nij,vj->nvi", turn, _OUTLINE) + center[:, None])
    courtyards = shapely.linearrings(np.einsum("nij,vj->nvi", turn, _COURTYARD) + center[:, None])
    polygons: npt.NDArray[np.object_] = shapely.polygons(outlines)
    holed = np.flatnonzero(rng.random(count) < 0.02)
    polygons[holed] = shapely.polygons(outlines[holed], holes=courtyards[holed][:, None])
    return polygons
