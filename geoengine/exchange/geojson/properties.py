"""Properties of a feature of a file, told apart: what the engine knows, and attributes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from geoengine.exchange.geojson.names import RESERVED, SOURCE_FIELDS, attribute_name
from geoengine.model import FeatureState
from geoengine.model.checks import UID_PATTERN
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
    return name == "uid" and isinstance(value, str) and UID_PATTERN.fullmatch(value) is not None


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
