"""Condition on the value of one attribute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geoengine.errors import InvalidValueError
from geoengine.model.checks import check_class_key


@dataclass(frozen=True)
class AttributeCondition:
    """What an attribute of a feature must be; with a key alone, anything but missing or an empty text.

    Attributes:
        key: The attribute.
        missing: Whether it must be missing, or an empty text.
        equals: Exactly this text or truth.
        contains: A text that has this in it, in capitals or not.
        minimum: A number from here on.
        maximum: A number up to here.
    """

    key: str
    missing: bool = False
    equals: str | bool | None = None
    contains: str | None = None
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        check_class_key(self.key, "attribute")
        ranged = self.minimum is not None or self.maximum is not None
        given = [self.missing, self.equals is not None, self.contains is not None, ranged]
        if sum(given) > 1:
            raise InvalidValueError(
                f"attribute {self.key!r} has {sum(given)} conditions, expected one: missing, a value, a part of a "
                "text, or a range of numbers",
                "attribute",
            )

    def accepts(self, attributes: Mapping[str, Any]) -> bool:
        """Return True if the attributes of a feature meet the condition."""
        value = attributes.get(self.key)
        if self.missing:
            return value is None or value == ""
        if self.equals is not None:
            return type(value) is type(self.equals) and value == self.equals
        if self.contains is not None:
            return isinstance(value, str) and self.contains.casefold() in value.casefold()
        if self.minimum is None and self.maximum is None:
            return value is not None and value != ""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )
