"""Inputs of a run: rasters, each with its label file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tiling.access.source import RasterSource
from tiling.chips.options import ChipOptions
from tiling.errors import ChipOptionError


@dataclass(frozen=True)
class ChipInput:
    """One raster and the file of its labels.

    Attributes:
        source: The raster.
        labels: A file of polygons, or None.
    """

    source: RasterSource
    labels: Path | None


def pair_inputs(sources: Sequence[str | Path | RasterSource], labels: Sequence[Path]) -> list[ChipInput]:
    """Give each raster its label file, and sort by raster: the output does not depend on the order given.

    Args:
        sources: The rasters.
        labels: No file, one for all rasters, or one for each of them in the same order.

    Raises:
        ChipOptionError: No raster, a raster twice, or another number of label files.
    """
    if not sources:
        raise ChipOptionError("No raster was given; expected at least one.")
    if len(labels) > 1 and len(labels) != len(sources):
        raise ChipOptionError(
            f"{len(labels)} files of labels were given for {len(sources)} rasters; expected one for all, or "
            "one for each."
        )
    shared = labels[0] if labels else None
    files: Sequence[Path | None] = labels if len(labels) > 1 else [shared] * len(sources)
    inputs = [ChipInput(RasterSource.of(source), file) for source, file in zip(sources, files, strict=True)]
    inputs.sort(key=lambda one: repr(one.source))
    for one, other in pairwise(inputs):
        if one.source == other.source:
            raise ChipOptionError(f"{one.source.path} was given twice; expected each raster once.")
    return inputs


def run_fingerprint(inputs: Sequence[ChipInput], options: ChipOptions) -> str:
    """Return a hash of all options and of the path, size and time of every input file."""
    parts = [repr(options)]
    files = [path for one in inputs for path in (one.source.path, one.source.dem, one.labels)]
    for path in [*files, options.area]:
        status = None if path is None else path.stat()
        parts.append(repr((path and path.resolve(), status and (status.st_size, status.st_mtime_ns))))
    parts += [repr(one.source) for one in inputs]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def chip_prefixes(sources: Sequence[RasterSource]) -> list[str]:
    """Return for each raster the prefix of its chips' names, no two alike.

    >>> chip_prefixes([RasterSource(Path("a/my scene.tif")), RasterSource(Path("b/my scene.tif"))])
    ['my_scene', 'my_scene_2']
    """
    prefixes: list[str] = []
    for source in sources:
        stem = re.sub(r"[^A-Za-z0-9_-]+", "_", source.path.stem) or "chip"
        stem = stem if source.image is None else f"{stem}_image{source.image}"
        prefix, number = stem, 1
        while prefix in prefixes:
            number += 1
            prefix = f"{stem}_{number}"
        prefixes.append(prefix)
    return prefixes
