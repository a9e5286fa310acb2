"""Histograms of what is in view: the values of a part of a scene, in the bands that are shown."""

from __future__ import annotations

import math

from geoengine.model import Scene
from server.http.errors import FieldError, QueryError
from server.representations.scene_version import VersionedScene
from server.schemas.scenes import ChannelReply, HistogramReply
from server.schemas.tiles import HistogramQuery, TileQuery
from server.tiles.drawing import TileDrawer
from server.tiles.query_stretch import StretchResolver
from tiling.display.histogram import ViewHistogram, view_histograms
from tiling.display.stretch import Stretch, quantities
from tiling.grid.window import PixelWindow


def histogram_reply(
    versioned: VersionedScene, query: HistogramQuery, stretches: StretchResolver, drawer: TileDrawer
) -> HistogramReply:
    """Count the values of a part of a scene.

    Raises:
        QueryError: The scene has no such bands, or nothing of it lies in the extent.
        TileUnreadableError: Its file cannot be read.
    """
    scene = versioned.scene
    shown = TileQuery(**query.model_dump(exclude={"extent"}))
    stretch = stretches.of(versioned, shown).stretch
    window = _window(scene, query.extent)
    fill = None if scene.statistics is None else scene.statistics.fill
    with drawer.opened(scene, "its histogram") as raster:
        found = view_histograms(raster, window, stretch, fill)
    lows, highs = quantities(stretch, scene.statistics)
    channels = [
        _channel(name, histogram, low, high)
        for name, histogram, low, high in zip(_names(scene, stretch), found, lows, highs, strict=True)
    ]
    return HistogramReply(channels=channels)


def _window(scene: Scene, extent: tuple[float, float, float, float] | None) -> PixelWindow:
    """Return the whole pixels of a scene that an extent in world space meets."""
    width, height = scene.grid.width, scene.grid.height
    if extent is None:
        return PixelWindow(0, 0, width, height)
    left, bottom, right, top = extent
    (x0, y0), (x1, y1) = scene.grid.to_pixel([[left, top], [right, bottom]]).tolist()
    col, row = max(0, math.floor(x0)), max(0, math.floor(y0))
    end, foot = min(width, math.ceil(x1)), min(height, math.ceil(y1))
    if end <= col or foot <= row:
        bounds = list(scene.grid.bounds)
        message = f"got {list(extent)}, expected minx,miny,maxx,maxy of a part of the scene, within {bounds}"
        raise QueryError(f"extent: {message}", [FieldError("extent", message)])
    return PixelWindow(col, row, end - col, foot - row)


def _names(scene: Scene, stretch: Stretch) -> list[str]:
    if stretch.index is not None:
        return [stretch.index.replace("_", " ")]
    names = scene.metadata.band_names
    return [names[band - 1] if band <= len(names) else f"band {band}" for band in stretch.bands]


def _channel(name: str, histogram: ViewHistogram | None, low: float, high: float) -> ChannelReply:
    if histogram is None:
        return ChannelReply(name=name, counts=[], start=low, end=high, p2=low, p98=high, low=low, high=high)
    return ChannelReply(
        name=name,
        counts=list(histogram.counts),
        start=histogram.start,
        end=histogram.end,
        p2=histogram.low,
        p98=histogram.high,
        low=low,
        high=high,
    )
