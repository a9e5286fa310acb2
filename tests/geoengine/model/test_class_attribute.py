"""Attributes that a class declares."""

from __future__ import annotations

from typing import Any

import pytest

from geoengine.errors import InvalidValueError
from geoengine.model import AttributeKind, Choice, ClassAttribute
from geoengine.model.class_attribute import check_declared

STOREYS = ClassAttribute("storeys", "Storeys", AttributeKind.NUMBER, "floors", 1, 60, required=True)
AREA = ClassAttribute("area", "Area", AttributeKind.NUMBER, "m²")
ROOF = ClassAttribute(
    "roof", "Roof", AttributeKind.CHOICE, choices=(Choice("flat", "Flat"), Choice("gable", "Gable roof"))
)
INHABITED = ClassAttribute("inhabited", "Inhabited", AttributeKind.YES_NO)
USE = ClassAttribute("use", "Use", AttributeKind.TEXT)


@pytest.mark.parametrize(
    ("attribute", "value", "fault"),
    [
        (STOREYS, 3, None),
        (STOREYS, 2.5, None),
        (STOREYS, None, None),
        (STOREYS, 61, "is 61, expected a number from 1 to 60 floors"),
        (STOREYS, "3", "is '3', expected a number from 1 to 60 floors"),
        (STOREYS, True, "is True, expected a number from 1 to 60 floors"),
        (STOREYS, float("nan"), "is nan, expected a number from 1 to 60 floors"),
        (AREA, 10**300, None),
        (AREA, 10**400, f"is {10**400}, expected a number m²"),
        (AREA, float("inf"), "is inf, expected a number m²"),
        (ROOF, "flat", None),
        (ROOF, "Flat", "is 'Flat', expected one of: flat, gable"),
        (ROOF, 1, "is 1, expected a text"),
        (INHABITED, False, None),
        (INHABITED, "no", "is 'no', expected true or false"),
        (USE, "<b>school</b>", None),
        (USE, "x" * 501, "has 501 characters, expected at most 500"),
    ],
)
def test_values(attribute: ClassAttribute, value: object, fault: str | None) -> None:
    assert attribute.fault(value) == fault


@pytest.mark.parametrize("attribute", [STOREYS, AREA, ROOF, INHABITED, USE])
def test_what_is_stored_comes_back(attribute: ClassAttribute) -> None:
    assert ClassAttribute.from_json(attribute.to_json()) == attribute


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"kind": AttributeKind.TEXT, "unit": "m"}, "expected a unit and limits of a number only"),
        ({"kind": AttributeKind.CHOICE}, "expected a choice with a code list"),
        (
            {"kind": AttributeKind.TEXT, "choices": (Choice("a", "a"),)},
            "expected a code list of a choice only",
        ),
        (
            {"kind": AttributeKind.NUMBER, "minimum": 5, "maximum": 1},
            "minimum is 5, expected at most the maximum 1",
        ),
        ({"kind": AttributeKind.NUMBER, "minimum": float("nan")}, "minimum is nan, expected a finite number"),
        ({"kind": AttributeKind.NUMBER, "maximum": float("inf")}, "maximum is inf, expected a finite number"),
        (
            {"kind": AttributeKind.CHOICE, "choices": (Choice("a", "a"), Choice("a", "b"))},
            "the code 'a' twice",
        ),
    ],
)
def test_what_is_no_attribute_is_one_sentence(values: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidValueError, match=why):
        ClassAttribute("a", "A", **values)


def test_only_new_values_of_what_is_declared_are_checked() -> None:
    check_declared([STOREYS], {"storeys": "many"}, {"storeys": "many", "other": object()}, "attributes")
    with pytest.raises(
        InvalidValueError, match=r"^attributes.storeys is 'some', expected a number from 1 to 60 floors$"
    ):
        check_declared([STOREYS], {"storeys": "many"}, {"storeys": "some"}, "attributes")
