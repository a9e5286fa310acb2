"""A painted town for tests of fine-tuning: a house in every cell, some decided about, some not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from shapely.geometry import Polygon, box

from detectors.model_package.card import ModelPackage
from geoengine.model import Changeset, CreateFeature, FeatureState, LabelClass, Origin, Scene, new_uid
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.finetune import areas as finetune_areas
from geoengine.tasks.finetune import survey as finetune
from tests.support import prelabel_town as town
from tests.support.views import read

GSD_M = 0.5
CELL_PX, COLUMNS, ROWS = 64, 8, 6
HOUSE_PX = 24
TRANSFORM = Affine(GSD_M, 0, 3e5, 0, -GSD_M, 3e6)
PLACES = [(column, row) for row in range(ROWS) for column in range(COLUMNS)]


def house(column: int, row: int) -> Polygon:
    """The house of a cell, in pixels."""
    x, y = CELL_PX * column + 20, CELL_PX * row + 16
    return box(x, y, x + HOUSE_PX, y + HOUSE_PX)


def is_shed(column: int, row: int) -> bool:
    """Whether a cell has a shed where there are any: every second one, as on a chessboard."""
    return (column + row) % 2 == 1


def write_scene(path: Path, sheds: bool = False) -> Path:
    """The houses as a GeoTIFF in UTM, violet on noise; with `sheds`, every second one is a green shed."""
    shape = (3, ROWS * CELL_PX, COLUMNS * CELL_PX)
    image = np.random.default_rng(1).integers(70, 110, shape, dtype=np.uint8)
    for place in PLACES:
        x0, y0, x1, y1 = map(int, house(*place).bounds)
        colour = (60, 150, 50) if sheds and is_shed(*place) else (90, 40, 140)
        image[:, y0:y1, x0:x1] = np.array(colour, np.uint8)[:, None, None]
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 3, "width": shape[2], "height": shape[1]}
    with rasterio.open(path, "w", **profile, crs="EPSG:32645", transform=TRANSFORM) as target:
        target.write(image)
    return path


def make_project(
    directory: Path, classes: tuple[str, ...] = ("house", "tree"), sheds: bool = False
) -> Project:
    """A project with the scene `town` and nothing labelled."""
    project = Project.create(directory, "p", [LabelClass(key, key, "#e69f00") for key in classes])
    with project.store() as store:
        town.add_scene(project, store, write_scene(project.scenes_dir / "town.tif", sheds))
    return project


def put(
    store: Store,
    scene: Scene,
    places: list[tuple[int, int]],
    state: FeatureState = FeatureState.ACCEPTED,
    class_key: str = "house",
) -> None:
    """Labels the houses of these cells."""
    origin, score = (Origin.MODEL, 0.6) if state == FeatureState.PROPOSED else (Origin.HUMAN, None)
    polygons = scene.grid.pixel_polygons_to_world([house(*place) for place in places])
    edits = tuple(CreateFeature(new_uid(), class_key, polygon, state, score, origin) for polygon in polygons)
    store.commit(Changeset(new_uid(), scene.id, "ana", edits))


def package() -> ModelPackage:
    """A package whose weights nobody reads."""
    return ModelPackage(Path("nowhere"), town.toy.toy_card(GSD_M))


def figures(f1: float) -> dict[str, Any]:
    """What measuring gives for one class."""
    return {"images": 3, "objects": 7, "min_score": 0.4, "iou_0.5": {"precision": f1, "recall": f1, "f1": f1}}


# --- for the test modules, which take the fixtures over by name ---


@pytest.fixture
def small_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells as small as the scene, and few labels are enough."""
    monkeypatch.setattr(finetune_areas, "CELL_PX", CELL_PX)
    monkeypatch.setattr(finetune, "NEEDED", (6, 2))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project")


@pytest.fixture
def store(project: Project) -> Iterator[Store]:
    with project.store() as opened:
        yield opened


@pytest.fixture
def scene(store: Store) -> Scene:
    return read(store).scene_by_key("town")
