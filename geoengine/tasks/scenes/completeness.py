"""Scenes and areas are said to be complete, over seen ground only."""

from __future__ import annotations

import math

from geoengine.errors import InvalidValueError, NotSeenError
from geoengine.model import Completion, GroundCells, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes.open_scene import open_scene
from tiling.arrays import Bytes
from tiling.grid.window import PixelWindow
from tiling.raster.valid_share import valid_shares


def mark_scene(
    project: Project,
    store: Store,
    scene: Scene,
    is_complete: bool,
    author: str,
    corners: tuple[int, int, int, int] | None = None,
) -> tuple[Completion, ...]:
    """Say that a scene or an area is complete, or take it back, as `geoengine scenes complete` does.

    Args:
        project: The project.
        store: Its store.
        scene: The scene.
        is_complete: False takes it back.
        author: Who says it.
        corners: Left, top, right and bottom of an area, in pixels of the scene; None for all of it.

    Returns:
        The completions of the scene that hold then.

    Raises:
        NotSeenError, InvalidValueError: As `say_complete` and `whole_cells`.
        ChangedSourceError, RasterReadError: The scene's raster, whose valid pixels count, cannot be read.
    """
    area = None if corners is None else whole_cells(scene, PixelWindow.between(*corners))
    cells = GroundCells(scene.grid.width, scene.grid.height)
    with open_scene(project, scene) as raster:
        valid = valid_shares(raster, cells.side_px)
    say_complete(store, scene, is_complete, valid, author=author, least=project.complete.min_seen, area=area)
    with store.reading() as view:
        return view.complete_parts(scene.id).get(scene.id, ())


def whole_cells(scene: Scene, window: PixelWindow) -> PixelWindow:
    """Return the least window of whole ground cells of a scene around another window.

    Raises:
        InvalidValueError: The window lies beside the scene.
    """
    area = GroundCells(scene.grid.width, scene.grid.height).around(window)
    if area is None:
        raise InvalidValueError(
            f"area is columns {window.col} to {window.right}, rows {window.row} to {window.bottom}, expected a part of "
            f"scene {scene.key!r} of {scene.grid.width} x {scene.grid.height} px",
            "area",
        )
    return area


def say_complete(
    store: Store,
    scene: Scene,
    is_complete: bool,
    valid: Bytes,
    *,
    author: str,
    least: float,
    area: PixelWindow | None = None,
) -> Completion | None:
    """Say that a scene or an area of it is complete for the project's classes, or take it back.

    Args:
        store: The project's store.
        scene: The scene.
        is_complete: False takes it back, whatever was seen.
        valid: (rows, cols) uint8, the share of valid pixels in each of its ground cells, 255 for all.
        author: Who says it.
        least: Share of the valid pixels there that has to have been seen, 0 to 1.
        area: As `whole_cells` gives it; None for the scene.

    Returns:
        The completion that holds then, or None.

    Raises:
        NotSeenError: Less has been seen.
        NotFoundError: The scene is gone.
        InvalidValueError: The author is no name of a person.
    """
    with store.reading() as view:
        seen = view.seen_ground(scene.id)
    share = GroundCells(scene.grid.width, scene.grid.height).share(seen, valid, area)
    if is_complete and share < least:
        what = f"Scene {scene.key!r}" if area is None else f"This area of scene {scene.key!r}"
        raise NotSeenError(
            f"{what} cannot be complete yet: {math.floor(share * 100)} % of its valid pixels have been seen at "
            f"1:1, expected {math.ceil(least * 100)} % or more"
        )
    return store.set_completion(scene.id, is_complete, author=author, share=share, area=area)
