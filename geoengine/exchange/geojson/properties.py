"""Properties of a feature of a file, told apart: what the engine knows, and attributes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from geoengine.errors import InvalidValueError
from geoengine.exchange.geojson.names import RESERVED, SAID, SOURCE_FIELDS, attribute_name
from geoengine.model import Confidence, FeatureState
from geoengine.model.checks import UID_PATTERN, check_note
from tiling.class_names import SCORE_FIELDS


class RefusedError(ValueError):
    """A feature that is left out; the text is the reason."""


def sorted_out(properties: dict[str, Any], class_property: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the properties that the engine knows, and the attributes.

    A feature of ours has a uid and a revision. In any other a "state" may be Nepal and a "model" an airliner:
    what does not read as ours is an attribute like the rest.
    """
    ours = properties.get("uid") is not None and properties.get("revision") is not None
    known: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    for name, value in properties.items():
        # GDAL makes a property of the id of a feature, which is the uid in files of ours.
        if name == class_property or (name == "id" and value == properties.get("uid")):
            continue
        value = _present(value)
        if name in RESERVED and (ours or _reads_as_ours(name, value)):
            known[name] = value
        else:
            attributes[attribute_name(name)] = value
    for name in SCORE_FIELDS[1:]:
        if not ours and known.get("score") is None and "score" not in attributes and name in attributes:
            value = attributes[name]
            if value is not None and _reads_as_ours("score", value):
                known["score"] = attributes.pop(name)
    return known, attributes


def _reads_as_ours(name: str, value: Any) -> bool:
    if value is None:
        return True
    if name == "state":
        return value in tuple(FeatureState)
    if name == "score":
        return isinstance(value, int | float) and not isinstance(value, bool) and 0.0 <= value <= 1.0
    if name == "unsure":
        return isinstance(value, bool)
    if name == "note":
        return isinstance(value, str) and _is_note(value.strip())
    if name == "confidence":
        return isinstance(value, str) and value in tuple(Confidence)
    return name == "uid" and isinstance(value, str) and UID_PATTERN.fullmatch(value) is not None


def _is_note(value: str) -> bool:
    try:
        check_note(value)
    except InvalidValueError:
        return False
    return True


def state_of(value: Any) -> FeatureState | None:
    """Return a state by its name; None for none.

    Raises:
        RefusedError: There is no such state.
    """
    if value is None:
        return None
    try:
        return FeatureState(value)
    except ValueError:
        raise RefusedError(f"has the state {value!r}, expected one of: {', '.join(FeatureState)}") from None


class Said(NamedTuple):
    """What a file says of an object as a person would; None where it does not say."""

    unsure: bool | None = None
    note: str | None = None
    confidence: Confidence | None = None


def said_of(known: Mapping[str, Any]) -> Said:
    """Return what a file says of an object.

    An empty cell of a file of ours says that there is nothing; one of any other file says nothing.

    Raises:
        RefusedError: A value is none of those that there are.
        InvalidValueError: The note is too long, or more than one line.
    """
    if not any(name in known for name in SAID):
        return Said()
    ours = known.get("uid") is not None and known.get("revision") is not None
    values = {name: known[name] for name in SAID if name in known and (ours or known[name] is not None)}
    note = values.get("note")
    if note is not None:
        note = str(note).strip()
        check_note(note, "has a note that")
    return Said(
        _unsure(values["unsure"]) if "unsure" in values else None,
        (note or "") if "note" in values else None,
        _confidence(values["confidence"]) if "confidence" in values else None,
    )


def _unsure(value: Any) -> bool:
    """Return a mark, which some formats have as a number or a text."""
    text = str(value).strip().lower()
    if value is None or text in ("", "false", "0", "0.0", "no"):
        return False
    if text in ("true", "1", "1.0", "yes"):
        return True
    raise RefusedError(f"has unsure {value!r}, expected true or false")


def _confidence(value: Any) -> Confidence:
    try:
        return Confidence(value or "")
    except ValueError:
        expected = ", ".join(filter(None, Confidence))
        raise RefusedError(f"has the confidence {value!r}, expected one of: {expected}") from None


def revision_of(value: Any) -> int | None:
    """Return a revision, which some programs write as 1.0 or "1"; None for what is none."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 1 else None


def maker_of(known: Mapping[str, Any]) -> dict[str, str]:
    """Return who made the revision that a file of ours holds, and when, as attributes; empty where it does not say."""
    values = {name: known.get(prop) for prop, name in SOURCE_FIELDS.items()}
    return {name: value for name, value in values.items() if isinstance(value, str) and value.strip()}


def uid_of(properties: dict[str, Any], name: Any) -> str | None:
    """Return the uid, if the engine could have made it; other programs' ids (1, 2, 3) are none."""
    for value in (properties.get("uid"), name):
        if isinstance(value, str) and UID_PATTERN.fullmatch(value):
            return value
    return None


def _present(value: Any) -> Any:
    """Return the value, or None for NaN, which some programs write for nothing."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def name_of(properties: dict[str, Any], name: Any) -> str | None:
    """Return what a message calls a feature: its uid, or what its file calls it; None where it has no name."""
    uid = properties.get("uid")
    found = uid if uid is not None else name
    return None if found is None else str(found)[:100]
