"""Schemas of how fast people decide."""

from __future__ import annotations

from pydantic import Field

from server.schemas.base import Moment, Query, Reply


class PaceQuery(Query):
    """Time that the decisions are counted from."""

    since: Moment = Field(
        description="A date or a time in ISO 8601, UTC where it doesn't say; at most 31 days ago."
    )


class PersonPaceReply(Reply):
    """Decisions of one person."""

    author: str
    decided: int = Field(description="Proposals accepted or rejected that still are.")
    at_once: int = Field(description="Of them, those decided by steps of more than ten.")
    active_s: float = Field(description="Seconds between one step and the next, each counted as at most 300.")
    an_hour: float | None = Field(
        description="Decisions in an hour of that time, without those at once and the first step's; null for less than "
        "ten minutes."
    )


class PaceReply(Reply):
    """How many proposals people decided since some time, and how fast."""

    since: str
    decided: int
    at_once: int
    an_hour: float | None = Field(description="As of one person, over the time of all together.")
    people: list[PersonPaceReply] = Field(description="The one who decided most first.")
