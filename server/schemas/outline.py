"""Schemas of outlines that are proposed for a prompt."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from server.schemas.base import Box, Coordinate, Reply, Request, class_field
from server.schemas.features import PolygonReply

MAX_POINTS = 50

_Points = Annotated[list[tuple[Coordinate, Coordinate]], Field(max_length=MAX_POINTS)]


class OutlineBody(Request):
    """Prompt in the scene's CRS: points on the object, or a box around it, or both."""

    points: _Points = Field(default_factory=list, description="On the object.")
    negative: _Points = Field(default_factory=list, description="Beside it.")
    box: Box | None = Field(None, description="minx, miny, maxx, maxy around it.")
    class_key: str | None = class_field(None, "What it is: accepted objects of this class tell its size.")


class OutlineReply(Reply):
    """One proposed outline."""

    geometry: PolygonReply
    quality: float = Field(ge=0, le=1, description="For ranking; no probability.")


class OutlinesReply(Reply):
    """Proposed outlines, best first; none where no object is found."""

    outlines: list[OutlineReply]
    method: str = Field(description="`watershed-cut`, or the name of the package.")
    elapsed_ms: float
    note: str | None = Field(description="How to get better outlines, where something is missing for them.")
