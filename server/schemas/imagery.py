"""Schemas of imagery that is to be added: folders of the server, and uploads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from server.schemas.base import Query, Reply, Request
from server.schemas.changesets import UID_PATTERN
from server.schemas.jobs import JobSceneReply

MAX_NAMES = 5000
MAX_FILES = 500
MAX_FILE_BYTES = 2**50

Token = Annotated[str, Field(pattern=UID_PATTERN)]
Name = Annotated[str, Field(min_length=1, max_length=1000)]
Nodata = Annotated[str | None, Field(max_length=200)]


class ImageryFolderReply(Reply):
    """A folder of the server that rasters may be added from."""

    name: str


class ImageryReply(Reply):
    """Places that imagery can be added from."""

    folders: list[ImageryFolderReply] = Field(description="Those that `geoengine serve --imagery` allows.")
    worker: bool = Field(description="This server runs a worker of its own.")
    room_bytes: int = Field(description="Bytes that a new upload may have: the disk keeps some free.")
    piece_bytes: int = Field(description="Bytes that a piece of an upload may have.")


class ImageryQuery(Query):
    """Which folder."""

    folder: str = Field(max_length=300, description="Name of an allowed folder.")
    path: str = Field("", max_length=4000, description="Path below it, with `/`; empty for itself.")


class ImageryFileReply(Reply):
    """A file that looks like a raster."""

    name: str
    size: int = Field(description="Bytes.")
    modified_at: str
    scene: JobSceneReply | None = Field(description="The last scene that was taken from it, if any.")


class ImageryFilesReply(Reply):
    """Content of a folder."""

    folders: list[str] = Field(description="Names of its subfolders.")
    files: list[ImageryFileReply]
    left_out: int = Field(description="Subfolders and rasters that are too many to be listed.")
    others: int = Field(
        description="Other files, such as side-cars, and what leads out of the allowed folder."
    )


class AddImageryBody(Request):
    """Rasters of an allowed folder to add: one job, one item for each file."""

    token: Token = Field(
        description="Made by the client, new for each request; the same again gets the same job."
    )
    folder: str = Field(max_length=300, description="Name of an allowed folder.")
    path: str = Field("", max_length=4000, description="Path below it.")
    names: list[Name] = Field(
        min_length=1,
        max_length=MAX_NAMES,
        description="Files and folders there; a folder is gone through with all that is below it.",
    )
    in_place: bool = Field(False, description="Read the pixels from where they lie instead of copying them.")
    nodata: Nodata = Field(
        None, description="Of files that have none: a number, or a colour such as 255,255,255."
    )


class NewFileBody(Request):
    """A file to upload."""

    name: Name
    size: int = Field(ge=0, le=MAX_FILE_BYTES, description="Bytes.")


class NewUploadBody(Request):
    """Files to upload together: a raster with its side-cars, or a VRT with its parts."""

    token: Token = Field(
        description="Made by the client; it names the upload. The same again goes on with it."
    )
    project: str | None = Field(
        None,
        max_length=64,
        description="`uuid` of the project that is meant; another one than that served gets 412.",
    )
    files: list[NewFileBody] = Field(min_length=1, max_length=MAX_FILES)


class UploadFileReply(Reply):
    """A file that is uploaded."""

    name: str = Field(description="As it is stored: without what file systems do not take.")
    size: int
    offset: int = Field(description="Bytes that are there, on the disk: the next piece begins here.")


class UploadReply(Reply):
    """An upload that is not finished."""

    token: str
    files: list[UploadFileReply]


class PieceQuery(Query):
    """Where a piece begins."""

    offset: int = Field(ge=0, le=MAX_FILE_BYTES)


class PieceReply(Reply):
    """What is there of a file."""

    offset: int = Field(description="Bytes that are on the disk.")


class FinishUploadBody(Request):
    """How the files of an upload become scenes."""

    nodata: Nodata = Field(
        None, description="Of files that have none: a number, or a colour such as 255,255,255."
    )
