"""What became of the chips of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ChipReport:
    """What `write_chips` did.

    Attributes:
        directory: where the files are.
        written: chips written.
        empty: chips left out because there is no valid pixel in them.
        nodata: chips left out because too few of their pixels are valid.
        negatives: chips without a label that were not drawn.
        between_splits: chips given up because they are too near to another split.
        splits: chips per split.
        unreadable: chips whose pixels could not be decoded; the manifest says why.
        outside: rasters that the area of interest does not reach.
        annotations: polygons written, counted once per chip they reach into.
        skipped_labels: features of the label files that hold no area.
        unlabelled: rasters that no label reaches, where there are labels.
        manifest: the JSON-lines file, one line per chip.
        annotations_file: the COCO file of all chips, or None without labels.
    """

    directory: Path
    written: int
    empty: int
    nodata: int
    negatives: int
    between_splits: int
    splits: dict[str, int]
    unreadable: int
    outside: list[Path]
    annotations: int
    skipped_labels: int
    unlabelled: list[Path]
    manifest: Path
    annotations_file: Path | None
