"""Completions of scenes as commands print them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geoengine.model import Completion


def completion_document(completion: Completion | None, classes: Sequence[str]) -> dict[str, Any] | None:
    """Return a completion as JSON values; `classes` are the keys of the project's classes of now."""
    if completion is None:
        return None
    return {
        "author": completion.author,
        "time": completion.time,
        "share": completion.share,
        "missing": list(completion.missing(classes)),
    }


def completion_text(completion: Completion, classes: Sequence[str]) -> str:
    """Return who said when that a scene is complete, and for which classes it is not."""
    missing = completion.missing(classes)
    text = f"{completion.author}, {completion.time[:16]}Z".replace("T", " ")
    return f"{text}, not for {', '.join(missing)}, which came later" if missing else text
