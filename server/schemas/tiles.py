"""Schemas of map tiles: queries, and TileJSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.schemas.base import Bounds, Box, CommaList, Reply
from server.schemas.queries import VersionQuery

TileFormat = Literal["png", "jpg", "webp"]


class StretchQuery(VersionQuery):
    """Stretch of a tile; fields that are not given are the scene's own."""

    bands: str | None = Field(
        None, max_length=100, description="natural, cir, ndvi, or numbers: `4,3,2`, `5`."
    )
    limits: str | None = Field(
        None,
        max_length=100,
        description="What becomes black and white: `percentile:2,98`, `minmax`, `sigma:2`, `range:0,3000`, `none`.",
    )
    gamma: float | None = Field(None, gt=0, le=10, description="Above 1 brightens the middle.")
    colormap: str | None = Field(None, max_length=100, description="A colour map, for one band or an index.")


class HistogramQuery(StretchQuery):
    """Stretch and part of the scene whose values are counted."""

    extent: Annotated[Box | None, CommaList] = Field(
        None,
        description="minx,miny,maxx,maxy in the scene's CRS, what lies in it is counted; the whole scene without.",
    )


class TileQuery(StretchQuery):
    """Stretch and media type of a tile."""

    format: TileFormat | None = Field(None, description="As the suffix; without either, `Accept` decides.")


class TileJsonReply(Reply):
    """TileJSON 3.0."""

    tilejson: Literal["3.0.0"] = "3.0.0"
    name: str
    scheme: Literal["xyz"] = "xyz"
    tiles: list[str] = Field(description="Addresses with {z}, {x} and {y}.")
    minzoom: int
    maxzoom: int
    bounds: Bounds = Field(description="West, south, east, north in degrees, WGS 84.")
    center: tuple[float, float, int] = Field(description="Longitude, latitude, zoom.")
