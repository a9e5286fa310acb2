"""Schemas of model packages and of what they would do."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from server.schemas.base import Reply, Request
from server.schemas.jobs import FinetuneWork, PrelabelWork


class ShareReply(Reply):
    """A share with its 95 % interval, as if objects were independent of each other."""

    value: float
    low: float
    high: float


class FigureReply(Reply):
    """How well a model finds a class on data that it did not learn from."""

    model_class: str = Field(description="The class, as the card calls it.")
    iou: float = Field(description="Overlap from which an object counts as found.")
    objects: int
    images: int | None
    precision: ShareReply
    recall: ShareReply
    f1: float


class ModelClassReply(Reply):
    """A class that a model finds."""

    key: str
    geometry: Literal["polygon", "box"]
    color: str
    min_score: float = Field(description="Lower scores are not proposed unless that is asked for.")
    partner: str | None = Field(
        description="The project's class that it is proposed as; null where it has none."
    )


class ModelReply(Reply):
    """A model package with its card."""

    name: str
    version: str
    reference: str = Field(
        description="What its proposals are signed with: name, version, start of its hash."
    )
    description: str
    shipped: bool = Field(description="False where the project has installed or made it.")
    hides_shipped: bool = Field(description="It stands in for the shipped package of its name.")
    classes: list[ModelClassReply]
    gsd_m: float = Field(description="Ground metres per pixel that scenes are read at.")
    gsd_range_m: tuple[float, float] = Field(description="Of scenes that it can be expected to work on.")
    licence: str
    research_only: bool
    sources: list[dict[str, JsonValue]] = Field(description="Data learnt from.")
    figures: list[FigureReply]
    before: list[FigureReply] = Field(
        description="Of a fine-tuned model: what the package that it started from reached on the same data."
    )
    notes: list[str]
    started_from: str | None = Field(description="The package that it was fine-tuned from.")


class ModelsReply(Reply):
    """The shipped packages and the project's own, by name."""

    models: list[ModelReply]
    broken: list[str] = Field(description="Names of folders whose card cannot be read.")


class ModelResultReply(Reply):
    """What people made of a model's proposals of one class."""

    model: str = Field(description="Name of the model.")
    reference: str = Field(description="Its name, version and the start of its hash, as its labels have it.")
    model_class: str = Field(description="Key of the project's class.")
    unchanged: int = Field(description="Accepted as they were proposed.")
    corrected: int = Field(description="Accepted with another outline or class.")
    rejected: int = Field(description="Rejected, or deleted by a person.")
    undecided: int
    right: ShareReply | None = Field(description="Accepted of the decided ones; null before the first.")


class ModelResultsReply(Reply):
    """How models did in this project; proposals that later ones replaced are not counted."""

    results: list[ModelResultReply]


class OutlookBody(Request):
    """Work that is asked about and not yet asked for."""

    work: Annotated[PrelabelWork | FinetuneWork, Field(discriminator="kind")]


class ClassLabelsReply(Reply):
    """Labels of a class that a fine-tuning would learn from."""

    key: str
    accepted: int
    learnt: int | None = Field(description="Of them, those on ground to learn from; null where not chosen.")
    held_out: int | None = Field(description="Of them, those on ground to measure on; null where not chosen.")
    enough: bool


class OutlookReply(Reply):
    """What some work would do."""

    scenes: int
    classes: list[str] = Field(description="Keys of the project's classes that it is about.")
    labels: list[ClassLabelsReply] = Field(
        description="Of a fine-tuning: each class of the model or the project."
    )
    needed: tuple[int, int] = Field(description="Labels of each class to learn from and to measure on.")
    again: int = Field(description="Scenes that the model has been over before.")
    megapixels: float | None = Field(description="At the model's resolution; null for a fine-tuning.")
    seconds: float | None = Field(description="At the speed of the last runs here; null before the first.")
    problem: str | None = Field(description="Why it would be refused; null where it would not.")
    warnings: list[str] = Field(description="The first of them.")
    more_warnings: int
    far: bool = Field(description="It is refused unless `accepted` says that it is to be done nevertheless.")
