"""Query strings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from server.schemas.base import Bounds, CommaList, Query, State

MAX_FEATURES = 100_000
DEFAULT_FEATURES = 20_000


class FeatureFilter(Query):
    """What the review queue is narrowed to."""

    class_keys: Annotated[list[str] | None, CommaList] = Field(
        None, validation_alias="class", description="Class keys, comma-separated."
    )
    min_score: float | None = Field(
        None, ge=0, le=1, description="Leave out features with a lower score. Features without a score stay."
    )


class FeaturesQuery(FeatureFilter):
    """Which features of a scene to send."""

    bbox: Annotated[Bounds | None, CommaList] = Field(
        None, description="minx,miny,maxx,maxy in the scene's CRS; features whose box touches it are sent."
    )
    state: Annotated[list[State] | None, CommaList] = Field(None, description="States, comma-separated.")
    limit: int = Field(DEFAULT_FEATURES, ge=1, le=MAX_FEATURES, description="Send at most so many.")

    @field_validator("bbox")
    @classmethod
    def _ordered(cls, bbox: Bounds | None) -> Bounds | None:
        if bbox is not None and not (bbox[0] <= bbox[2] and bbox[1] <= bbox[3]):
            raise ValueError(
                f"got {list(bbox)}, expected minx,miny,maxx,maxy with minx <= maxx and miny <= maxy"
            )
        return bbox


class VersionQuery(Query):
    """The version of what is asked for; with it a reply may be cached for ever."""

    v: str | None = Field(None, max_length=100, description="Version from the scene's `tiles.url`.")
