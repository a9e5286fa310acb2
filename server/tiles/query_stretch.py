"""How a tile is to look: the scene's own stretch, or what the query asks for."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from geoengine.model import Scene
from server.http.errors import FieldError, QueryError
from server.schemas.tiles import TileQuery
from server.tiles.catalog import VersionedScene
from tiling.display.statistics import RasterStatistics, compute_statistics
from tiling.display.stretch import Stretch, choose_stretch
from tiling.errors import StretchError
from tiling.raster.raster import Raster

_REMEMBERED = 64


@dataclass(frozen=True)
class QueryStretch:
    """A stretch, and a text that is empty where it is the scene's own and tells others apart."""

    stretch: Stretch
    text: str = ""


class StretchResolver:
    """Makes stretches from queries; remembers what was measured of scenes registered without statistics.

    Args:
        opened: lends a scene's raster.
    """

    def __init__(self, opened: Callable[[Scene, str], AbstractContextManager[Raster]]) -> None:
        self._opened = opened
        self._measured: OrderedDict[str, tuple[RasterStatistics, tuple[str, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, versioned: VersionedScene, query: TileQuery) -> QueryStretch:
        """The look a query asks for.

        Raises:
            QueryError: the scene cannot be shown so.
            TileUnreadableError: it has no statistics, and its file cannot be read.
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
        """The statistics of a scene and the names of its bands."""
        scene = versioned.scene
        if scene.statistics is not None and scene.metadata.band_names:
            return scene.statistics, scene.metadata.band_names
        with self._lock:
            found = self._measured.get(versioned.version)
            if found is None:
                with self._opened(scene, "its statistics") as raster:
                    found = scene.statistics or compute_statistics(raster), raster.band_names
                self._measured[versioned.version] = found
                if len(self._measured) > _REMEMBERED:
                    self._measured.popitem(last=False)
            return found
