"""Features of a vector file in batches, and the interface of the readers of each format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from tiling.arrays import Geometries

BATCH = 2000

EXPECTED = "expected polygons, lines or points"
"""Ends the sentences about geometries of other types."""

UNREADABLE = f"has a geometry that cannot be read, {EXPECTED}"


SIDE_CARS = (".dbf", ".shx", ".prj", ".cpg")
"""Suffixes of the files that belong to a Shapefile."""


@dataclass(frozen=True)
class FeatureBatch:
    """Consecutive features of a file; the lists go together, one entry for each feature.

    Attributes:
        first: Number of the first feature in the file, from 0.
        geometries: (N,) shapely geometries, 2D; None where a feature has none or `faults` says why.
        properties: Properties by name.
        ids: What the file calls each feature beside its properties, or None.
        faults: Why a feature cannot be read, completing "feature 3 …", or None.
    """

    first: int
    geometries: Geometries
    properties: Sequence[dict[str, Any]]
    ids: Sequence[Any]
    faults: Sequence[str | None]

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self.geometries)


@dataclass
class VectorFile(ABC):
    """One layer of a vector file, whose features may be read any number of times.

    Attributes:
        path: The file.
        format: Name of its format, for people.
        crs: CRS of the coordinates, x before y; None where the file does not know it.
        fields: Names of the properties.
        count: Number of features.
        crs_is_declared: False where `crs` is only what the format means by saying nothing.
        members: Top-level members of GeoJSON other than type, crs and features.
        typed: False for formats that cut names or turn values into others (Shapefile, KML).
        notes: What of the file is not read, as sentences.
    """

    path: Path
    format: str
    crs: CRS | None
    fields: tuple[str, ...]
    count: int
    crs_is_declared: bool = True
    members: dict[str, Any] = field(default_factory=dict)
    typed: bool = True
    notes: tuple[str, ...] = ()

    @abstractmethod
    def batches(self) -> Iterator[FeatureBatch]:
        """Yield the features in the file's order, some thousand at a time.

        Raises:
            VectorReadError: The file cannot be read to its end.
        """

    def repeated_uids(self) -> frozenset[str]:
        """Return the values of the property `uid` that more than one feature has: the pieces of a split object."""
        seen: set[str] = set()
        repeated: set[str] = set()
        for batch in self.batches() if "uid" in self.fields else ():
            for properties in batch.properties:
                uid = properties.get("uid")
                if isinstance(uid, str):
                    (repeated if uid in seen else seen).add(uid)
        return frozenset(repeated)


def wkb_geometries(values: Sequence[bytes | None]) -> tuple[Geometries, list[str | None]]:
    """Return the 2D geometries of WKB values, and for each the fault or None."""
    geometries = np.asarray(
        shapely.from_wkb(np.array(values, dtype=object), on_invalid="ignore"), dtype=object
    )
    unread = shapely.is_missing(geometries) & np.array([value is not None for value in values], dtype=bool)
    faults: list[str | None] = [UNREADABLE if bad else None for bad in unread.tolist()]
    return np.asarray(shapely.force_2d(geometries), dtype=object), faults
