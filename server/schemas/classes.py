"""Schemas of label classes: the list of them, and changes of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.schemas.base import Query, Reply, Request
from server.schemas.changesets import AuthoredBody

MAX_CLASSES = 10_000
MAX_CHOICES = 10_000
_Text = Annotated[str, Field(max_length=1000)]
Kind = Literal["text", "number", "choice", "yes-no"]
Shape = Annotated[
    Literal["free", "squared", "round"],
    Field(description="What the desk makes of outlines that people draw."),
]
GeometryKindName = Annotated[
    Literal["polygon", "box", "oriented-box", "line", "point"],
    Field(
        description="What the objects of the class are; a box lies along the pixel axes, an oriented box is turned."
    ),
]


class ChoiceReply(Reply):
    """One entry of a code list."""

    code: str = Field(description="The value that is stored.")
    name: str


class ClassAttributeReply(Reply):
    """An attribute that a class declares."""

    key: str
    name: str
    kind: Kind
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
    shape: Shape
    parent: str | None = Field(description="Key of the class that it stands below; null at the top.")
    geometry: GeometryKindName
    attributes: list[ClassAttributeReply]


class ClassesReply(Reply):
    """The project's label classes, in their order: each right before those below it."""

    version: str = Field(description="Of this list; a change of it names the one it was made on.")
    classes: list[ClassReply]
    retired: list[ClassReply] = Field(
        description="Classes that no label gets any more; one is added again by its key."
    )
    labels: dict[str, int] | None = Field(
        description="Numbers of labels by class, where `counts` asks for them."
    )


class ClassesQuery(Query):
    """What is told beside the list."""

    counts: bool = Field(False, description="Count the labels of each class.")


class ClassListBody(AuthoredBody):
    """A change of the list of classes."""

    version: str = Field(
        max_length=64,
        description="`version` of the list that the change was made on; where it is another one by now, 409.",
    )


class NewClassBody(ClassListBody):
    """A class to add, or a retired one to bring back."""

    key: _Text
    name: _Text | None = Field(None, description="The key with spaces for underscores where not given.")
    color: _Text | None = Field(None, description="#rrggbb; the next one of the palette where not given.")
    hotkey: _Text | None = None
    shape: Shape = "free"
    parent: _Text | None = Field(None, description="Key of the class that it is to stand below.")
    geometry: GeometryKindName | None = Field(
        None, description="Polygons where not given, or what a retired class had."
    )


class ClassBody(ClassListBody):
    """What is to be changed of a class; what is not given stays."""

    key: _Text | None = Field(None, description="Another key: the labels of the class follow it.")
    name: _Text | None = None
    color: _Text | None = Field(None, description="#rrggbb")
    hotkey: _Text | None = Field(None, description="One character; an empty text takes it away.")
    shape: Shape | None = None
    parent: _Text | None = Field(
        None, description="Key of the class that it is to stand below; an empty text puts it at the top."
    )
    geometry: GeometryKindName | None = Field(
        None, description="Refused with 422 unless every object of the class, deleted or not, is of it."
    )


class ClassOrderBody(ClassListBody):
    """Classes, or attributes of one, that come first, in this order; the others follow as they were."""

    keys: list[_Text] = Field(max_length=MAX_CLASSES)


class MergeBody(ClassListBody):
    """The class that labels of another one get, which is retired."""

    into: _Text


class ChoiceBody(Request):
    """One entry of a code list."""

    code: _Text
    name: _Text


class ClassAttributeBody(ClassListBody):
    """An attribute as a class is to declare it."""

    name: _Text
    kind: Kind
    unit: _Text | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: list[ChoiceBody] = Field(default_factory=list, max_length=MAX_CHOICES)
    required: bool = False
