"""A painted town with gardens, roads and fields, of which the pictures of the desk are taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from affine import Affine
from PIL import Image
from rasterio.features import rasterize

from geoengine.model import CreateFeature, FeatureState, GeometryKind, LabelClass, Origin
from geoengine.project import Project
from geoengine.tasks.scenes.register import Registration, register_scene
from tests.support.browser import EAST, GSD, NORTH, SIZE_PX, to_world

ROOFS = [(178, 116, 92), (196, 190, 182), (150, 152, 160), (188, 140, 104)]
GRASS, FIELD, ROAD, CROWN = (104, 112, 76), (142, 130, 92), (158, 154, 146), (52, 74, 44)
LATER = 5  # as many houses are not there yet at the earlier date
MISSED = 9  # the house that no proposal is of


def house(n: int) -> shapely.Polygon:
    """House `n` of twelve in pixels, beside one of two roads."""
    col, row = 210 + 120 * (n % 6) + 9 * (n % 3), 330 + 250 * (n // 6) + 5 * (n % 2)
    box = shapely.box(col - 32 - 2 * (n % 4), row - 20 - n % 3, col + 32, row + 20)
    return shapely.affinity.rotate(box, [-6, 4, 9, -3][n % 4])


def trees() -> list[shapely.Polygon]:
    """Crowns in pixels, between the houses and the edge of the fields."""
    rng = np.random.default_rng(5)
    places = [(150 + 24 * n, 455 + 60 * (n % 2)) for n in range(30)]
    return [
        shapely.Point(c + dx, r + dy).buffer(8 + dx % 5, 4)
        for c, r in places
        for dx, dy in rng.integers(-7, 7, (1, 2))
    ]


def paint(path: Path, houses: int, seed: int, light: float) -> None:
    """Write the town with so many of its houses as a GeoTIFF, with the sun in the north west."""
    rng = np.random.default_rng(seed)
    picture = np.empty((SIZE_PX, SIZE_PX, 3))
    picture[:] = GRASS

    def fill(shape: Any, color: Any, share: float = 1) -> None:
        inside = rasterize([shape], (SIZE_PX, SIZE_PX)).astype(bool)
        picture[inside] = (1 - share) * picture[inside] + share * np.asarray(color)

    for n, tint in enumerate((0, -14, 10, -6)):
        fill(shapely.box(260 * n, 700, 260 * n + 254, 1024), np.add(FIELD, tint))
        fill(shapely.box(260 * n - 120, 0, 260 * n + 130, 210), np.add(FIELD, -tint))
    for row in (400, 650):
        fill(shapely.LineString([(0, row), (500, row + 8), (1024, row - 6)]).buffer(9), ROAD)
    for n in range(houses):
        roof = house(n)
        corners = shapely.get_coordinates(roof)
        fill(shapely.affinity.translate(roof, 6, 7), (30, 34, 30), 0.35)
        fill(roof, ROOFS[n % 4])
        # The half that faces away from the sun, below the ridge.
        ridge = (corners[[0, 2]] + corners[[1, 3]]) / 2
        lower = max((corners[[1, 2]], corners[[3, 0]]), key=lambda side: side[:, 1].mean())
        fill(shapely.MultiPoint([*ridge, *lower]).convex_hull, np.multiply(ROOFS[n % 4], 0.84))
    for crown in trees():
        fill(shapely.affinity.translate(crown, 4, 4), (30, 34, 30), 0.5)
        fill(crown, CROWN)
    coarse = Image.fromarray(rng.normal(0, 7, (48, 48)).astype(np.float32)).resize(
        (SIZE_PX, SIZE_PX), Image.Resampling.BICUBIC
    )
    picture += np.asarray(coarse)[..., None] + rng.normal(0, 4, picture.shape)
    values = np.clip(picture * light, 1, 255).astype(np.uint8).transpose(2, 0, 1)
    profile = {"driver": "GTiff", "width": SIZE_PX, "height": SIZE_PX, "count": 3, "dtype": "uint8"}
    grid = Affine(GSD, 0, EAST, 0, -GSD, NORTH)
    with rasterio.open(path, "w", crs="EPSG:32645", transform=grid, **profile) as raster:
        raster.write(values)


def make_painted_town(folder: Path) -> Project:
    """Make a project of the town at two dates, with a proposal for each tree and each house but one."""
    paint(folder / "town.tif", 12, 3, 1.0)
    paint(folder / "earlier.tif", 12 - LATER, 4, 0.85)
    classes = [
        LabelClass("building", "Building", "#56b4e9"),
        LabelClass("tree", "Tree", "#e69f00"),
        LabelClass("road", "Road", "#ffff00", geometry=GeometryKind.LINE),
        LabelClass("mast", "Mast", "#ff4d6d", geometry=GeometryKind.POINT),
    ]
    project = Project.create(folder / "project", "Test town", classes, author="ana", marking="UNCLASSIFIED")
    found = [
        ("building", shapely.affinity.translate(house(n), -2, n % 3 - 1), 0.96 - 0.03 * n)
        for n in range(12)
        if n != MISSED
    ]
    found += [("tree", crown, 0.6 - 0.01 * n) for n, crown in enumerate(trees())]
    proposals = [
        CreateFeature(
            f"{n:032x}", kind, to_world(shape), FeatureState.PROPOSED, score, Origin.MODEL, "town 1.0"
        )
        for n, (kind, shape, score) in enumerate(found, 1)
    ]
    with project.store() as store:
        now = Registration(name="Town", acquired_at="2024-05-01T04:55:00Z")
        scene = register_scene(project, store, folder / "town.tif", now)
        store.replace_proposals(
            scene.id, ["building", "tree"], proposals, token="proposals-1", author="town 1.0"
        )
        before = register_scene(
            project, store, folder / "earlier.tif", Registration(name="Town before", acquired_at="2019-03-01")
        )
        known = [
            CreateFeature(f"{n + 100:032x}", "building", to_world(house(n)), FeatureState.ACCEPTED)
            for n in range(12 - LATER)
        ]
        store.apply_edits(before.id, [known], token="known-00001", author="ana")
    return project
