"""Schemas of what was seen of a scene, and of whether it, or an area of it, is complete."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from server.schemas.base import Query, Reply
from server.schemas.changesets import Author, AuthoredBody
from server.schemas.scenes import CompletionReply

MAX_SEEN_WINDOWS = 2000
_MAX_PX = 2**31

Pixels = Annotated[int, Field(ge=-_MAX_PX, le=_MAX_PX)]


class SeenQuery(Query):
    """Whose seen ground is asked for beside that of everybody."""

    author: Author = Field(None, description="The server's default where blank.")


class SeenBody(AuthoredBody):
    """Windows of a scene that somebody has seen."""

    windows: list[tuple[Pixels, Pixels, Pixels, Pixels]] = Field(
        max_length=MAX_SEEN_WINDOWS,
        description="Left, top, right and bottom in pixels of the scene: what was on the screen at 1:1 or closer, for "
        "half a second. Cells that lie wholly in one of them count as seen.",
    )


class AddedReply(Reply):
    """What became of windows that were seen."""

    added: bool = Field(description="False where all of their cells had been seen before.")


class SeenReply(Reply):
    """Cells of a scene that were seen, as lengths of runs row by row, the first one of cells that are not."""

    cell_px: int = Field(description="Side of a cell in pixels of the scene, from its upper left corner on.")
    rows: int
    cols: int
    valid: list[int] = Field(description="Runs of cells that have a valid pixel.")
    seen: list[int] = Field(description="Runs of cells that anybody has seen.")
    mine: list[int] = Field(description="Runs of cells that the author has seen.")
    share: float = Field(description="Share of the valid pixels that anybody has seen, 0 to 1.")


def _not_empty(value: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = value
    if left >= right or top >= bottom:
        raise ValueError(f"area is {list(value)}, expected left < right and top < bottom")
    return value


class CompletionBody(AuthoredBody):
    """Word of a person on whether a scene or an area of it is complete."""

    complete: bool = Field(description="False takes back what was said.")
    area: Annotated[tuple[Pixels, Pixels, Pixels, Pixels], AfterValidator(_not_empty)] | None = Field(
        None, description="Left, top, right and bottom in pixels of the scene; null for all of it."
    )


class CompletionsReply(Reply):
    """Completions of a scene that hold, and all that was ever said of it."""

    complete: CompletionReply | None = Field(description="Of the whole scene.")
    areas: list[CompletionReply] = Field(description="Of areas, oldest first.")
    share: float = Field(description="Share of the valid pixels that anybody has seen, 0 to 1.")
    min_seen: float = Field(description="Share from which on the scene can be complete.")
    history: list[CompletionReply] = Field(description="Oldest first.")
