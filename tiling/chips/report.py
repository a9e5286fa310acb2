"""Report of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ChipReport:
    """Counts and files of one call of `write_chips`.

    Attributes:
        directory: The output folder.
        written: Chips written.
        empty: Chips left out because they have no valid pixel.
        nodata: Chips left out because too few of their pixels are valid.
        negatives: Chips without labels that were not sampled.
        between_splits: Chips dropped because they are too near to another split.
        splits: Chips per split.
        unreadable: Chips whose pixels could not be decoded; the manifest has the reasons.
        outside: Rasters that the area of interest does not intersect.
        annotations: Annotations written, one for each chip that shows a part of an object.
        skipped_labels: Features of the label files that hold no area.
        class_fields: Properties of the label files that the classes are from, None where one has none.
        rejected_labels: Features of the label files that were rejected: background.
        waiting_labels: Features of the label files that wait for review: unknown ground, written as crowd regions.
        unlabelled: Rasters that no label intersects, though a label file was given.
        manifest: The JSON-lines file, one line per chip.
        annotations_file: The COCO file of all chips, or None without labels.
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
    rejected_labels: int
    waiting_labels: int
    unlabelled: list[Path]
    manifest: Path
    annotations_file: Path | None
    class_fields: tuple[str | None, ...] = ()
