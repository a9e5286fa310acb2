"""Edits that wait on the disk, so that those of a large import need no memory."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import shapely

from geoengine.model import (
    Confidence,
    CreateFeature,
    DeleteFeature,
    Edit,
    FeatureState,
    Origin,
    UpdateFeature,
)
from geoengine.model.geometry import geometry_array

_PART = 2000
_KINDS: dict[str, type[Edit]] = {"C": CreateFeature, "U": UpdateFeature, "D": DeleteFeature}
_FIELDS = {
    kind: [name for name in made.__dataclass_fields__ if name != "geometry"] for kind, made in _KINDS.items()
}
_STATES: dict[str | None, FeatureState | None] = {
    None: None,
    **{state.value: state for state in FeatureState},
}
_CONFIDENCES: dict[str | None, Confidence | None] = {
    None: None,
    **{confidence.value: confidence for confidence in Confidence},
}
_ORIGINS = {origin.value: origin for origin in Origin}


class EditSpool:
    """Edits of one scene in a temporary file, with the number of the feature that each comes from."""

    def __init__(self) -> None:
        """Open an empty file."""
        self.count = 0
        self._waiting: list[tuple[int, Edit]] = []
        self._file = tempfile.TemporaryFile("w+b")  # noqa: SIM115

    def add(self, index: int, edit: Edit) -> None:
        """Append an edit; `index` is the number of its feature in the file, -1 for none."""
        self._waiting.append((index, edit))
        self.count += 1
        if len(self._waiting) == _PART:
            self._write()

    def parts(self) -> Iterator[tuple[list[int], list[Edit]]]:
        """Yield the edits and the numbers of their features, some thousand at a time."""
        self._write()
        self._file.seek(0)
        for line in self._file:
            indices, rows, lengths = json.loads(line)
            outlines = [None if length is None else self._file.read(length) for length in lengths]
            yield indices, _edits(rows, shapely.from_wkb(outlines).tolist())

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def _write(self) -> None:
        """Write the edits that wait as a line and, behind it, their geometries as WKB."""
        if not self._waiting:
            return
        edits = [edit for _, edit in self._waiting]
        outlines = [None if isinstance(edit, DeleteFeature) else edit.geometry for edit in edits]
        blobs = shapely.to_wkb(geometry_array(outlines)).tolist()
        lengths = [None if blob is None else len(blob) for blob in blobs]
        indices = [index for index, _ in self._waiting]
        self._file.write(json.dumps([indices, [_row(edit) for edit in edits], lengths]).encode() + b"\n")
        self._file.write(b"".join(blob for blob in blobs if blob is not None))
        self._waiting.clear()


def _row(edit: Edit) -> list[Any]:
    """Return what kind of edit it is, and its fields but its geometry."""
    kind = type(edit).__name__[0]
    values = vars(edit)
    return [kind, *(values[name] for name in _FIELDS[kind])]


def _edits(rows: Sequence[list[Any]], outlines: Sequence[Any]) -> list[Edit]:
    edits: list[Edit] = []
    for (kind, *row), outline in zip(rows, outlines, strict=True):
        values = dict(zip(_FIELDS[kind], row, strict=True))
        if "state" in values:
            values["state"] = _STATES[values["state"]]
        if "origin" in values:
            values["origin"] = _ORIGINS[values["origin"]]
        if "confidence" in values:
            values["confidence"] = _CONFIDENCES[values["confidence"]]
        if kind != "D":
            values["geometry"] = outline
        # The values were checked when the edit was made.
        edit = object.__new__(_KINDS[kind])
        vars(edit).update(values)
        edits.append(edit)
    return edits
