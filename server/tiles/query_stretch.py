"""Stretch of a tile: the scene's own, or the one its query describes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from cachetools import LRUCache

from geoengine.model import Scene
from server.http.errors import FieldError, QueryError
from server.representations.scene_version import VersionedScene
from server.schemas.tiles import TileQuery
from tiling.display.statistics import RasterStatistics, compute_statistics
from tiling.display.stretch import Stretch, choose_stretch
from tiling.errors import StretchError
from tiling.raster.raster import Raster

# Scenes whose statistics are cached.
_MAX_MEASURED = 64


@dataclass(frozen=True)
class QueryStretch:
    """Stretch of a tile with its part of the cache key, which is empty for the scene's own stretch."""

    stretch: Stretch
    key: str = ""


class StretchResolver:
    """Resolver of queries to stretches; caches the statistics of scenes registered without them.

    Args:
        opened: Lends a scene's raster.
    """

    def __init__(self, opened: Callable[[Scene, str], AbstractContextManager[Raster]]) -> None:
        """Make a resolver that has measured no scene yet."""
        self._opened = opened
        self._measured: LRUCache[str, tuple[RasterStatistics, tuple[str, ...]]] = LRUCache(_MAX_MEASURED)
        self._lock = threading.Lock()

    def of(self, versioned: VersionedScene, query: TileQuery) -> QueryStretch:
        """Return the stretch that a query describes.

        Raises:
            QueryError: The scene cannot be shown so.
            TileUnreadableError: The scene has no statistics, and its file cannot be read.
        """
        scene = versioned.scene
        if (query.bands, query.limits, query.colormap, query.gamma) == (None, None, None, None):
            return QueryStretch(scene.stretch)
        try:
            if (query.bands, query.limits, query.colormap) == (None, None, None):
                assert query.gamma is not None
                stretch = replace(scene.stretch, gamma=query.gamma)
            else:
                statistics, names = self._facts(versioned)
                stretch = choose_stretch(
                    statistics,
                    names,
                    scene.metadata.wavelengths_nm,
                    bands=query.bands,
                    limits=query.limits,
                    gamma=query.gamma,
                    colormap=query.colormap,
                )
        except StretchError as error:
            message = str(error)
            raise QueryError(message, [FieldError("bands, limits, gamma or colormap", message)]) from error
        return QueryStretch(stretch, json.dumps(stretch.to_json(), sort_keys=True))

    def _facts(self, versioned: VersionedScene) -> tuple[RasterStatistics, tuple[str, ...]]:
        """Return the statistics of a scene and the names of its bands."""
        scene = versioned.scene
        if scene.statistics is not None and scene.metadata.band_names:
            return scene.statistics, scene.metadata.band_names
        with self._lock:
            found = self._measured.get(versioned.version)
            if found is None:
                with self._opened(scene, "its statistics") as raster:
                    found = scene.statistics or compute_statistics(raster), raster.band_names
                self._measured[versioned.version] = found
            return found
