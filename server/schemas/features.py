"""Schemas of features, in replies and in requests."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import FailFast, Field, JsonValue, field_validator

from geoengine.model.limits import MAX_RINGS, MAX_VERTICES
from server.schemas.base import Bounds, Confidence, Coordinate, Reply, Request, State, class_field

# The first fault of a ring is enough: a body of 16 MB has room for millions, and each takes memory.
_Positions = list[tuple[float, float]]
Ring = Annotated[
    list[tuple[Coordinate, Coordinate]], Field(min_length=4, max_length=MAX_VERTICES), FailFast()
]


_Rings = Annotated[list[Ring], Field(min_length=1, max_length=MAX_RINGS), FailFast()]


class PolygonGeometry(Request):
    """A GeoJSON Polygon, in the scene's CRS."""

    type: Literal["Polygon"]
    coordinates: _Rings = Field(
        description="The outer ring, then holes; each ring ends where it begins. At most "
        f"{MAX_VERTICES} vertices in all rings together.",
    )

    @field_validator("coordinates")
    @classmethod
    def _closed(cls, rings: list[_Positions]) -> list[_Positions]:
        _check_rings(rings)
        return rings


class MultiPolygonGeometry(Request):
    """A GeoJSON MultiPolygon, in the scene's CRS: one object of several parts, which do not overlap."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[_Rings], FailFast()] = Field(
        min_length=1,
        max_length=MAX_RINGS,
        description=f"The rings of each part, as of a Polygon. At most {MAX_RINGS} rings and {MAX_VERTICES} vertices "
        "in all parts together; one part alone is stored as a Polygon.",
    )

    @field_validator("coordinates")
    @classmethod
    def _closed(cls, parts: list[list[_Positions]]) -> list[list[_Positions]]:
        rings = [ring for part in parts for ring in part]
        if len(rings) > MAX_RINGS:
            raise ValueError(f"got {len(rings)} rings, expected at most {MAX_RINGS}")
        _check_rings(rings)
        return parts


def _check_rings(rings: list[_Positions]) -> None:
    """Check the number of vertices, and that rings are closed."""
    vertices = sum(map(len, rings))
    if vertices > MAX_VERTICES:
        raise ValueError(f"got {vertices} vertices, expected at most {MAX_VERTICES}")
    for number, ring in enumerate(rings):
        if ring[0] != ring[-1]:
            raise ValueError(
                f"ring {number} begins at {ring[0]} and ends at {ring[-1]}, expected a closed one"
            )


class LineStringGeometry(Request):
    """A GeoJSON LineString, in the scene's CRS."""

    type: Literal["LineString"]
    coordinates: Annotated[
        list[tuple[Coordinate, Coordinate]],
        Field(
            min_length=2,
            max_length=MAX_VERTICES,
            description="At least two different positions; it may cross itself.",
        ),
        FailFast(),
    ]


class PointGeometry(Request):
    """A GeoJSON Point, in the scene's CRS."""

    type: Literal["Point"]
    coordinates: tuple[Coordinate, Coordinate]


Geometry = Annotated[
    PolygonGeometry | MultiPolygonGeometry | LineStringGeometry | PointGeometry, Field(discriminator="type")
]
"""Geometry in a request; it has to fit the class of its feature."""


class PolygonReply(Reply):
    """A GeoJSON Polygon, in the scene's CRS."""

    type: Literal["Polygon"] = "Polygon"
    coordinates: list[list[tuple[float, float]]]


class MultiPolygonReply(Reply):
    """A GeoJSON MultiPolygon of two parts or more, in the scene's CRS."""

    type: Literal["MultiPolygon"] = "MultiPolygon"
    coordinates: list[list[list[tuple[float, float]]]]


class LineStringReply(Reply):
    """A GeoJSON LineString, in the scene's CRS."""

    type: Literal["LineString"] = "LineString"
    coordinates: list[tuple[float, float]]


class PointReply(Reply):
    """A GeoJSON Point, in the scene's CRS."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


GeometryReply = Annotated[
    PolygonReply | MultiPolygonReply | LineStringReply | PointReply, Field(discriminator="type")
]
"""Geometry of a feature, of the kind of its class."""


class FeatureProperties(Reply):
    """Properties of a feature besides its geometry."""

    class_key: str = class_field()
    state: State
    score: float | None = Field(description="The model's confidence, 0 to 1; null where nobody's.")
    revision: int = Field(ge=1, description="Send this back as `base_revision`.")
    origin: Literal["human", "model", "import"]
    model: str | None
    author: str
    time: str
    attributes: dict[str, JsonValue]
    deleted: bool
    unsure: bool = Field(description="Whether a person has marked it to be looked at again.")
    note: str = Field(description="What a person says of it, one line; empty for nothing.")
    confidence: Confidence


class FeatureReply(Reply):
    """One feature as GeoJSON; `id` is its uid."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: GeometryReply
    properties: FeatureProperties


class FeatureCollectionReply(Reply):
    """Features of one scene as GeoJSON in the scene's CRS."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    crs_note: str = Field(description="Which CRS the coordinates are in.")
    changeset: int = Field(description="The scene's newest changeset when this was read; 0 before the first.")
    total: int = Field(description="Features that match, sent or not.")
    truncated: bool = Field(description="Whether `limit` left some out.")
    features: list[FeatureReply]


class UidsReply(Reply):
    """Features by uid, and how many there are of each state."""

    uids: list[str] = Field(description="In the order of creation, at most `limit`.")
    proposed: int
    accepted: int
    rejected: int
    changeset: int = Field(description="The scene's newest changeset when this was read.")


class QueueItem(Reply):
    """One proposal to review, or a pair of them."""

    uid: str = Field(description="The proposal; of a pair the surer one.")
    class_key: str = class_field()
    score: float | None
    bbox: Bounds = Field(description="In the scene's CRS, around both of a pair.")
    other: str | None = Field(description="The other one of a pair.")
    overlap: float | None = Field(description="Intersection over union of a pair.")
    inside: float | None = Field(description="Share of the smaller one of a pair that lies in the other.")


class QueueReply(Reply):
    """Proposals in the order of their review."""

    items: list[QueueItem]
    total: int


class RevisionReply(Reply):
    """One revision of a feature."""

    revision: int
    author: str
    time: str
    comment: str | None
    changeset: int
    feature: FeatureReply


class FeatureDetailReply(Reply):
    """A feature, deleted or not, with its history."""

    feature: FeatureReply
    scene_id: int
    history: list[RevisionReply]
