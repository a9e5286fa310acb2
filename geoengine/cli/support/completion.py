"""Completions of scenes and areas as commands print them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from geoengine.cli.support.output import count

if TYPE_CHECKING:
    from geoengine.model import Completion


def completion_document(held: Sequence[Completion], classes: Sequence[str]) -> dict[str, Any]:
    """Return the completions of a scene that hold as JSON values; `classes` are the keys of those of now."""
    found = [
        {
            "author": one.author,
            "time": one.time,
            "share": one.share,
            "missing": list(one.missing(classes)),
            "area": one.area and list(one.area.corners),
        }
        for one in held
    ]
    whole = next((one for one in found if one["area"] is None), None)
    return {"complete": whole, "complete_areas": [one for one in found if one["area"] is not None]}


def completion_text(held: Sequence[Completion], classes: Sequence[str]) -> str:
    """Return who said when that a scene is complete, and of how many areas; empty where nobody did."""
    areas = sum(one.area is not None for one in held)
    texts = [_said(one, classes) for one in held if one.area is None]
    return "; ".join([*texts, *([count(areas, "area")] if areas else [])])


def _said(completion: Completion, classes: Sequence[str]) -> str:
    missing = completion.missing(classes)
    text = f"{completion.author}, {completion.time[:16]}Z".replace("T", " ")
    return f"{text}, not for {', '.join(missing)}, which came later" if missing else text
