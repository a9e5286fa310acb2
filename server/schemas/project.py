"""Schemas of the project as a whole."""

from __future__ import annotations

from pydantic import Field

from server.schemas.base import Reply
from server.schemas.classes import ClassReply


class LimitsReply(Reply):
    """Upper bounds that the server checks; a client that keeps them is never refused for size."""

    edits: int = Field(description="Edits in one changeset.")
    features: int = Field(description="Features in one reply: the largest `limit`.")
    prompt_points: int = Field(description="Points on, and points beside, an object to outline; each.")
    note: int = Field(description="Characters of a note on a feature.")
    body_bytes: int = Field(description="Bytes of a request body.")


class ProjectReply(Reply):
    """The project that is served."""

    uuid: str = Field(description="Identity of the project; a name may be given twice.")
    name: str
    confidence: bool = Field(description="Whether people are asked how sure they are of an object.")
    marking: str | None = Field(description="Handling marking to be shown with everything.")
    read_only: bool = Field(description="Nothing can be changed: the project's disk cannot be written.")
    author: str = Field(description="Who edits are by when a changeset doesn't say.")
    version: str
    classes_version: str = Field(description="Of the list of classes, as `/api/classes` has it.")
    classes: list[ClassReply]
    limits: LimitsReply
