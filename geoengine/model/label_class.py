"""Label classes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from geoengine.errors import InvalidValueError
from geoengine.model.checks import check_class_key, check_text
from geoengine.model.class_attribute import ClassAttribute
from geoengine.model.geometry_kind import GeometryKind

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")

# Eight saturated colours that stay apart under the common colour-vision deficiencies and are seen on imagery: each
# differs by more than 25 (CIEDE2000) from 87 % or more of the pixels of every scene in `benchmarks/palette.py`.
_PALETTE = ("#ff9900", "#26beff", "#ffff00", "#cc00a3", "#4dffff", "#cc0000", "#4d70ff", "#e66781")


class BirthShape(StrEnum):
    """What the desk makes of the outline of a new object of a class."""

    FREE = "free"
    SQUARED = "squared"
    ROUND = "round"


@dataclass(frozen=True)
class LabelClass:
    """One class of the project.

    Attributes:
        key: The stable name in files and in the database (letters, digits, ``_``, ``.``, ``-``).
        name: What people read.
        color: ``#rrggbb``.
        hotkey: One printable character, or None.
        attributes: What is to be said of its objects, in this order, retired ones among them.
        shape: What becomes of outlines that people draw; free where they draw no polygons.
        parent: Key of the class of the project that it stands below; None at the top.
        geometry: What its objects are: polygons, boxes, lines, points.
    """

    key: str
    name: str
    color: str
    hotkey: str | None = None
    attributes: tuple[ClassAttribute, ...] = ()
    shape: BirthShape = BirthShape.FREE
    parent: str | None = None
    geometry: GeometryKind = GeometryKind.POLYGON

    def __post_init__(self) -> None:
        """Check the values."""
        check_class_key(self.key, "key")
        if self.parent is not None:
            check_class_key(self.parent, "parent")
        check_text(self.name, "name")
        if not isinstance(self.color, str) or not _COLOR.fullmatch(self.color):
            raise InvalidValueError(
                f"color of class {self.key!r} is {self.color!r}, expected '#rrggbb'", "color"
            )
        if self.hotkey is not None and (
            len(self.hotkey) != 1 or not self.hotkey.isprintable() or self.hotkey.isspace()
        ):
            raise InvalidValueError(
                f"hotkey of class {self.key!r} is {self.hotkey!r}, expected one printable character", "hotkey"
            )
        if self.shape is not BirthShape.FREE and self.geometry is not GeometryKind.POLYGON:
            raise InvalidValueError(
                f"shape of class {self.key!r} is {self.shape}, expected free: its objects are "
                f"{self.geometry.plural}, not polygons",
                "shape",
            )


def default_color(index: int) -> str:
    """Return a colour for the `index`-th class that was given none (they repeat after eight)."""
    return _PALETTE[index % len(_PALETTE)]
