"""Ground of scenes that people have seen, by author."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.model import GroundCells, utc_now
from geoengine.model.checks import check_person
from geoengine.store.reader import Reader
from geoengine.store.scenes import SceneReader
from geoengine.store.tables import seen_ground as _table
from tiling.arrays import Mask
from tiling.grid.window import PixelWindow


class SeenGroundReader(Reader):
    """The reads of seen ground."""

    def seen_ground(self, scene_id: int, author: str | None = None) -> Mask:
        """Return the cells of a scene that an author has seen, or anybody; (rows, cols) bool, of its `GroundCells`.

        Raises:
            NotFoundError: There is no such scene.
            InvalidValueError: What is recorded is damaged.
        """
        cells = _cells(self._connection, scene_id)
        own = _table.c.scene_id == scene_id
        if author is not None:
            own &= _table.c.author == author
        seen = np.zeros(cells.shape, bool)
        if not self._has(_table):
            return seen
        for data in self._connection.execute(sa.select(_table.c.cells).where(own)).scalars():
            seen |= cells.unpack(data)
        return seen


def add_seen(connection: Connection, scene_id: int, author: str, windows: Iterable[PixelWindow]) -> bool:
    """Add the cells within windows of a scene to what an author has seen; return whether any was new."""
    check_person(author, "author")
    cells = _cells(connection, scene_id)
    own = (_table.c.scene_id == scene_id) & (_table.c.author == author)
    data = connection.execute(sa.select(_table.c.cells).where(own)).scalar_one_or_none()
    before = np.zeros(cells.shape, bool) if data is None else cells.unpack(data)
    seen = before | cells.within(windows)
    if np.array_equal(seen, before):
        return False
    row = {"scene_id": scene_id, "author": author, "cells": cells.pack(seen), "updated_at": utc_now()}
    connection.execute(sa.insert(_table).prefix_with("OR REPLACE").values(row))
    return True


def _cells(connection: Connection, scene_id: int) -> GroundCells:
    grid = SceneReader(connection).scene(scene_id).grid
    return GroundCells(grid.width, grid.height)
