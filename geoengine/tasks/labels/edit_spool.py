"""Edits that wait on the disk, so that those of a large import need no memory."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import shapely

from geoengine.model import CreateFeature, DeleteFeature, Edit, FeatureState, Origin, UpdateFeature
from geoengine.model.geometry import geometry_array

_PART = 2000
_KINDS: dict[str, type[Edit]] = {"C": CreateFeature, "U": UpdateFeature, "D": DeleteFeature}


class EditSpool:
    """Edits of one scene in a temporary file, with the number of the feature that each comes from."""

    def __init__(self) -> None:
        """Open an empty file."""
        self.count = 0
        self._waiting: list[tuple[int, Edit]] = []
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115

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
            indices, values, hexed = json.loads(line)
            yield indices, _edits(values, shapely.from_wkb(hexed))

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def _write(self) -> None:
        """Write the edits that wait as one line: their geometries are turned into WKB together."""
        if not self._waiting:
            return
        edits = [edit for _, edit in self._waiting]
        outlines = [None if isinstance(edit, DeleteFeature) else edit.geometry for edit in edits]
        hexed = shapely.to_wkb(geometry_array(outlines), hex=True).tolist()
        values = [_values(edit) for edit in edits]
        self._file.write(json.dumps([[index for index, _ in self._waiting], values, hexed]) + "\n")
        self._waiting.clear()


def _values(edit: Edit) -> dict[str, Any]:
    """Return the fields of an edit but its geometry, and what kind of edit it is."""
    values = {**vars(edit), "kind": type(edit).__name__[0]}
    values.pop("geometry", None)
    if values.get("attributes") is not None:
        values["attributes"] = dict(values["attributes"])
    return values


def _edits(rows: Sequence[dict[str, Any]], outlines: Sequence[Any]) -> list[Edit]:
    edits: list[Edit] = []
    for values, outline in zip(rows, outlines, strict=True):
        kind = _KINDS[values.pop("kind")]
        if values.get("state") is not None:
            values["state"] = FeatureState(values["state"])
        if "origin" in values:
            values["origin"] = Origin(values["origin"])
        if kind is not DeleteFeature:
            values["geometry"] = outline
        edits.append(kind(**values))
    return edits
