"""Scenes: registered rasters."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geoengine.errors import InvalidValueError
from geoengine.model.checks import check_optional_text, check_text
from tiling.raster.metadata import SceneMetadata

if TYPE_CHECKING:
    from tiling.display.statistics import RasterStatistics
    from tiling.display.stretch import Stretch
    from tiling.grid.raster_grid import RasterGrid

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


@dataclass(frozen=True)
class Scene:
    """A raster of the project, as the store knows it.

    Attributes:
        id: Number in the database.
        key: Unique slug; it names the scene's files (``labels/<key>.geojson``).
        name: What people read.
        uri: Where the raster is: relative to the project's directory (with ``/``), or absolute.
        source: Where it was taken from.
        content_hash: Sha256 (hex) of the source file's bytes, or where it has side-cars that say where it is or which
            pixels are valid, of that and theirs; for one image of a file with several, sha256 of
            the text ``<that> image <number>``; for a mosaic, of its files' hashes in order, a line each.
        grid: The raster's grid; every geometry of the scene is in this grid's CRS (world space).
        bands: Number of image bands.
        dtype: Numpy name of the band type.
        nodata: What means "nothing there" as JSON text (a number or a colour), or None.
        stretch: How values become 8 bit, for the map and where the model wants it.
        acquired_at: ISO 8601, or None.
        marking: Handling marking, or None.
        created_at: When it was registered, UTC ISO 8601.
        reading: How the raster at `uri` is to be seen (see `tiling.access.source.RasterSource.options_json`), and under
            ``file`` or ``copied_from`` the state of the files outside the project (see
            `geoengine.tasks.scenes.originals`).
        metadata: What the source says of itself: sensor, viewing angle, bands, …
        statistics: Of the whole raster, per band; None for a scene of an older version.
        footprint: The outline in longitude and latitude (WGS 84) as WKT, a polygon or, across the
            antimeridian, a multi-polygon; None without a place on the Earth.
    """

    id: int
    key: str
    name: str
    uri: str
    source: str
    content_hash: str
    grid: RasterGrid
    bands: int
    dtype: str
    nodata: str | None
    stretch: Stretch
    acquired_at: str | None
    marking: str | None
    created_at: str
    reading: Mapping[str, Any] = field(default_factory=dict)
    metadata: SceneMetadata = field(default_factory=SceneMetadata)
    statistics: RasterStatistics | None = None
    footprint: str | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        if not isinstance(self.key, str) or not _KEY.fullmatch(self.key):
            raise InvalidValueError(
                f"key of the scene is {self.key!r}, expected up to 100 of a-z, 0-9, '_' and '-'", "key"
            )
        check_text(self.name, "name", 500)
        check_text(self.uri, "uri", 4096)
        check_text(self.source, "source", 4096)
        check_text(self.content_hash, "content_hash")
        check_text(self.dtype, "dtype")
        check_optional_text(self.acquired_at, "acquired_at")
        check_optional_text(self.marking, "marking", 1000)
        if self.bands < 1:
            raise InvalidValueError(
                f"bands of scene {self.key!r} is {self.bands}, expected 1 or more", "bands"
            )
        if self.nodata is not None:
            try:
                json.loads(self.nodata)
            except (TypeError, ValueError):
                raise InvalidValueError(
                    f"nodata of scene {self.key!r} is {self.nodata!r}, expected JSON text", "nodata"
                ) from None


def nodata_json(nodata: float | tuple[int, ...] | None) -> str | None:
    """Return a nodata value as JSON text; JSON has no NaN, so that one is the string "nan".

    >>> nodata_json(float("nan")), nodata_json((0, 0, 0)), nodata_json(None)
    ('"nan"', '[0, 0, 0]', None)
    """
    if nodata is None:
        return None
    if isinstance(nodata, float) and not math.isfinite(nodata):
        return json.dumps(str(nodata))
    return json.dumps(nodata)


def slugify(name: str) -> str:
    """Return a scene key made from any name; it is never empty.

    >>> slugify("Área 51.tif")
    'area-51-tif'
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9_]+", "-", ascii_name).strip("-_")[:80].strip("-_")
    return slug or "scene"
