"""From a prompt in the world to outlines in the world, with the scene's pixels in between."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from detectors.outlines import PromptError, classical
from detectors.outlines.prompt import Outline, Prompt, Proposer, View
from detectors.outlines.sam import SamPackage, find_package
from geoengine.errors import InvalidValueError
from geoengine.model import FeatureFilter, FeatureState, Scene
from geoengine.store import Store
from server.http.errors import OutlinesBusyError
from server.tiles.catalog import VersionedScene
from server.tiles.drawing import TileDrawer
from tiling.display.rendering import to_rgba
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow
from tiling.raster.raster import Raster, read_window

# How far around what is pointed at is looked, in pixels of the scene, and how many are enough.
_AROUND_PX, _ENOUGH = 2048, 100


def similar_areas(store: Store, scene: Scene, prompt: Prompt, class_key: str) -> list[float]:
    """Areas of accepted objects of a class around a prompt, all in the scene's CRS; at most 100."""
    x0, y0, x1, y1 = prompt.bounds
    reach = float(np.ptp(scene.grid.to_world(np.array([[0.0, 0.0], [_AROUND_PX, 0.0]])), axis=0).max())
    keep = FeatureFilter(states=(FeatureState.ACCEPTED,), classes=(class_key,))
    around = (x0 - reach, y0 - reach, x1 + reach, y1 + reach)
    return [feature.geometry.area for feature in store.features(scene.id, around, keep, _ENOUGH).features]


# The pixels around a click that are looked at: the largest window of the classical method.
AROUND_PX = 2 * max(classical.HALVES_PX)
# A larger box is read at a reduced resolution, an even larger one not at all.
MOST_READ_PX, MOST_BOX_PX = 640, 16_384
# One is computed, and one waits: the other processor stays free for tiles.
_AT_ONCE, _WAITING, _PATIENCE_S = 1, 1, 2.0


@dataclass(frozen=True)
class OutlineResult:
    """What was found, in the scene's CRS."""

    outlines: list[Outline]
    method: str
    elapsed_ms: float


@dataclass(frozen=True)
class PromptWindow:
    """The window of a scene that is read for a prompt, and how many of its pixels become one."""

    window: PixelWindow
    scale: float

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) it is read at."""
        return max(1, round(self.window.width / self.scale)), max(1, round(self.window.height / self.scale))

    def cell_area(self, grid: RasterGrid) -> float:
        """The area of one pixel of the view, in the scene's CRS."""
        cell = grid.to_world(np.array([[0.0, 0.0], [self.scale, self.scale]]))
        return float(abs(np.prod(cell[1] - cell[0])))


class Outliner:
    """Outlines for all threads of the server.

    Args:
        drawer: lends a scene's raster.
        models_dir: the folder in which a package that outlines is looked for.
    """

    def __init__(self, drawer: TileDrawer, models_dir: Path) -> None:
        self._drawer = drawer
        self._models_dir = models_dir
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._places = threading.BoundedSemaphore(_AT_ONCE + _WAITING)
        self._package: SamPackage | None = None

    def outline(
        self, versioned: VersionedScene, prompt: Prompt, similar_areas: Sequence[float] = ()
    ) -> OutlineResult:
        """Outlines of what `prompt`, in the scene's CRS, points at.

        Args:
            versioned: the scene.
            prompt: in the scene's CRS.
            similar_areas: areas of objects of the class that is looked for, in square units of the scene's CRS;
                they tell how large it may be.

        Raises:
            InvalidValueError: a click outside the scene or where it has no image; a box that is too large.
            OutlinesBusyError: others are being computed.
            TileUnreadableError: the scene's file cannot be read there.
            OutlinePackageError: the installed package is damaged.
        """
        began = time.perf_counter()
        scene = versioned.scene
        pixels = to_pixels(scene.grid, prompt)
        place = prompt_window(scene.grid, pixels)
        with self._turn():
            with self._drawer.opened(scene, "an outline") as raster:
                view = read_view(raster, scene, place)
            inside = pixels.moved((place.window.col, place.window.row), place.scale)
            check_valid_pixels(view, inside)
            areas = [area / place.cell_area(scene.grid) for area in similar_areas]
            method, propose = self._method(f"{versioned.version} {place}", areas)
            found = [to_world(outline, place, scene.grid) for outline in propose(view, inside)]
        found = [outline for outline in found if outline.polygon.is_valid and outline.polygon.area > 0]
        return OutlineResult(found, method, (time.perf_counter() - began) * 1e3)

    def _method(self, place: str, similar_areas: Sequence[float]) -> tuple[str, Proposer]:
        """The installed package, opened when it is first asked for, else the classical method."""
        folder = find_package(self._models_dir)
        if folder is None:
            self._package = None
            return classical.METHOD, lambda view, prompt: classical.propose(view, prompt, similar_areas)
        if self._package is None or self._package.folder != folder:
            self._package = SamPackage.open(folder)
        package = self._package
        return package.card.name, lambda view, prompt: package.propose(view, prompt, place)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise OutlinesBusyError("Other outlines are being computed; expected to be free in a moment.")
        try:
            if not self._turns.acquire(timeout=_PATIENCE_S):
                raise OutlinesBusyError("Another outline takes long; expected to be free in a moment.")
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._places.release()


