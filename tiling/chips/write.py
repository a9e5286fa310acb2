"""Cutting rasters into a folder of chip files, with labels, splits and a manifest."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.source import RasterSource
from tiling.chips.cutter import CutRow, RasterCutter
from tiling.chips.folder import MANIFEST, ChipFolder, Record
from tiling.chips.labels import CocoFile
from tiling.chips.manifest import Manifest
from tiling.chips.options import ChipOptions
from tiling.chips.report import ChipReport
from tiling.chips.splits import split_chips
from tiling.display.stretch import Stretch
from tiling.errors import ChipOptionError, RasterWriteError
from tiling.grid.ground_boxes import ground_boxes
from tiling.grid.raster_grid import RasterGrid
from tiling.progress import Progress
from tiling.raster.raster import Raster, open_raster
from tiling.vectors import read_polygons

# Rows of chips that are being encoded while the next one is read.
_ROWS_AHEAD = 2


@dataclass
class _Tally:
    """What is found out and counted on the way; lists are in the order of the rasters."""

    counts: Counter[str] = field(default_factory=Counter)
    grids: list[RasterGrid] = field(default_factory=list)
    stretches: list[Stretch | None] = field(default_factory=list)
    skipped_labels: int = 0
    classes: dict[str, None] = field(default_factory=dict)
    outside: list[Path] = field(default_factory=list)
    unlabelled: list[Path] = field(default_factory=list)


def write_chips(
    sources: Sequence[str | Path | RasterSource],
    outdir: Path,
    options: ChipOptions,
    labels: Sequence[Path] = (),
    *,
    force: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    policy: ReadPolicy = DEFAULT_POLICY,
) -> ChipReport:
    """Cuts rasters into one folder of chips.

    Chips lie in `chips/`; beside it `annotations.json` (COCO) where there are labels, with one more per
    split, `manifest.parquet` (GeoParquet) and `manifest.jsonl`. The latter comes last, so that a folder with
    one is a finished folder. An interrupted run leaves `.unfinished`, and the same call goes on from there.
    Memory is a few rows of chips, whatever the size of the scene.

    Args:
        sources: the rasters, in any order; the answer does not depend on it.
        outdir: made where it does not exist.
        options: what is cut and how.
        labels: no file of polygons, one for all rasters, or one for each of them.
        force: replace the chips of an earlier run, once the new ones are ready.
        workers: threads that encode; None for one per core, at most 8.
        progress: called with the fraction done.
        policy: which files the rasters may be made of.

    Raises:
        RasterReadError, VectorReadError: an input is damaged as a whole.
        RasterWriteError: a file could not be written, or the folder holds chips already.
        ChipOptionError, GridError, StretchError: the options do not fit a raster.
    """
    if not sources:
        raise ChipOptionError("No raster was given; expected at least one.")
    if len(labels) > 1 and len(labels) != len(sources):
        raise ChipOptionError(
            f"{len(labels)} files of labels were given for {len(sources)} rasters; expected one for all, or "
            "one for each."
        )
    one_for_all = labels[0] if labels else None
    files: Sequence[Path | None] = labels if len(labels) > 1 else [one_for_all] * len(sources)
    inputs = sorted(zip(map(RasterSource.of, sources), files, strict=True), key=lambda pair: repr(pair[0]))
    for (one, _), (other, _) in pairwise(inputs):
        if one == other:
            raise ChipOptionError(f"{one.path} was given twice; expected each raster once.")
    tally = _check(inputs, options, policy)
    with ChipFolder(outdir, _key(inputs, options), force=force) as folder:
        names = _stems([source for source, _ in inputs])
        with ThreadPoolExecutor(workers or min(8, os.cpu_count() or 1)) as pool:
            for number, (source, label) in enumerate(inputs):
                report = None if progress is None else _part(progress, number, len(inputs))
                with open_raster(source, policy) as raster:
                    _cut(raster, label, names[number], number, options, folder, pool, tally, report)
        return _finish(folder, outdir, options, tally, labelled=bool(labels))


def _check(
    inputs: list[tuple[RasterSource, Path | None]], options: ChipOptions, policy: ReadPolicy
) -> _Tally:
    """Refuses what cannot work before anything is written; chooses the stretches on the way."""
    reached, seen, tally = options.area is None, set(), _Tally()
    for source, label in inputs:
        with open_raster(source, policy) as raster:
            cutter = RasterCutter(raster, "", options, None, None)
            cutter.check()
            tally.stretches.append(None if options.stretch is None else options.stretch.resolve(raster))
            reached = reached or cutter.is_reached
            if label is not None and label not in seen:
                seen.add(label)
                truth = read_polygons(label, cutter.grid, class_field=options.class_field)
                tally.skipped_labels += truth.skipped
    if not reached:
        raise ChipOptionError(
            f"{options.area} has no polygon that reaches into {inputs[0][0].path}"
            + (f" or the {len(inputs) - 1} other rasters." if len(inputs) > 1 else ".")
        )
    return tally


def _key(inputs: list[tuple[RasterSource, Path | None]], options: ChipOptions) -> str:
    """Changes with every input and every option."""
    parts = [repr(options)]
    files = [path for source, label in inputs for path in (source.path, source.dem, label)]
    for path in [*files, options.area]:
        status = None if path is None else path.stat()
        parts.append(repr((path and path.resolve(), status and (status.st_size, status.st_mtime_ns))))
    parts += [repr(source) for source, _ in inputs]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _stems(sources: list[RasterSource]) -> list[str]:
    """A name per raster that begins the names of its chips; never the same twice."""
    names: list[str] = []
    for source in sources:
        stem = re.sub(r"[^A-Za-z0-9_-]+", "_", source.path.stem) or "chip"
        stem = stem if source.image is None else f"{stem}_image{source.image}"
        name, again = stem, 1
        while name in names:
            again += 1
            name = f"{stem}_{again}"
        names.append(name)
    return names


def _part(progress: Progress, number: int, total: int) -> Progress:
    return lambda share: progress((number + share) / total)


def _cut(
    raster: Raster,
    label: Path | None,
    name: str,
    number: int,
    options: ChipOptions,
    folder: ChipFolder,
    pool: ThreadPoolExecutor,
    tally: _Tally,
    progress: Progress | None,
) -> None:
    """Writes the chips of one raster, but for the rows that an earlier run has written."""
    done = [mark for mark in folder.marks if mark["source"] == number]
    for mark in done:
        tally.counts.update(mark["counts"])
    cutter = RasterCutter(raster, name, options, label, tally.stretches[number])
    tally.grids.append(cutter.grid)
    tally.classes |= dict.fromkeys(cutter.classes)
    if not cutter.is_reached:
        tally.outside.append(raster.path)
        return
    if label is not None and not cutter.is_labelled:
        tally.unlabelled.append(raster.path)
    total, finished = cutter.count_rows(), len(done)
    pending: deque[tuple[CutRow, list[Future[Record | str]]]] = deque()

    def settle(most: int) -> None:
        nonlocal finished
        while len(pending) > most:
            row, futures = pending.popleft()
            _note(folder, number, row, [future.result() for future in futures], tally)
            finished += 1
            if progress is not None:
                progress(finished / total)

    try:
        for row in cutter.rows(start=len(done)):
            futures = [pool.submit(cutter.write, chip, folder) for chip in row.chips]
            pending.append((row, futures))
            settle(_ROWS_AHEAD - 1)
        settle(0)
    except BaseException:
        for _, futures in pending:
            for future in futures:
                future.cancel()
        raise


def _note(
    folder: ChipFolder, number: int, row: CutRow, results: Iterable[Record | str], tally: _Tally
) -> None:
    """Notes the chips of a row, and why others were left out."""
    counts = Counter({"negatives": row.negatives})
    records = [record | {"source": number} for record in row.unreadable]
    for result in results:
        if isinstance(result, str):
            counts[result] += 1
        else:
            records.append(result | {"source": number})
    tally.counts.update(counts)
    folder.finish_row(records, {"source": number, "counts": dict(counts)})


def _finish(
    folder: ChipFolder, outdir: Path, options: ChipOptions, tally: _Tally, *, labelled: bool
) -> ChipReport:
    """Shares the chips out, writes what tells about them, and lets all of it appear."""
    splits = _split(folder, options, tally.grids)
    names = [name for name, _ in options.split.shares] if options.split else []
    counts: Counter[str] = Counter()
    cocos: dict[str | None, CocoFile] = {}
    paths = {name: f"annotations_{name}.json" for name in names} if labelled else {}
    try:
        with Manifest(folder.staging, tally.grids) as manifest:
            if labelled:
                cocos[None] = CocoFile(folder.staging / "annotations.json", list(tally.classes))
            cocos |= {
                name: CocoFile(folder.staging / path, list(tally.classes)) for name, path in paths.items()
            }
            good = iter(splits)
            for record in folder.records():
                line = record["line"]
                if line["error"] is not None:
                    counts["unreadable"] += 1
                    manifest.add(record["source"], line)
                    continue
                split = int(next(good))
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
                        coco.add(_image(line), record["annotations"])
            for coco in cocos.values():
                coco.finish()
    except OSError as error:
        raise RasterWriteError(f"{outdir} could not be written to ({error.strerror or error}).") from error
    finally:
        for coco in cocos.values():
            coco.close()
    whole = ["annotations.json"] if labelled else []
    folder.publish([*paths.values(), *whole, "manifest.parquet", MANIFEST])
    return ChipReport(
        directory=outdir,
        written=counts["written"],
        empty=tally.counts["empty"],
        nodata=tally.counts["nodata"],
        negatives=tally.counts["negatives"],
        between_splits=counts["between_splits"],
        splits={name: counts[f"in {name}"] for name in names},
        unreadable=counts["unreadable"],
        outside=tally.outside,
        annotations=cocos[None].annotations if labelled else 0,
        skipped_labels=tally.skipped_labels,
        unlabelled=tally.unlabelled,
        manifest=outdir / MANIFEST,
        annotations_file=outdir / "annotations.json" if labelled else None,
    )


def _split(folder: ChipFolder, options: ChipOptions, grids: list[RasterGrid]) -> npt.NDArray[np.int64]:
    """The split of each chip that was written, in the order of the records; all 0 without splits."""
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


def _image(line: Record) -> Record:
    """A chip as a COCO image; members COCO does not know do no harm there."""
    window = line["window"]
    image = {"file_name": line["file"], "width": window["width"], "height": window["height"]}
    return image | {name: line[name] for name in ("split", "transform", "crs", "gsd_m")}
