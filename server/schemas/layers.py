"""Schemas of reference layers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from server.schemas.base import Box, CommaList, Query, Reply
from server.schemas.changesets import AuthoredBody


class LayerReply(Reply):
    """A reference layer of the project."""

    key: str
    name: str
    kind: Literal["vectors", "tiles"]
    count: int = Field(description="Features; 0 of tiles.")


class LayersReply(Reply):
    """The project's reference layers, by name."""

    layers: list[LayerReply]


class SceneLayerReply(Reply):
    """A layer that can be shown with one scene: of the project, or another scene of the same ground."""

    key: str
    name: str
    kind: Literal["vectors", "tiles", "scene"]
    marking: str | None = Field(description="Of another scene: its handling marking.")
    tiles: str | None = Field(
        description="Its map tiles on this scene's tile grid, with {z}, {x} and {y}; null of vectors, and where "
        "`problem` says why there are none."
    )
    min_level: int = Field(ge=0, description="The first level of the scene's tiles at which it is shown.")
    problem: str | None = Field(description="Why it cannot be shown, one sentence; null where it can.")


class SceneLayersReply(Reply):
    """What can be shown with one scene: the project's layers by name, then other scenes by name."""

    layers: list[SceneLayerReply]


class LayerFileReply(Reply):
    """A file that looks like a reference layer."""

    name: str
    size: int = Field(description="Bytes.")


class LayerFilesReply(Reply):
    """Content of a folder that reference layers may be added from."""

    folders: list[str] = Field(description="Names of its subfolders.")
    tile_folders: list[str] = Field(description="Those of them that hold map tiles, z/x/y.")
    files: list[LayerFileReply]
    left_out: int = Field(description="Subfolders and files that are too many to be listed.")


class AddLayerBody(AuthoredBody):
    """A vector file, or an archive of map tiles, of an allowed folder."""

    folder: str = Field(max_length=300, description="Name of an allowed folder.")
    path: str = Field(max_length=4000, description="Path of the file, or of the folder of tiles, below it.")
    name: str | None = Field(
        None, max_length=200, description="What people read; the file's name where absent."
    )


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
