"""Problem details (RFC 9457)."""

from __future__ import annotations

from pydantic import Field

from server.schemas.base import Reply
from server.schemas.features import FeatureReply


class FieldErrorReply(Reply):
    """One thing wrong with one place of a request."""

    field: str
    message: str


class ConflictReply(Reply):
    """An edit that was made on something that has changed meanwhile."""

    uid: str
    base_revision: int | None = Field(description="What the edit was made on; null for a create.")
    current: FeatureReply


class ProblemReply(Reply):
    """RFC 9457 problem details; every reply with an error status is one."""

    type: str = Field(description="urn:geoengine:problem:<kind>, the same for the same kind of problem.")
    title: str
    status: int
    detail: str = Field(description="One sentence: what was got and what was expected.")
    errors: list[FieldErrorReply] | None = Field(None, description="With 400 and 422: what is wrong where.")
    conflicts: list[ConflictReply] | None = Field(None, description="With 409: what is there now.")
