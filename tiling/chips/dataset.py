"""The last stage of a run: splits, manifest and COCO files of the chips that were written."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tiling.arrays import Ints
from tiling.chips.coco_file import CocoFile
from tiling.chips.folder import MANIFEST, ChipFolder, Record
from tiling.chips.manifest import Manifest
from tiling.chips.options import ChipOptions
from tiling.chips.report import ChipReport
from tiling.chips.splits import split_chips
from tiling.display.stretch import Stretch
from tiling.errors import RasterWriteError
from tiling.grid.ground_boxes import ground_boxes
from tiling.grid.raster_grid import RasterGrid

_COCO = "annotations.json"


@dataclass
class CutResults:
    """Counts and properties of the rasters collected while they are cut; lists are in the order of the rasters.

    Attributes:
        counts: Numbers of chips that were left out, by reason.
        grids: Grid of each raster, as it was cut.
        stretches: Stretch of each raster, None for native values.
        skipped_labels: Features of the label files that hold no area.
        rejected_labels: Features of the label files that were rejected.
        waiting_labels: Features of the label files that wait for review.
        classes: Classes of all labels.
        class_fields: Properties of the label files that the classes are from, None where one has none.
        outside: Rasters that the area of interest does not intersect.
        unlabelled: Rasters that no label intersects, though a label file was given.
    """

    counts: Counter[str] = field(default_factory=Counter)
    grids: list[RasterGrid] = field(default_factory=list)
    stretches: list[Stretch | None] = field(default_factory=list)
    skipped_labels: int = 0
    rejected_labels: int = 0
    waiting_labels: int = 0
    classes: dict[str, None] = field(default_factory=dict)
    class_fields: set[str | None] = field(default_factory=set)
    outside: list[Path] = field(default_factory=list)
    unlabelled: list[Path] = field(default_factory=list)


def finish_dataset(
    folder: ChipFolder, options: ChipOptions, results: CutResults, *, has_labels: bool
) -> ChipReport:
    """Assign chips to splits, write manifests and COCO files, and publish the folder.

    Raises:
        RasterWriteError: A file could not be written.
    """
    names = [name for name, _ in options.split.shares] if options.split else []
    coco_names = {name: f"annotations_{name}.json" for name in names} if has_labels else {}
    try:
        counts, annotations = _write_lists(folder, options, results, names, coco_names, has_labels=has_labels)
    except OSError as error:
        raise RasterWriteError(
            f"{folder.outdir} could not be written to ({error.strerror or error})."
        ) from error
    whole = [_COCO] if has_labels else []
    folder.publish([*coco_names.values(), *whole, "manifest.parquet", MANIFEST])
    return ChipReport(
        directory=folder.outdir,
        written=counts["written"],
        empty=results.counts["empty"],
        nodata=results.counts["nodata"],
        negatives=results.counts["negatives"],
        between_splits=counts["between_splits"],
        splits={name: counts[f"in {name}"] for name in names},
        unreadable=counts["unreadable"],
        outside=results.outside,
        annotations=annotations,
        skipped_labels=results.skipped_labels,
        class_fields=tuple(sorted(results.class_fields, key=str)),
        rejected_labels=results.rejected_labels,
        waiting_labels=results.waiting_labels,
        unlabelled=results.unlabelled,
        manifest=folder.outdir / MANIFEST,
        annotations_file=folder.outdir / _COCO if has_labels else None,
    )


def _write_lists(
    folder: ChipFolder,
    options: ChipOptions,
    results: CutResults,
    names: list[str],
    coco_names: dict[str, str],
    *,
    has_labels: bool,
) -> tuple[Counter[str], int]:
    """Write one line per chip; return counts of chips and the number of annotations."""
    splits = iter(_assign_splits(folder, options, results.grids).tolist())
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        manifest = stack.enter_context(Manifest(folder.staging, results.grids))
        files: list[tuple[str | None, str]] = [(None, _COCO), *coco_names.items()] if has_labels else []
        cocos = {
            split: stack.enter_context(closing(CocoFile(folder.staging / file, sorted(results.classes))))
            for split, file in files
        }
        for record in folder.records():
            line = record["line"]
            if line["error"] is not None:
                counts["unreadable"] += 1
                manifest.add(record["source"], line)
                continue
            split = next(splits)
            if names and split < 0:
                folder.drop(line["id"], record["suffixes"])
                counts["between_splits"] += 1
                continue
            line["split"] = names[split] if names else None
            counts["written"] += 1
            counts[f"in {line['split']}"] += 1
            manifest.add(record["source"], line)
            for name, coco in cocos.items():
                if name in (None, line["split"]):
                    coco.add(_coco_image(line), record["annotations"])
        for coco in cocos.values():
            coco.finish()
    return counts, cocos[None].annotations if cocos else 0


def _assign_splits(folder: ChipFolder, options: ChipOptions, grids: list[RasterGrid]) -> Ints:
    """Return the split of each chip that was written, in the order of the records; all 0 without splits."""
    numbers, windows = [], []
    for record in folder.records():
        if record["line"]["error"] is None:
            window = record["line"]["window"]
            numbers.append(record["source"])
            windows.append((window["col"], window["row"], window["width"], window["height"]))
    if options.split is None or not windows:
        return np.zeros(len(windows), dtype=np.int64)
    boxes, planes = ground_boxes(grids, np.array(numbers), np.array(windows, dtype=np.int64))
    return split_chips(boxes, planes, options.split)


def _coco_image(line: Record) -> Record:
    """Return a chip as a COCO image, with members besides COCO's own that readers ignore."""
    window = line["window"]
    image = {"file_name": line["file"], "width": window["width"], "height": window["height"]}
    return image | {name: line[name] for name in ("split", "transform", "crs", "gsd_m")}
