"""Schemas of reference layers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from server.schemas.base import Box, CommaList, Query, Reply


class LayerReply(Reply):
    """A reference layer of the project."""

    key: str
    name: str
    count: int = Field(description="Features.")


class LayersReply(Reply):
    """The project's reference layers, by name."""

    layers: list[LayerReply]


class LayerViewQuery(Query):
    """Part of a scene, and how fine it is shown."""

    extent: Annotated[Box, CommaList] = Field(description="minx,miny,maxx,maxy in the scene's CRS.")
    resolution: float = Field(gt=0, description="Units of the scene's CRS per pixel of the screen.")


class LayerViewReply(Reply):
    """What of a layer lies in a part of a scene."""

    geometries: list[dict[str, Any]] = Field(
        description="GeoJSON geometries in the scene's CRS, clipped to the part and simplified for its resolution."
    )
    total: int = Field(
        description="Features that lie there; more than are sent where there are more than 5,000, or more than 200,000 "
        "vertices: the smallest are left out."
    )
