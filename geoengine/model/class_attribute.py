"""Attributes that a class declares: what is to be said of its objects, and which values there are."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from geoengine.errors import InvalidValueError
from geoengine.model.checks import check_class_key, check_optional_text, check_text

MAX_CHOICES = 500
MAX_TEXT = 500
"""Characters of a text."""
_LARGEST = sys.float_info.max
"""Largest number that is read as the same everywhere: JSON has whole numbers of any length."""


class AttributeKind(StrEnum):
    """Kinds of values."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes-no"


@dataclass(frozen=True)
class Choice:
    """One entry of a code list: the value that is stored, and what people read."""

    code: str
    name: str


@dataclass(frozen=True)
class ClassAttribute:
    """One attribute of a class.

    Attributes:
        key: The stable name in files and in the database.
        name: What people read.
        kind: Which values it has.
        unit: Of a number, or None.
        minimum: Lowest number, or None.
        maximum: Highest number, or None.
        choices: The code list of a choice, in its order.
        required: Whether an object without it is incomplete.
        retired: Whether nobody is asked for it any more; values that objects have stay.
    """

    key: str
    name: str
    kind: AttributeKind
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = False
    retired: bool = False

    def __post_init__(self) -> None:
        """Check the values."""
        check_class_key(self.key, "attribute")
        check_text(self.name, "name")
        check_optional_text(self.unit, "unit", 20)
        is_number, is_choice = self.kind is AttributeKind.NUMBER, self.kind is AttributeKind.CHOICE
        if not is_number and (self.unit, self.minimum, self.maximum) != (None, None, None):
            raise InvalidValueError(
                f"attribute {self.key!r} is a {self.kind}, expected a unit and limits of a number only",
                "kind",
            )
        if is_choice != bool(self.choices):
            expected = "a choice with a code list" if is_choice else "a code list of a choice only"
            raise InvalidValueError(
                f"attribute {self.key!r} is a {self.kind}, expected {expected}", "choices"
            )
        low, high = self.minimum, self.maximum
        for name, limit in (("minimum", low), ("maximum", high)):
            if limit is not None and not abs(limit) <= _LARGEST:
                raise InvalidValueError(f"{name} is {limit}, expected a finite number", name)
        if low is not None and high is not None and low > high:
            raise InvalidValueError(f"minimum is {low:g}, expected at most the maximum {high:g}", "minimum")
        codes = [choice.code for choice in self.choices]
        for choice in self.choices:
            check_text(choice.code, "code", 64)
            check_text(choice.name, "name of a code")
        if len(codes) > MAX_CHOICES:
            raise InvalidValueError(
                f"choices has {len(codes)} codes, expected at most {MAX_CHOICES}", "choices"
            )
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice is not None:
            raise InvalidValueError(f"choices has the code {twice!r} twice, expected each once", "choices")

    def fault(self, value: object) -> str | None:
        """Return what is wrong with a value, completing "roof …"; None for one that fits, or for none at all."""
        if value is None:
            return None
        if self.kind is AttributeKind.YES_NO:
            return None if isinstance(value, bool) else f"is {value!r}, expected true or false"
        if self.kind is AttributeKind.NUMBER:
            return self._number_fault(value)
        if not isinstance(value, str):
            return f"is {value!r}, expected a text"
        if self.kind is AttributeKind.TEXT:
            if len(value) > MAX_TEXT:
                return f"has {len(value):,} characters, expected at most {MAX_TEXT}"
            return None
        if value not in {choice.code for choice in self.choices}:
            codes = ", ".join(choice.code for choice in self.choices[:20])
            return f"is {value!r}, expected one of: {codes}{', …' if len(self.choices) > 20 else ''}"
        return None

    def _number_fault(self, value: object) -> str | None:
        low = -_LARGEST if self.minimum is None else self.minimum
        high = _LARGEST if self.maximum is None else self.maximum
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return None
        return f"is {value!r}, expected {' '.join(filter(None, ['a number', self.limits]))}"

    @property
    def limits(self) -> str:
        """Limits and unit of a number, such as "from 1 to 60 floors"; empty without any."""
        low, high = self.minimum, self.maximum
        limits = ["" if low is None else f"from {low:g}", "" if high is None else f"to {high:g}", self.unit]
        return " ".join(filter(None, limits))

    def to_json(self) -> dict[str, Any]:
        """Return the attribute as the database keeps it."""
        return {
            "key": self.key,
            "name": self.name,
            "kind": str(self.kind),
            "unit": self.unit,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "choices": [[choice.code, choice.name] for choice in self.choices],
            "required": self.required,
            "retired": self.retired,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the attribute that `to_json` wrote."""
        choices = tuple(Choice(code, name) for code, name in value["choices"])
        return cls(**{**value, "kind": AttributeKind(value["kind"]), "choices": choices})


def check_declared(
    attributes: Sequence[ClassAttribute], before: Mapping[str, Any], after: Mapping[str, Any], field: str
) -> None:
    """Accept attributes of an object whose values that are new are such as its class declares.

    What a class does not declare, or no longer does, is anything; so is a value that was there before.

    Raises:
        InvalidValueError: A value does not fit.
    """
    for attribute in attributes:
        value = after.get(attribute.key)
        if attribute.retired or (attribute.key in before and before[attribute.key] == value):
            continue
        fault = attribute.fault(value)
        if fault is not None:
            raise InvalidValueError(f"{field}.{attribute.key} {fault}", field)
