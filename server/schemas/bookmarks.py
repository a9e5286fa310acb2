"""Schemas of bookmarks: where an author left a scene."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from server.schemas.base import Coordinate, Order, Query, Reply, Request, State
from server.schemas.changesets import Person, Uid

MAX_SKIPPED = 1000
MAX_CLASSES = 10_000


ClassKey = Annotated[str, Field(max_length=200)]


class AttributeState(Request):
    """What an attribute must be: with a key alone anything, but not missing."""

    key: str = Field(max_length=64)
    missing: bool = False
    equals: Annotated[str, Field(max_length=500)] | bool | None = None
    contains: str | None = Field(None, max_length=500)
    minimum: float | None = None
    maximum: float | None = None


class FilterState(Request):
    """The filter of the desk; what it hides and what it lets pass."""

    hidden_classes: list[ClassKey] = Field(max_length=MAX_CLASSES)
    hidden_states: list[State] = Field(max_length=3)
    min_score: float = Field(ge=0, le=1)
    max_score: float = Field(ge=0, le=1)
    model: str = Field(max_length=200, description="Exactly this model; empty for any.")
    author: str = Field(max_length=200, description="Exactly this author; empty for any.")
    since: str = Field(max_length=40)
    until: str = Field(max_length=40)
    unsure: bool | None = Field(description="Only those marked as unsure, or only the others.")
    noted: bool | None = Field(description="Only those with a note, or only the others.")
    incomplete: bool | None = Field(
        None, description="Only those that lack a required attribute, or only the others."
    )
    attribute: AttributeState | None = Field(None, description="What one attribute must be.")


class ViewState(Request):
    """Middle of the view in the scene's CRS, and its resolution in units of the CRS per pixel of the screen."""

    x: Coordinate
    y: Coordinate
    resolution: float = Field(gt=0)


class BookmarkState(Request):
    """Where a scene was left."""

    order: Order
    reviewing: bool = Field(description="Whether the review was going on.")
    filter: FilterState
    draw_class: ClassKey | None
    view: ViewState | None
    feature: Uid | None = Field(description="The object that was looked at.")
    skipped: list[Uid] = Field(
        max_length=MAX_SKIPPED, description="Objects that were left undecided, in that order."
    )


class BookmarkBody(BookmarkState):
    """Where an author leaves a scene."""

    project: str | None = Field(
        None, max_length=64, description="The project that is meant; 412 where another is served."
    )
    author: Person


class BookmarkReply(Reply):
    """Where an author left a scene; null where they never were there."""

    bookmark: BookmarkState | None


class AuthorQuery(Query):
    """Whose bookmarks are meant."""

    author: Person


class LeftSceneReply(Reply):
    """A scene that an author was in."""

    scene_id: int
    time: str


class BookmarksReply(Reply):
    """The scenes that an author was in, the last one first."""

    bookmarks: list[LeftSceneReply]
