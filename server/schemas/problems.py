"""Schemas of problem documents (RFC 9457)."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from server.schemas.base import Reply
from server.schemas.features import FeatureReply
from server.schemas.pins import PinReply


class FieldErrorReply(Reply):
    """Error in one field of a request."""

    field: str
    message: str


class ConflictReply(Reply):
    """Edit whose base revision is no longer the current one."""

    uid: str
    base_revision: int | None = Field(description="What the edit was made on; null for a create.")
    current: FeatureReply


class ProblemReply(Reply):
    """Problem details (RFC 9457): the body of every reply with an error status.

    The only reply in which a field may be missing.
    """

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    type: str = Field(description="urn:geoengine:problem:<kind>, the same for the same kind of problem.")
    title: str
    status: int
    detail: str = Field(description="One sentence: what was got and what was expected.")
    errors: list[FieldErrorReply] | None = Field(None, description="With 400 and 422: what is wrong where.")
    conflicts: list[ConflictReply] | None = Field(None, description="With 409: what is there now.")
    pin: PinReply | None = Field(None, description="With 409 of a pin: the pin as it is now.")
    offset: int | None = Field(None, description="With 409 of a piece of a file: where the next one begins.")
