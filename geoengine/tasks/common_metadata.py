"""What the files of one scene say of it together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from tiling.metadata import SceneMetadata

# From the lowest to the highest; control markings may follow a word.
_CLASSIFICATIONS = ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET")


def common_metadata(parts: Sequence[SceneMetadata]) -> SceneMetadata:
    """What the parts of one scene agree on; the earliest time, and the highest classification of any."""
    first = parts[0]
    agreed = {
        field.name: getattr(first, field.name)
        for field in fields(SceneMetadata)
        if all(getattr(part, field.name) == getattr(first, field.name) for part in parts)
    }
    times = [part.acquired_at for part in parts if part.acquired_at is not None]
    classified = [part.classification for part in parts if part.classification is not None]
    agreed["acquired_at"] = min(times, default=None)
    agreed["classification"] = max(classified, key=_height, default=None)
    return SceneMetadata(**agreed)


def _height(classification: str) -> tuple[int, int]:
    """How high a classification is; one that is not known counts as the highest, more markings as higher."""
    words = classification.upper()
    known = [level for level, name in enumerate(_CLASSIFICATIONS) if words.startswith(name)]
    return max(known, default=len(_CLASSIFICATIONS)), len(words)
