"""Schemas of counts of features."""

from __future__ import annotations

from pydantic import Field

from server.schemas.base import Reply


class DensityReply(Reply):
    """Numbers of features in square cells."""

    cell: float = Field(description="Side of a cell in units of the scene's CRS.")
    origin: tuple[float, float] = Field(
        description="The scene's upper left corner, from which columns are counted right and rows down."
    )
    changeset: int = Field(description="The scene's newest changeset when this was counted.")
    cells: list[tuple[int, int, int, int, int]] = Field(
        description="column, row, proposed, accepted, rejected of each cell that has any."
    )


class UnscoredReply(Reply):
    """Features without a score."""

    proposed: int
    accepted: int
    rejected: int


class ScoresReply(Reply):
    """Histogram of scores by state."""

    edges: list[float] = Field(description="One more than there are bins; the last bin has both its edges.")
    proposed: list[int]
    accepted: list[int]
    rejected: list[int]
    unscored: UnscoredReply
    changeset: int = Field(description="The scene's newest changeset when this was counted.")


class FacetsReply(Reply):
    """Values that a scene's features can be filtered by, each with its number of features."""

    classes: dict[str, int]
    states: dict[str, int]
    models: dict[str, int]
    authors: dict[str, int]
    earliest: str | None = Field(description="Time of the change longest ago that still stands.")
    latest: str | None
    changeset: int = Field(description="The scene's newest changeset when this was counted.")
