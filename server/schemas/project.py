"""Schemas of the project and its classes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.schemas.base import Reply


class ChoiceReply(Reply):
    """One entry of a code list."""

    code: str = Field(description="The value that is stored.")
    name: str


class ClassAttributeReply(Reply):
    """An attribute that a class declares."""

    key: str
    name: str
    kind: Literal["text", "number", "choice", "yes-no"]
    unit: str | None
    minimum: float | None
    maximum: float | None
    choices: list[ChoiceReply]
    required: bool = Field(description="Whether an object without it is incomplete.")
    retired: bool = Field(description="Nobody is asked for it any more; values that objects have stay.")


class ClassReply(Reply):
    """A label class."""

    key: str
    name: str
    color: str = Field(description="#rrggbb")
    hotkey: str | None
    attributes: list[ClassAttributeReply]


class ClassesReply(Reply):
    """The project's label classes, in their order."""

    classes: list[ClassReply]


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
    classes: list[ClassReply]
    limits: LimitsReply