def to_pixels(grid: RasterGrid, prompt: Prompt) -> Prompt:
    """A prompt in the world as one in pixels."""

    def move(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        return tuple((float(x), float(y)) for x, y in grid.to_pixel(np.array(points).reshape(-1, 2)))

    box = None
    if prompt.box is not None:
        (x0, y0), (x1, y1) = move((prompt.box[:2], prompt.box[2:]))
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return Prompt(move(prompt.points), move(prompt.negative), box)


def prompt_window(grid: RasterGrid, prompt: Prompt) -> PromptWindow:
    """What to read for a prompt in pixels.

    Raises:
        InvalidValueError: it lies outside the scene, or is too large.
    """
    for name, points in (("points", prompt.points), ("negative", prompt.negative)):
        for n, (x, y) in enumerate(points):
            if not (0 <= x < grid.width and 0 <= y < grid.height):
                raise InvalidValueError(
                    f"The click is at column {x:.0f}, row {y:.0f}, outside the scene; "
                    f"expected it within {grid.width} x {grid.height} px.",
                    f"{name}[{n}]",
                )
    x0, y0, x1, y1 = prompt.bounds
    longest = max(x1 - x0, y1 - y0)
    if longest > MOST_BOX_PX:
        raise InvalidValueError(
            f"What is pointed at is {longest:.0f} px long; expected at most {MOST_BOX_PX} px.",
            "box" if prompt.box else "points",
        )
    half = max(AROUND_PX / 2, 0.75 * longest + 4) if prompt.box is None else 0.75 * longest + 4
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    left, top = math.floor(x - half), math.floor(y - half)
    side = math.ceil(2 * half) + 1
    window = PixelWindow(left, top, side, side).intersect(PixelWindow(0, 0, grid.width, grid.height))
    if window is None or x1 <= 0 or y1 <= 0 or x0 >= grid.width or y0 >= grid.height:
        raise InvalidValueError(
            f"The box lies outside the scene; expected it over its {grid.width} x {grid.height} px.", "box"
        )
    return PromptWindow(window, max(1.0, max(window.width, window.height) / MOST_READ_PX))


def read_view(raster: Raster, scene: Scene, place: PromptWindow) -> View:
    """The pixels of a place as the scene's own stretch shows them."""
    width, height = place.size
    bands = scene.stretch.bands
    chip = read_window(raster, place.window, out_height=height, out_width=width, bands=bands)
    rgba = to_rgba(chip.image, chip.valid, scene.stretch)
    return View(np.ascontiguousarray(rgba[..., :3]), chip.valid)


def check_valid_pixels(view: View, prompt: Prompt) -> None:
    """Refuses a click where there is nothing.

    Raises:
        InvalidValueError: saying which.
    """
    height, width = view.valid.shape
    for n, (x, y) in enumerate(prompt.points):
        if not view.valid[min(height - 1, int(y)), min(width - 1, int(x))]:
            raise InvalidValueError(
                "The click is where the scene has no image; expected one on an object that is seen.",
                f"points[{n}]",
            )
    if not view.valid.any():
        raise InvalidValueError(
            "The box is where the scene has no image; expected one around an object.", "box"
        )


def to_world(outline: Outline, place: PromptWindow, grid: RasterGrid) -> Outline:
    """An outline in pixels of a view as one in the world."""
    origin = place.window.col, place.window.row
    width, height = place.size
    scale = place.window.width / width, place.window.height / height
    pixels = shapely.transform(outline.polygon, lambda xy: xy * scale + origin)
    return Outline(shapely.transform(pixels, grid.to_world), outline.quality)


def to_prompt(
    points: list[tuple[float, float]],
    negative: list[tuple[float, float]],
    box: tuple[float, float, float, float] | None,
) -> Prompt:
    """A request's prompt, in the world.

    Raises:
        InvalidValueError: nothing is pointed at, or the box has no area.
    """
    try:
        return Prompt(tuple(points), tuple(negative), box)
    except PromptError as error:
        raise InvalidValueError(str(error), "points" if box is None else "box") from error
