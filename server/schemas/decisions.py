"""Schemas of decisions on all proposals of an area and filter."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from geoengine.model.limits import MAX_ID
from server.schemas.base import Reply
from server.schemas.changesets import SignedBody


class DecisionBody(SignedBody):
    """Decision on the open proposals that the query string names."""

    state: Literal["accepted", "rejected"]
    seen: int = Field(
        ge=0,
        le=MAX_ID,
        description="`changeset` of the counts that were shown; proposals that came or changed later are left alone.",
    )


class TakeBackBody(SignedBody):
    """Who takes a decision back."""


class DecisionReply(Reply):
    """What a decision on many proposals, or taking it back, did."""

    changeset: int | None = Field(description="Null where nothing was changed.")
    replayed: bool = Field(description="Whether this token had been committed before.")
    decided: int = Field(description="Features that got another state.")
    newer: int = Field(description="Features left alone, because they came or changed since.")
    left: int = Field(description="Features left alone, because they had been decided otherwise before.")
