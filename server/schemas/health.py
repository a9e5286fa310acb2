"""Schemas of the server's health."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from geoengine.model.health import FindingKind
from server.schemas.base import Reply


class HealthReply(Reply):
    """Health of the server."""

    status: Literal["ok", "degraded"]
    version: str
    problems: list[str] = Field(description="What is wrong, e.g. label files that can't be written.")


class HealthFindingReply(Reply):
    """One thing that is wrong."""

    kind: FindingKind
    message: str = Field(description="The thing in one sentence, as in `problems` of `/api/health`.")
    scene_id: int | None = Field(description="The scene it is about.")
    scene: str | None = Field(description="Name of that scene; null also where it cannot be read.")
    uids: list[str] = Field(description="The features of that scene it is about, the first of many.")
    features: int = Field(description="How many features it is about.")


class HealthDetailsReply(Reply):
    """Trouble of the project, and with what in it; empty where all is well."""

    findings: list[HealthFindingReply]
