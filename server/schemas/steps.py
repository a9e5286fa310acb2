"""Schemas of the steps that a person did on a scene."""

from __future__ import annotations

from pydantic import Field

from geoengine.store.features.steps import MOST_STEPS
from server.schemas.base import Bounds, Query, Reply


class StepsQuery(Query):
    """Whose steps, and how many."""

    author: str = Field(min_length=1, max_length=1000)
    limit: int = Field(100, ge=1, le=MOST_STEPS, description="The last so many.")


class StepReply(Reply):
    """One step: a changeset of a person."""

    changeset: int
    time: str = Field(description="When it was saved, in UTC.")
    comment: str | None
    counts: dict[str, int] = Field(
        description="Numbers of objects by what became of them: `drawn`, `deleted`, `restored`, `reshaped`, "
        "`classified`, `accepted`, `rejected`, `proposed` or `said`, the first that applies."
    )
    bbox: Bounds = Field(description="Around its objects as they are now, in the scene's CRS.")
    uids: list[str] = Field(description="Its first 50 objects.")
    deleted: list[str] = Field(description="Those of `uids` that are deleted now.")


class StepsReply(Reply):
    """Steps of a person on a scene, the newest first."""

    steps: list[StepReply]
