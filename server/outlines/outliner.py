"""Outlines for a prompt: the scene's pixels around it are read, and one method proposes polygons."""

from __future__ import annotations

import importlib.util
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
from detectors.outlines.outline_card import SHIPPED, find_package
from detectors.outlines.prompt import Outline, Prompt, Proposer, View
from detectors.outlines.sam import SamPackage
from geoengine.errors import InvalidValueError
from geoengine.model import FeatureFilter, FeatureState, Scene
from geoengine.store.view import StoreView
from server.http.errors import OutlinesBusyError
from server.representations.scene_version import VersionedScene
from server.tiles.drawing import TileDrawer
from tiling.display.rendering import to_rgba
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelSize, PixelWindow
from tiling.raster.raster import Raster
from tiling.raster.reading import read_window

# The pixels around a click that are read: the largest window of the classical method.
AROUND_PX = 2 * max(classical.HALVES_PX)
# A larger box is read at a reduced resolution, an even larger one not at all.
MAX_READ_PX, MAX_BOX_PX = 640, 16_384
# Similar objects are searched up to this distance from a prompt, and at most this many are measured.
_SIMILAR_WITHIN_PX, _MAX_SIMILAR = 2048, 100
# A trained network sees what is around a box: so much at least, and more than the box itself.
_LEAST_VIEW_PX, _AROUND_BOX = 256, 2.0
# One is computed, and one waits: the other processor stays free for tiles.
_AT_ONCE, _WAITING, _MAX_WAIT_S = 1, 1, 2.0


# Said where the package that comes with GeoEngine cannot be used.
_NO_RUNTIME = "Better outlines need onnxruntime on the server: pip install 'geoengine-labeling[outline]'."


@dataclass(frozen=True)
class OutlineResult:
    """Outlines in the scene's CRS, best first.

    Attributes:
        outlines: The proposals.
        method: What found them.
        elapsed_ms: The time it took.
        note: How to get better ones, where something is missing for them.
    """

    outlines: list[Outline]
    method: str
    elapsed_ms: float
    note: str | None = None


@dataclass(frozen=True)
class PromptWindow:
    """Window of a scene that is read for a prompt.

    Attributes:
        window: In pixels of the scene.
        scale: Pixels of the scene for one pixel that is read, 1 or more.
    """

    window: PixelWindow
    scale: float

    @property
    def size(self) -> PixelSize:
        """Width and height at which it is read."""
        width, height = self.window.width / self.scale, self.window.height / self.scale
        return PixelSize(max(1, round(width)), max(1, round(height)))

    def cell_area(self, grid: RasterGrid) -> float:
        """Return the area of one pixel that is read, in square units of the scene's CRS."""
        cell = grid.to_world(np.array([[0.0, 0.0], [self.scale, self.scale]]))
        return float(abs(np.prod(cell[1] - cell[0])))


class Outliner:
    """Computer of outlines, shared by all threads of the server.

    Args:
        drawer: Lends a scene's raster.
        models_dir: The folder that may hold a package for outlines; it comes before the one in `shipped_dir`.
        shipped_dir: The folder of the packages that come with GeoEngine.
    """

    def __init__(self, drawer: TileDrawer, models_dir: Path, shipped_dir: Path = SHIPPED) -> None:
        """Make an outliner that has opened no package yet."""
        self._drawer = drawer
        self._models_dir = models_dir
        shipped = find_package(shipped_dir)
        self._shipped = shipped if has_runtime() else None
        self._note = _NO_RUNTIME if shipped and not self._shipped else None
        self._running = threading.BoundedSemaphore(_AT_ONCE)
        self._admitted = threading.BoundedSemaphore(_AT_ONCE + _WAITING)
        self._package: SamPackage | None = None

    def outline(
        self, versioned: VersionedScene, prompt: Prompt, similar_areas: Sequence[float] = ()
    ) -> OutlineResult:
        """Return outlines of the object at a prompt.

        Args:
            versioned: The scene.
            prompt: In the scene's CRS.
            similar_areas: Areas of objects of the same class, in square units of the scene's CRS, as a measure of
                how large the object may be.

        Raises:
            InvalidValueError: A click is outside the scene or on invalid pixels, or the box is too large.
            OutlinesBusyError: Other outlines are being computed.
            TileUnreadableError: The scene's file cannot be read there.
            ChangedSourceError: It is another one than was registered.
            OutlinePackageError: The installed package is damaged.
        """
        began = time.perf_counter()
        scene = versioned.scene
        pixels = to_pixels(scene.grid, prompt)
        folder = find_package(self._models_dir) or self._shipped
        source = prompt_window(scene.grid, pixels, seen_around=folder is not None)
        with self._admission():
            with self._drawer.opened(scene, "an outline") as raster:
                self._drawer.check_unchanged(scene)
                view = read_view(raster, scene, source)
            inside = pixels.moved((source.window.col, source.window.row), source.scale)
            check_valid_pixels(view, inside)
            areas = [area / source.cell_area(scene.grid) for area in similar_areas]
            method, propose = self._method(folder, f"{versioned.version} {source}", areas)
            found = [to_world(outline, source, scene.grid) for outline in propose(view, inside)]
        found = [outline for outline in found if outline.polygon.is_valid and outline.polygon.area > 0]
        note = self._note if folder is None else None
        return OutlineResult(found, method, (time.perf_counter() - began) * 1e3, note)

    def _method(
        self, folder: Path | None, view_key: str, similar_areas: Sequence[float]
    ) -> tuple[str, Proposer]:
        """Return name and function of a package, opened on first use, or of the classical method."""
        if folder is None:
            self._package = None
            return classical.METHOD, lambda view, prompt: classical.propose(view, prompt, similar_areas)
        if self._package is None or self._package.folder != folder:
            self._package = SamPackage.open(folder)
        package = self._package
        return package.card.name, lambda view, prompt: package.propose(view, prompt, view_key)

    @contextmanager
    def _admission(self) -> Iterator[None]:
        """Wait for the running outline; refuse where one waits already."""
        if not self._admitted.acquire(blocking=False):
            raise OutlinesBusyError("Other outlines are being computed; expected to be free in a moment.")
        try:
            if not self._running.acquire(timeout=_MAX_WAIT_S):
                raise OutlinesBusyError("Another outline takes long; expected to be free in a moment.")
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._admitted.release()


