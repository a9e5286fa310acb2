"""Edits that wait on the disk, so that those of a large import need no memory."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from typing import Any

import shapely

from geoengine.model import CreateFeature, DeleteFeature, Edit, FeatureState, Origin, UpdateFeature

_PART = 2000


class EditSpool:
    """Edits of one scene in a temporary file, with the number of the feature that each comes from."""

    def __init__(self) -> None:
        """Open an empty file."""
        self.count = 0
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115

    def add(self, index: int, edit: Edit) -> None:
        """Append an edit; `index` is the number of its feature in the file, -1 for none."""
        geometry = None if isinstance(edit, DeleteFeature) else edit.geometry
        values = {name: value for name, value in vars(edit).items() if name not in ("geometry", "attributes")}
        attributes = None if isinstance(edit, DeleteFeature) else edit.attributes
        hexed = None if geometry is None else shapely.to_wkb(geometry, hex=True)
        kind = type(edit).__name__[0]
        self._file.write(
            json.dumps([index, kind, values, hexed, None if attributes is None else dict(attributes)]) + "\n"
        )
        self.count += 1

    def parts(self) -> Iterator[tuple[list[int], list[Edit]]]:
        """Yield the edits and the numbers of their features, some thousand at a time."""
        self._file.seek(0)
        rows: list[Any] = []
        for line in self._file:
            rows.append(json.loads(line))
            if len(rows) == _PART:
                yield _edits(rows)
                rows = []
        if rows:
            yield _edits(rows)

    def close(self) -> None:
        """Remove the file."""
        self._file.close()


def _edits(rows: list[Any]) -> tuple[list[int], list[Edit]]:
    geometries = shapely.from_wkb([row[3] for row in rows])
    edits: list[Edit] = []
    for (_, kind, values, _, attributes), geometry in zip(rows, geometries, strict=True):
        if values.get("state") is not None:
            values["state"] = FeatureState(values["state"])
        if kind == "D":
            edits.append(DeleteFeature(**values))
        elif kind == "U":
            edits.append(UpdateFeature(**values, geometry=geometry, attributes=attributes))
        else:
            values["origin"] = Origin(values["origin"])
            edits.append(CreateFeature(**values, geometry=geometry, attributes=attributes))
    return [row[0] for row in rows], edits
