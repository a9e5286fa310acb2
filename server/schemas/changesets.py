"""Schemas of changesets, the only way to change labels over HTTP."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from geoengine.model.checks import check_attribute_limits, check_note, check_person
from geoengine.model.limits import (
    MAX_ATTRIBUTE_BYTES,
    MAX_ATTRIBUTE_DEPTH,
    MAX_ATTRIBUTE_KEYS,
    MAX_ID,
    MAX_NOTE_CHARACTERS,
)
from server.schemas.base import Confidence, Reply, Request, State, class_field
from server.schemas.features import FeatureReply, Geometry

UID_PATTERN = r"^[0-9a-zA-Z-]{8,64}$"
MAX_EDITS = 5000

Uid = Annotated[str, Field(pattern=UID_PATTERN)]
BaseRevision = Annotated[int, Field(ge=1, le=MAX_ID, description="The revision the edit was made on.")]


def _within_limits(attributes: dict[str, JsonValue]) -> dict[str, JsonValue]:
    check_attribute_limits(attributes)
    return attributes


def author_name(value: str) -> str | None:
    """Return the name of an author in one form, None where it is blank.

    Raises:
        ValueError: It is no name of a person.
    """
    if re.search(r"[\x00-\x1f\x7f]", value):
        raise ValueError("an author is one line of text, without control characters")
    # Wide, bold and other forms of a letter become that letter, and so does every space.
    name = unicodedata.normalize("NFKC", value).strip()
    if name:
        check_person(name, "author")
    return name or None


def _author(value: str | None) -> str | None:
    return author_name(value or "")


def _person(value: str) -> str:
    name = author_name(value)
    if name is None:
        raise ValueError("got a blank name, expected that of an author")
    return name


Author = Annotated[str | None, Field(max_length=200), AfterValidator(_author)]
"""Name of an author in one form; None where it is absent or blank."""
Person = Annotated[str, Field(max_length=200), AfterValidator(_person)]
"""Name of an author in one form; a blank one is refused."""


Attributes = Annotated[
    dict[str, JsonValue],
    Field(
        max_length=MAX_ATTRIBUTE_KEYS,
        description=f"At most {MAX_ATTRIBUTE_KEYS} keys and {MAX_ATTRIBUTE_BYTES} bytes as compact UTF-8 JSON, "
        f"nested at most {MAX_ATTRIBUTE_DEPTH} levels deep.",
    ),
    AfterValidator(_within_limits),
]


_CHANGEABLE = (
    "class_key",
    "geometry",
    "state",
    "attributes",
    "set_attributes",
    "unsure",
    "note",
    "confidence",
)


def _one_line(note: str) -> str:
    check_note(note.strip())
    return note.strip()


Note = Annotated[
    str,
    Field(
        description=f"One line of at most {MAX_NOTE_CHARACTERS} characters, as text: markup is shown as it is."
    ),
    AfterValidator(_one_line),
]


class CreateEdit(Request):
    """A new feature; its uid is made by the client."""

    op: Literal["create"]
    uid: Uid
    class_key: str = class_field()
    geometry: Geometry
    state: State = "accepted"
    attributes: Attributes = Field(default_factory=dict)
    unsure: bool = False
    note: Note = ""
    confidence: Confidence = ""


class _Changes(Request):
    class_key: str | None = class_field(None)
    geometry: Geometry | None = None
    state: State | None = None
    attributes: Attributes | None = Field(None, description="Replaces all attributes.")
    set_attributes: Attributes | None = Field(
        None, description="Changes these attributes, removes those that are null, and leaves the others."
    )
    unsure: bool | None = None
    note: Note | None = Field(None, description="An empty one removes the note.")
    confidence: Confidence | None = Field(None, description="An empty one removes it.")


class UpdateEdit(_Changes):
    """Change of a feature; fields that are not given stay."""

    op: Literal["update"]
    uid: Uid
    base_revision: BaseRevision

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if all(getattr(self, name) is None for name in _CHANGEABLE):
            raise ValueError(
                "an update gives at least one of class, geometry, state, attributes, unsure, note and confidence"
            )
        return self


class DeleteEdit(Request):
    """Deletion of a feature; its history stays and it can be restored."""

    op: Literal["delete"]
    uid: Uid
    base_revision: BaseRevision


class RestoreEdit(_Changes):
    """Return of a deleted feature, changed where a field is given."""

    op: Literal["restore"]
    uid: Uid
    base_revision: BaseRevision


EditBody = Annotated[CreateEdit | UpdateEdit | DeleteEdit | RestoreEdit, Field(discriminator="op")]


class AuthoredBody(Request):
    """The project that a request is meant for, and who makes it."""

    project: str | None = Field(
        None,
        max_length=64,
        description="`uuid` of the project the edits are of; another one than that served gets 412.",
    )
    author: Author = Field(None, description="Who edits; the server's default where blank.")


class SignedBody(AuthoredBody):
    """What every change of labels comes with: a token, the project it is meant for, and who makes it."""

    token: Annotated[str, Field(pattern=UID_PATTERN)] = Field(
        description="Made by the client, new for each changeset; the same again gets the first answer again."
    )


class ChangesetBody(SignedBody):
    """Edits that are applied together or not at all."""

    comment: str | None = Field(None, max_length=2000)
    edits: list[EditBody] = Field(min_length=1, max_length=MAX_EDITS)


class ChangesetReply(Reply):
    """The committed changeset."""

    changeset: int
    replayed: bool = Field(description="Whether this token had been committed before.")
    features: list[FeatureReply] = Field(description="The edited features as they are now, deleted ones too.")