def has_runtime() -> bool:
    """Return whether onnxruntime is installed, which packages for outlines need."""
    return importlib.util.find_spec("onnxruntime") is not None


def to_pixels(grid: RasterGrid, prompt: Prompt) -> Prompt:
    """Return a prompt in world coordinates as one in pixels; raise as `to_prompt` does."""

    def move(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        return tuple((float(x), float(y)) for x, y in grid.to_pixel(np.array(points).reshape(-1, 2)))

    box = None
    if prompt.box is not None:
        (x0, y0), (x1, y1) = move((prompt.box[:2], prompt.box[2:]))
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return to_prompt(list(move(prompt.points)), list(move(prompt.negative)), box)


def prompt_window(grid: RasterGrid, prompt: Prompt, *, seen_around: bool = False) -> PromptWindow:
    """Return the window to read for a prompt in pixels.

    Args:
        grid: Of the scene.
        prompt: In its pixels.
        seen_around: Whether more of what is around a box is read, as trained networks want it.

    Raises:
        InvalidValueError: The prompt lies outside the scene, or is too large.
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
    if longest > MAX_BOX_PX:
        raise InvalidValueError(
            f"The prompt is {longest:.0f} px long; expected at most {MAX_BOX_PX} px.",
            "box" if prompt.box else "points",
        )
    half = 0.75 * longest + 4
    if prompt.box is None:
        half = max(AROUND_PX / 2, half)
    elif seen_around:
        half = max(_LEAST_VIEW_PX / 2, _AROUND_BOX * longest / 2)
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    left, top = math.floor(x - half), math.floor(y - half)
    side = math.ceil(2 * half) + 1
    window = PixelWindow(left, top, side, side).intersect(PixelWindow(0, 0, grid.width, grid.height))
    if window is None or x1 <= 0 or y1 <= 0 or x0 >= grid.width or y0 >= grid.height:
        raise InvalidValueError(
            f"The box lies outside the scene; expected it over its {grid.width} x {grid.height} px.", "box"
        )
    return PromptWindow(window, max(1.0, max(window.width, window.height) / MAX_READ_PX))


def read_view(raster: Raster, scene: Scene, source: PromptWindow) -> View:
    """Return the pixels of a window as the scene's own stretch shows them."""
    width, height = source.size
    bands = scene.stretch.bands
    chip = read_window(raster, source.window, out_height=height, out_width=width, bands=bands)
    rgba = to_rgba(chip.image, chip.valid, scene.stretch)
    return View(np.ascontiguousarray(rgba[..., :3]), chip.valid)


def check_valid_pixels(view: View, prompt: Prompt) -> None:
    """Refuse a click on invalid pixels, and a box with no others.

    Raises:
        InvalidValueError: The message and its field say which click.
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


def to_world(outline: Outline, source: PromptWindow, grid: RasterGrid) -> Outline:
    """Return an outline in pixels that were read as one in world coordinates."""
    origin = source.window.col, source.window.row
    width, height = source.size
    scale = source.window.width / width, source.window.height / height
    pixels = shapely.transform(outline.polygon, lambda xy: xy * scale + origin)
    return Outline(shapely.transform(pixels, grid.to_world), outline.quality)


def to_prompt(
    points: list[tuple[float, float]],
    negative: list[tuple[float, float]],
    box: tuple[float, float, float, float] | None,
) -> Prompt:
    """Return a request's prompt, in the coordinates that are given.

    Raises:
        InvalidValueError: There is neither point nor box, or the box has no area.
    """
    try:
        return Prompt(tuple(points), tuple(negative), box)
    except PromptError as error:
        raise InvalidValueError(str(error), "points" if box is None else "box") from error


def similar_areas(view: StoreView, scene: Scene, prompt: Prompt, class_key: str) -> list[float]:
    """Return the areas of up to 100 accepted objects of a class around a prompt, in square units of the CRS."""
    x0, y0, x1, y1 = prompt.bounds
    distance = float(
        np.ptp(scene.grid.to_world(np.array([[0.0, 0.0], [_SIMILAR_WITHIN_PX, 0.0]])), axis=0).max()
    )
    keep = FeatureFilter(states=(FeatureState.ACCEPTED,), classes=(class_key,))
    around = (x0 - distance, y0 - distance, x1 + distance, y1 + distance)
    found = view.features(scene.id, around, keep, _MAX_SIMILAR).features
    return [feature.geometry.area for feature in found if feature.geometry.area > 0]  # lines have none
