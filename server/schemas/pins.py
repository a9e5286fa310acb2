"""Schemas of pins: questions on places of a scene."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from geoengine.model.limits import MAX_ID, MAX_NOTE_CHARACTERS
from server.schemas.base import Coordinate, Reply
from server.schemas.changesets import AuthoredBody, Note, Uid

PinStateName = Literal["open", "resolved", "removed"]
"""What has become of a pin."""


def _not_blank(text: str) -> str:
    if not text:
        raise ValueError("text is blank, expected a question")
    return text


class PinBody(AuthoredBody):
    """Pin as it shall be: a new one, or a change of one."""

    uid: Uid = Field(description="Made by the client; the same for all revisions of a pin.")
    x: Coordinate
    y: Coordinate
    text: Annotated[Note, AfterValidator(_not_blank)] = Field(
        description=f"The question, one line of 1 to {MAX_NOTE_CHARACTERS} characters."
    )
    state: PinStateName = Field("open", description="A new pin is open.")
    revision: int = Field(
        0, ge=0, le=MAX_ID, description="The revision that the change was made on; 0 for a new pin."
    )


class PinReply(Reply):
    """Pin as it is now."""

    uid: str
    x: float = Field(description="In the scene's CRS.")
    y: float
    text: str
    state: PinStateName
    revision: int
    author: str = Field(description="Who made this revision.")
    time: str = Field(description="When that was.")
    asked_by: str = Field(description="Who made the first revision.")
    asked_at: str = Field(description="When that was.")


class PinsReply(Reply):
    """Pins of a scene, oldest first; none that are removed."""

    pins: list[PinReply]
