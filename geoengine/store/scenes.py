"""Scenes in the database."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NotRequired, TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import GeoEngineError, NotFoundError, StoreError
from geoengine.model import Scene, slugify, utc_now
from geoengine.model.damage import DamagedScene
from geoengine.store import tables
from geoengine.store.errors import DuplicateSceneError
from geoengine.store.reader import Reader
from tiling.display.statistics import RasterStatistics
from tiling.display.stretch import Stretch
from tiling.errors import TilingError
from tiling.grid.raster_grid import RasterGrid
from tiling.raster.metadata import SceneMetadata

DENSITY_CELL_PX = 512
"""Side of the cells whose features are counted as they change, in pixels of the scene."""

_log = logging.getLogger(__name__)

_table = tables.scenes


class SceneValues(TypedDict):
    """Values of a new scene: the attributes of `Scene` without `id` and `created_at`."""

    key: str
    name: str
    uri: str
    source: str
    content_hash: str
    grid: RasterGrid
    bands: int
    dtype: str
    stretch: Stretch
    nodata: NotRequired[str | None]
    acquired_at: NotRequired[str | None]
    marking: NotRequired[str | None]
    reading: NotRequired[Mapping[str, Any]]
    metadata: NotRequired[SceneMetadata]
    statistics: NotRequired[RasterStatistics | None]
    footprint: NotRequired[str | None]


class SceneReader(Reader):
    """The reads of scenes."""

    def scenes(self) -> list[Scene]:
        """Return all scenes whose rows can be read, oldest first; `damaged_scenes` names the others."""
        found, damaged = self._read()
        for one in damaged:
            _log.warning("left out: %s", one)
        return found

    def damaged_scenes(self) -> list[DamagedScene]:
        """Return the scenes whose rows cannot be read."""
        return self._read()[1]

    def _read(self) -> tuple[list[Scene], list[DamagedScene]]:
        found, damaged = [], []
        for row in self._connection.execute(sa.select(_table).order_by(_table.c.id)):
            try:
                found.append(_scene(row._mapping))
            except StoreError:
                damaged.append(DamagedScene(row.id, row.key, _fault(row._mapping)))
        return found, damaged

    def scene(self, scene_id: int) -> Scene:
        """Return one scene.

        Raises:
            NotFoundError: The project has no scene of that number.
        """
        row = self._connection.execute(sa.select(_table).where(_table.c.id == scene_id)).one_or_none()
        if row is None:
            raise _missing(scene_id)
        return _scene(row._mapping)

    def scene_by_key(self, key: str) -> Scene:
        """Return one scene by its key.

        Raises:
            NotFoundError: The project has no scene of that key.
        """
        row = self._connection.execute(sa.select(_table).where(_table.c.key == key)).one_or_none()
        if row is None:
            keys = self._connection.execute(sa.select(_table.c.key).order_by(_table.c.id)).scalars().all()
            known = ", ".join(keys[:20]) or "none yet"
            raise NotFoundError(f"scene {key!r} does not exist in this project, expected one of: {known}")
        return _scene(row._mapping)

    def scene_names(self) -> dict[str, tuple[int, str]]:
        """Return number and name of every scene by its key, without reading the rest of it."""
        columns = (_table.c.key, _table.c.id, _table.c.name)
        return {key: (number, name) for key, number, name in self._connection.execute(sa.select(*columns))}

    def scene_sources(self) -> dict[str, tuple[int, str]]:
        """Return number and name of the last scene taken from each file, by its path, without the rest of it."""
        columns = (_table.c.source, _table.c.id, _table.c.name)
        rows = self._connection.execute(sa.select(*columns).order_by(_table.c.id))
        return {source: (number, name) for source, number, name in rows}

    def scene_by_hash(self, content_hash: str) -> Scene | None:
        """Return the scene made from the file with this sha256, or None."""
        query = sa.select(_table).where(_table.c.content_hash == content_hash)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _scene(row._mapping, parse=_built)

    def scenes_from(self, source: str) -> list[Scene]:
        """Return the scenes that were taken from a file, oldest first."""
        query = sa.select(_table).where(_table.c.source == source).order_by(_table.c.id)
        return [_scene(row._mapping, parse=_built) for row in self._connection.execute(query)]

    def free_scene_key(self, name: str) -> str:
        """Return a key made from `name` that no scene has yet (``banepa``, ``banepa-2``, …)."""
        slug = slugify(name)
        key, number = slug, 2
        while self._connection.execute(sa.select(_table.c.id).where(_table.c.key == key)).first() is not None:
            key, number = f"{slug}-{number}", number + 1
        return key


def check_scene(connection: Connection, scene_id: int) -> None:
    """Raise `NotFoundError` where there is no such scene."""
    if connection.execute(sa.select(_table.c.id).where(_table.c.id == scene_id)).one_or_none() is None:
        raise _missing(scene_id)


def add_scene(connection: Connection, values: SceneValues) -> Scene:
    """Insert a scene."""
    key = values["key"]
    same = SceneReader(connection).scene_by_hash(values["content_hash"])
    if same is not None:
        raise DuplicateSceneError(
            f"{values['source']} is in the project already, as scene {same.key!r} from {same.source}", same
        )
    row = connection.execute(sa.select(_table).where(_table.c.key == key)).one_or_none()
    if row is not None:
        taken = _scene(row._mapping)
        raise DuplicateSceneError(f"scene key {key!r} is taken by {taken.source}, expected a free one", taken)
    # A number that a removed scene had is not given again: a page may still show that one.
    numbers = sa.union_all(sa.select(_table.c.id), sa.select(tables.removed_scenes.c.id)).subquery()
    number = connection.execute(sa.select(sa.func.coalesce(sa.func.max(numbers.c.id), 0) + 1)).scalar_one()
    # Built before it is written, so that what is wrong with it shows as an error of the model.
    given: dict[str, Any] = {"nodata": None, "acquired_at": None, "marking": None, **values}
    scene = Scene(id=number, created_at=utc_now(), **given)
    connection.execute(sa.insert(_table).values(_row(scene)))
    transform = scene.grid.transform
    connection.execute(
        sa.insert(tables.density_grids).values(
            scene_id=number, x0=transform.c, y0=transform.f, side=DENSITY_CELL_PX * transform.a
        )
    )
    return scene


def set_stretch(
    connection: Connection, scene_id: int, stretch: Stretch, statistics: RasterStatistics | None = None
) -> Scene:
    """Set the stretch of a scene, and its statistics where given; everything else stays as it was registered."""
    check_scene(connection, scene_id)
    values = {"stretch": json.dumps(stretch.to_json())}
    if statistics is not None:
        values["statistics"] = json.dumps(statistics.to_json())
    connection.execute(sa.update(_table).where(_table.c.id == scene_id).values(**values))
    return SceneReader(connection).scene(scene_id)


def restore_scene(
    connection: Connection,
    scene_id: int,
    read_raster: Callable[[str, Mapping[str, Any]], tuple[RasterGrid, Stretch]],
) -> None:
    """Write the damaged columns of a scene anew, from its raster where it tells them.

    Args:
        connection: In a write transaction.
        scene_id: The scene.
        read_raster: Called with the uri and the reading options; returns the grid and a stretch.

    Raises:
        StoreError: A column is damaged that the raster does not tell.
    """
    row = connection.execute(sa.select(_table).where(_table.c.id == scene_id)).one()._mapping
    damaged = [name for name, parse in _COLUMNS.items() if not _parses(parse, row[name])]
    values: dict[str, Any] = {"metadata": "{}", "statistics": None}
    if "reading" not in damaged and {"grid", "stretch"} & set(damaged):
        grid, stretch = read_raster(row["uri"], json.loads(row["reading"]))
        values |= {"grid": json.dumps(grid.to_json()), "stretch": json.dumps(stretch.to_json())}
    written = {name: values[name] for name in damaged if name in values}
    _scene({**row, **written})
    connection.execute(sa.update(_table).where(_table.c.id == scene_id).values(written))


def _missing(scene_id: int) -> NotFoundError:
    return NotFoundError(f"scene {scene_id} does not exist in this project")


def _row(scene: Scene) -> dict[str, Any]:
    values = {column.name: getattr(scene, column.name) for column in _table.columns}
    for name in ("grid", "stretch", "metadata", "statistics"):
        values[name] = None if values[name] is None else json.dumps(values[name].to_json())
    values["reading"] = json.dumps(dict(scene.reading))
    return values


def _scene(row: Mapping[Any, Any], *, parse: Callable[[Mapping[Any, Any]], Scene] | None = None) -> Scene:
    """Return the scene of a row.

    Args:
        row: A row of the table.
        parse: What makes the scene; None for the one that keeps it for the next reading.

    Raises:
        StoreError: The row cannot be read.
    """
    try:
        return (parse or _parsed)(row)
    except _UNREADABLE:
        raise StoreError(f"scene {row['key']!r} {_fault(row)}") from None


_UNREADABLE = (GeoEngineError, TilingError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


def _fault(row: Mapping[Any, Any]) -> str:
    try:
        _parsed(row)
    except _UNREADABLE as error:
        return f"is damaged in the database: {error}; `geoengine check` names what can be done"
    return ""


_COLUMNS: dict[str, Callable[[Any], Any]] = {
    "grid": lambda text: RasterGrid.from_json(json.loads(text)),
    "stretch": lambda text: Stretch.from_json(json.loads(text)),
    "reading": json.loads,
    "metadata": lambda text: SceneMetadata.from_json(json.loads(text)),
    "statistics": lambda text: None if text is None else RasterStatistics.from_json(json.loads(text)),
}


def _parsed(row: Mapping[Any, Any]) -> Scene:
    return _of_values(tuple(row.keys()), tuple(row.values()))


@lru_cache(maxsize=8192)
def _of_values(names: tuple[str, ...], values: tuple[Any, ...]) -> Scene:
    """Return the scene of a row; the same one while the row stays, for a list of thousands is read often."""
    return _built(dict(zip(names, values, strict=True)))


def _built(row: Mapping[Any, Any]) -> Scene:
    """Return the scene of a row, made anew: `add` reads each of thousands once, and needs none of them again."""
    return Scene(**{**row, **{name: parse(row[name]) for name, parse in _COLUMNS.items()}})


def _parses(parse: Callable[[Any], Any], text: Any) -> bool:
    try:
        parse(text)
    except _UNREADABLE:
        return False
    return True
