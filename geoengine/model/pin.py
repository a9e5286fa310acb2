"""Pins: questions of people on a place of a scene where no object need be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from geoengine.errors import InvalidValueError
from geoengine.model.checks import check_note, check_person, check_text, check_uid
from geoengine.model.limits import MAX_NOTE_CHARACTERS
from geoengine.model.timestamp import utc_now


class PinState(StrEnum):
    """What has become of a pin."""

    OPEN = "open"
    RESOLVED = "resolved"
    REMOVED = "removed"


@dataclass(frozen=True)
class Pin:
    """Question on a place of a scene, as one of its revisions says; the last one holds.

    Attributes:
        uid: Made by the client; 8 to 64 letters, digits and dashes.
        scene_id: The scene.
        x: In the scene's CRS; column in the pixel plane of a scene without one.
        y: In the scene's CRS; minus the row in the pixel plane of a scene without one.
        text: The question, one line of at most 500 characters.
        state: Open, resolved or removed.
        revision: Number of this revision, from 1 on.
        author: Who made this revision.
        time: When, UTC ISO 8601.
        asked_by: Who made the first revision.
        asked_at: When that was, UTC ISO 8601.
    """

    uid: str
    scene_id: int
    x: float
    y: float
    text: str
    state: PinState
    revision: int
    author: str
    time: str
    asked_by: str
    asked_at: str


@dataclass(frozen=True)
class PinEdit:
    """What a pin shall be: a new one, or the next revision of one that is there.

    Attributes:
        uid: See `Pin`.
        scene_id: See `Pin`.
        x: See `Pin`.
        y: See `Pin`.
        text: See `Pin`.
        state: See `Pin`; a new one is open.
        author: Who says so.
        base_revision: The revision that the author saw; 0 for a new pin.

    Raises:
        InvalidValueError: A value breaks a rule.
    """

    uid: str
    scene_id: int
    x: float
    y: float
    text: str
    state: PinState
    author: str
    base_revision: int

    def __post_init__(self) -> None:
        """Check every value."""
        check_uid(self.uid)
        check_person(self.author, "author")
        check_text(self.text, "text", MAX_NOTE_CHARACTERS)
        check_note(self.text, "text")
        for name, value in (("x", self.x), ("y", self.y)):
            if not math.isfinite(value):
                raise InvalidValueError(f"{name} is {value!r}, expected a finite number", name)
        if self.base_revision < 0:
            raise InvalidValueError(
                f"revision is {self.base_revision}, expected 0 for a new pin or the one that was seen",
                "revision",
            )

    def is_said_by(self, pin: Pin) -> bool:
        """Return whether a pin says the same, whoever made it."""
        return (pin.scene_id, pin.x, pin.y, pin.text, pin.state) == (
            self.scene_id,
            self.x,
            self.y,
            self.text,
            self.state,
        )

    def after(self, pin: Pin | None) -> Pin:
        """Return the revision that this makes of a pin, now; the first one after None."""
        now = utc_now()
        return Pin(
            uid=self.uid,
            scene_id=self.scene_id,
            x=self.x,
            y=self.y,
            text=self.text,
            state=self.state,
            revision=1 if pin is None else pin.revision + 1,
            author=self.author,
            time=now,
            asked_by=self.author if pin is None else pin.asked_by,
            asked_at=now if pin is None else pin.asked_at,
        )
