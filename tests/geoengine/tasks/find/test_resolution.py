"""The resolution follows from the examples, and other scenes are seen at the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from affine import Affine

from geoengine.model import Scene
from geoengine.store import Store
from geoengine.tasks.find.examples import SceneExamples
from geoengine.tasks.find.resolution import choose_resolution, factors
from geoengine.tasks.find.settings import FindError
from tests.support import planted_town as farm
from tests.support.views import read
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid
from tiling.grid.window import PixelSize


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    project = farm.make_project(tmp_path_factory.mktemp("find") / "p")
    with project.store() as store:
        yield _only(store)


def _only(store: Store) -> Scene:
    return read(store).scene_by_key("farm0")


def _known(scene: Scene, *sides: float) -> list[SceneExamples]:
    boxes = np.array([[0.0, 0.0, side, side] for side in sides])
    return [SceneExamples(scene, boxes, np.zeros(len(boxes), bool), np.empty((0, 4)))]


def _at(scene: Scene, factor: float) -> Scene:
    """The same ground with pixels so many times as wide."""
    grid = scene.grid
    transform = grid.transform * Affine.scale(factor)
    size = round(grid.width / factor), round(grid.height / factor)
    return replace(scene, grid=RasterGrid(grid.crs_wkt, transform, *size))


@pytest.mark.parametrize(
    ("side", "reduction"), [(8, 1), (40, 1), (64, 1), (65, 2), (128, 2), (200, 4), (700, 16)]
)
def test_wide_examples_are_seen_in_larger_pixels(scene: Scene, side: float, reduction: int) -> None:
    chosen = choose_resolution(_known(scene, side))
    assert chosen.reduction == reduction
    assert chosen.gsd_m == pytest.approx(farm.GSD_M * reduction, rel=0.01)
    assert chosen.side_px == side / reduction
    size = chosen.size_of(scene)
    assert size.width == pytest.approx(farm.WIDTH / reduction, abs=1)
    assert chosen.per_pixel(scene, size) == pytest.approx(1, rel=0.02)
    assert factors(scene.grid, size) == pytest.approx(1 / reduction, rel=0.02)


def test_other_scenes_are_seen_at_the_same_ground_resolution(scene: Scene) -> None:
    chosen = choose_resolution(_known(scene, 40))
    assert chosen.size_of(_at(scene, 0.5)) == PixelSize(farm.WIDTH, farm.HEIGHT)
    coarse = _at(scene, 2)
    assert chosen.size_of(coarse) == coarse.grid.size
    assert chosen.per_pixel(coarse, coarse.grid.size) == pytest.approx(0.5, rel=0.02)


def test_scenes_that_cannot_be_compared_are_refused(scene: Scene) -> None:
    chosen = choose_resolution(_known(scene, 40))
    with pytest.raises(FindError, match=r"examples are 4.0 px wide, expected 8 or more"):
        chosen.size_of(_at(scene, 10))
    unplaced = replace(scene, grid=RasterGrid(None, PIXEL_PLANE, 300, 200))
    with pytest.raises(FindError, match=r"farm0 has no ground resolution"):
        chosen.size_of(unplaced)
    plain = choose_resolution(_known(unplaced, 100))
    assert plain.size_of(unplaced) == PixelSize(150, 100)
    with pytest.raises(FindError, match=r"farm0 has a ground resolution"):
        plain.size_of(scene)
    with pytest.raises(FindError, match=r"the examples on farm0 are 6.0 px wide"):
        choose_resolution(_known(scene, 6))
