"""Schemas of jobs: their progress, and the requests that queue them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from server.schemas.base import CommaList, Id, Moment, Query, Reply, Request, State
from server.schemas.changesets import UID_PATTERN

MAX_JOBS = 10_000
DEFAULT_JOBS = 500
MAX_ERRORS = 200

JobStateName = Literal["queued", "running", "cancelling", "done", "partial", "failed", "cancelled"]


class JobItemsReply(Reply):
    """Progress of a job in items."""

    total: int = Field(description="0 until a worker has planned it.")
    done: int
    failed: int


class JobSpeedReply(Reply):
    """Speed of a running job."""

    value: float
    unit: Literal["Mpx", "items"] = Field(description="What is counted each second.")
    left_s: float = Field(description="Seconds until its end at that speed.")


class JobSceneReply(Reply):
    """The scene that a job is about."""

    id: int
    name: str


class ClassChangeReply(Reply):
    """Figures of one class before and after a fine-tuning, on the same held-out labels."""

    key: str
    iou: float
    learnt: int
    held_out: int
    before: float = Field(description="F1 of the package that was trained on.")
    after: float = Field(description="F1 of what it became.")


class FinetuneReply(Reply):
    """Outcome of a fine-tuning."""

    parent: str
    model: str | None = Field(description="The package that was published; null where it was not better.")
    before: float = Field(description="Mean F1 over the classes.")
    after: float
    changes: list[ClassChangeReply]
    forgotten: list[str] = Field(description="Classes of the parent that the new model does not find.")


class JobReply(Reply):
    """A job, run by a worker and not by this server."""

    id: int
    kind: str
    state: JobStateName
    params: dict[str, JsonValue]
    message: str | None
    created_at: str
    started_at: str | None = Field(description="When its last run began.")
    updated_at: str
    items: JobItemsReply
    speed: JobSpeedReply | None = Field(description="While it runs and something of it is finished.")
    result: str | None = Field(description="Name of the file that it has written, which `/result` sends.")
    result_bytes: int | None = Field(description="Size of that file.")
    scene: JobSceneReply | None = Field(description="Where it is about one scene that is there.")
    finetuned: FinetuneReply | None = Field(description="Of a fine-tuning that is done.")


class JobErrorReply(Reply):
    """An item that failed."""

    item: int
    params: dict[str, JsonValue]
    message: str | None


class JobDetailReply(JobReply):
    """A job with the errors of its failed items, and the scenes that an addition made."""

    errors: list[JobErrorReply] = Field(
        description=f"The first {MAX_ERRORS} items that failed; `items.failed` counts all."
    )
    added: list[JobSceneReply] = Field(description=f"The first {MAX_ERRORS} scenes that an addition made.")


class JobsReply(Reply):
    """Jobs of the project, the newest first."""

    jobs: list[JobReply]
    now: str = Field(description="The clock that the times of jobs are of.")


class JobRequestReply(Reply):
    """Jobs that were asked for together, such as one for each of many scenes."""

    token: str
    jobs: int
    states: dict[str, int] = Field(description="Number of its jobs in each state that has some.")
    updated_at: str
    first: JobReply = Field(description="The first of its jobs, or the only one.")
    running: list[JobReply] = Field(description="Those that run now, where there are several jobs.")


class JobRequestsReply(Reply):
    """Requests, the newest first."""

    requests: list[JobRequestReply]
    states: dict[str, int] = Field(
        description="Number of all jobs of the project in each state that has some."
    )
    worker: bool = Field(description="This server runs a worker of its own.")


class RequestsQuery(Query):
    """How many requests."""

    limit: int = Field(100, ge=1, le=MAX_JOBS, description="Send at most so many, the newest.")


class RequestBody(Request):
    """A request whose jobs are meant."""

    token: Annotated[str, Field(min_length=1, max_length=200)]


class JobsQuery(Query):
    """Filter of jobs."""

    state: Annotated[list[JobStateName] | None, CommaList] = Field(
        None, description="States, comma-separated."
    )
    request: str | None = Field(
        None, max_length=200, description="Only those of this request, the oldest first."
    )
    since: Moment | None = Field(None, description="Only those that changed later.")
    limit: int = Field(DEFAULT_JOBS, ge=1, le=MAX_JOBS, description="Send at most so many, the newest.")


MAX_SCENES = 100_000
MAX_CLASSES = 10_000
MODEL_PATTERN = r"^[\w][\w.-]{0,99}$"


ExportFormat = Literal["geojson", "gpkg", "shp", "parquet", "fgb", "kml", "csv"]


class _Work(Request):
    scenes: list[Id] | None = Field(
        None, min_length=1, max_length=MAX_SCENES, description="Ids of scenes; all where not given."
    )


class _ScoredWork(_Work):
    min_score: float | None = Field(None, ge=0, le=1, description="No proposals that score lower.")


class PrelabelWork(_ScoredWork):
    """Pre-labeling with a model: one job for each scene."""

    kind: Literal["prelabel"]
    model: str = Field(pattern=MODEL_PATTERN, description="Name of a model package.")
    classes: list[str] | None = Field(
        None,
        min_length=1,
        max_length=MAX_CLASSES,
        description="Keys of the project's classes to propose; all that the model finds where not given.",
    )
    map: dict[str, str] | None = Field(
        None,
        max_length=MAX_CLASSES,
        description="The project's class for a class of the model, where their names differ.",
    )
    accepted: bool = Field(
        False, description="Work also on scenes far outside the model's resolutions, which are refused else."
    )


class ExportWork(_ScoredWork):
    """Export of the labels into one file in the project's folder `exports`: one job."""

    kind: Literal["export"]
    states: list[State] | None = Field(
        None, min_length=1, max_length=MAX_CLASSES, description="Proposed and accepted where not given."
    )
    classes: list[str] | None = Field(
        None,
        min_length=1,
        max_length=MAX_CLASSES,
        description="Class keys, without those below them; all where not given.",
    )
    format: ExportFormat = Field("geojson", description="Of the file; `shp` comes as one archive.")
    complete: bool = Field(False, description="Only scenes that are complete for the classes exported.")


class FinetuneWork(_Work):
    """Fine-tuning of a model on reviewed labels; a better model becomes a package of the project: one job."""

    kind: Literal["finetune"]
    model: str = Field(pattern=MODEL_PATTERN, description="Name of the model package to start from.")
    classes: list[str] | None = Field(
        None,
        min_length=1,
        max_length=MAX_CLASSES,
        description="Class keys; all of the model's that have labels enough where not given.",
    )
    steps: int = Field(200, ge=1, le=100_000, description="Steps of learning.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Of the split and of every random choice.")


class NewJobsBody(Request):
    """Jobs to queue; `geoengine worker` runs them."""

    token: Annotated[str, Field(pattern=UID_PATTERN)] = Field(
        description="Made by the client, new for each request; the same again gets the same jobs again."
    )
    work: Annotated[PrelabelWork | ExportWork | FinetuneWork, Field(discriminator="kind")]


class NothingBody(Request):
    """An empty object."""
