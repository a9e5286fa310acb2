"""Where an author left a scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geoengine.model.checks import check_person
from geoengine.model.feature import QueueOrder


@dataclass(frozen=True)
class Bookmark:
    """Where an author left a scene, so that the work goes on there.

    Attributes:
        scene_id: The scene.
        author: Whose it is.
        time: When it was left, ISO 8601 in UTC.
        order: Order of the review queue.
        reviewing: Whether the review was going on.
        filter: The client's filter of features, as JSON.
        class_key: The class that is drawn next; None where none was chosen.
        view: x and y of the middle of the view in the scene's CRS, and its resolution in units of the CRS per pixel
            of the screen; None where it is not known.
        feature: Uid of the object that was looked at, or None.
        skipped: Uids of the objects that were left undecided, in that order.
    """

    scene_id: int
    author: str
    time: str
    order: QueueOrder
    reviewing: bool
    filter: Mapping[str, Any]
    class_key: str | None
    view: tuple[float, float, float] | None
    feature: str | None
    skipped: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check the author."""
        check_person(self.author, "author")
