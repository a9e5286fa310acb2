"""Schemas of named places."""

from __future__ import annotations

from pydantic import Field

from server.schemas.base import Query, Reply

MAX_PLACES = 10
MAX_TEXT = 200


class PlacesQuery(Query):
    """Name that is looked for."""

    text: str = Field(
        min_length=1, max_length=MAX_TEXT, description="Each word begins a word of one of the place's names."
    )


class PlaceReply(Reply):
    """A named place."""

    name: str
    lon: float = Field(description="Degrees, WGS 84.")
    lat: float = Field(description="Degrees, WGS 84.")
    kind: str = Field(
        description="Feature class of GeoNames: A region, H water, L area, P settlement, R road, S building, "
        "T mountain, U undersea, V vegetation; may be empty."
    )
    country: str = Field(description="ISO 3166-1 alpha-2; may be empty.")
    in_scene: bool


class PlacesReply(Reply):
    """Places of a name, those in the scene first."""

    gazetteer: bool = Field(description="Whether the project has a gazetteer.")
    places: list[PlaceReply] = Field(description=f"At most {MAX_PLACES}.")
