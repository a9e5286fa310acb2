"""Cutting of rasters into a folder of chip files, with labels, splits and a manifest."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.source import RasterSource
from tiling.chips.cutter import ChipRow, RasterCutter
from tiling.chips.dataset import CutResults, finish_dataset
from tiling.chips.folder import ChipFolder, Record
from tiling.chips.inputs import ChipInput, chip_prefixes, pair_inputs, run_fingerprint
from tiling.chips.options import ChipOptions
from tiling.chips.report import ChipReport
from tiling.errors import ChipOptionError
from tiling.progress import Progress
from tiling.raster.raster import open_raster
from tiling.raster.validity import check_not_emptied
from tiling.vectors import read_labels

# Rows of chips that are being encoded while the next one is read.
_ROWS_AHEAD = 2


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
    """Cut rasters into one folder of chips.

    Chips are written to `chips/`; beside it `annotations.json` (COCO) where there are labels, with one more per
    split, `manifest.parquet` (GeoParquet) and `manifest.jsonl`. The latter is written last, so that a folder
    with one is complete. An interrupted run leaves `.unfinished`, and the same call resumes it. Memory is a few
    rows of chips, whatever the size of the scene.

    Args:
        sources: The rasters; the result does not depend on their order.
        outdir: Created where it does not exist.
        options: What is cut, and how it is written.
        labels: No file of polygons, one for all rasters, or one for each of them.
        force: Replace the chips of an earlier run, once the new ones are ready.
        workers: Threads that encode; None for one per core, at most 8.
        progress: Called with the fraction done.
        policy: Files that the rasters may consist of.

    Raises:
        RasterReadError, VectorReadError: An input is damaged as a whole.
        RasterWriteError: A file could not be written, or the folder holds chips already.
        ChipOptionError, GridError, StretchError: The options do not fit a raster.
    """
    inputs = pair_inputs(sources, labels)
    results = _check(inputs, options, policy)
    prefixes = chip_prefixes([one.source for one in inputs])
    with ChipFolder(outdir, run_fingerprint(inputs, options), force=force) as folder:
        with ThreadPoolExecutor(workers or min(8, os.cpu_count() or 1)) as pool:
            writer = _ChipWriter(folder, options, results, pool, policy)
            for number, one in enumerate(inputs):
                writer.write(number, one, prefixes[number], _fraction_of(progress, number, len(inputs)))
        return finish_dataset(folder, options, results, has_labels=bool(labels))


def _check(inputs: Sequence[ChipInput], options: ChipOptions, policy: ReadPolicy) -> CutResults:
    """Reject options that fit no raster before anything is written; compute the stretches."""
    intersects, checked, results = options.area is None, set(), CutResults()
    for one in inputs:
        with open_raster(one.source, policy, codes=options.stretch is None) as raster:
            cutter = RasterCutter(raster, "", options, None, None)
            cutter.check()
            check_not_emptied(raster)
            results.stretches.append(None if options.stretch is None else options.stretch.resolve(raster))
            intersects = intersects or cutter.intersects_area
            if one.labels is not None and one.labels not in checked:
                checked.add(one.labels)
                truth = read_labels(
                    one.labels, cutter.grid, class_field=options.class_field, layer=options.layer
                )
                results.class_fields.add(truth.class_field)
                results.skipped_labels += truth.skipped
                results.rejected_labels += truth.rejected
                results.waiting_labels += int(truth.unknown().sum())
    if not intersects:
        raise ChipOptionError(
            f"{options.area} has no polygon that intersects {inputs[0].source.path}"
            + (f" or the {len(inputs) - 1} other rasters." if len(inputs) > 1 else ".")
        )
    return results


def _fraction_of(progress: Progress | None, number: int, total: int) -> Progress | None:
    """Return the progress of raster `number` of `total`."""
    return None if progress is None else lambda fraction: progress((number + fraction) / total)


class _ChipWriter:
    """Writer of the chips of one raster after the other; rows are read in this thread and encoded in the pool."""

    def __init__(
        self,
        folder: ChipFolder,
        options: ChipOptions,
        results: CutResults,
        pool: ThreadPoolExecutor,
        policy: ReadPolicy,
    ) -> None:
        self._folder = folder
        self._options = options
        self._results = results
        self._pool = pool
        self._policy = policy

    def write(self, number: int, one: ChipInput, prefix: str, progress: Progress | None) -> None:
        """Write the chips of one raster, except for the rows that an earlier run has written."""
        results = self._results
        with open_raster(one.source, self._policy, codes=self._options.stretch is None) as raster:
            cutter = RasterCutter(raster, prefix, self._options, one.labels, results.stretches[number])
            done = [mark for mark in self._folder.marks if mark["source"] == number]
            for mark in done:
                results.counts.update(mark["counts"])
            results.grids.append(cutter.grid)
            results.classes |= dict.fromkeys(cutter.classes)
            if not cutter.intersects_area:
                results.outside.append(raster.path)
                return
            if one.labels is not None and not cutter.has_labels:
                results.unlabelled.append(raster.path)
            self._write_rows(number, cutter, len(done), progress)

    def _write_rows(self, number: int, cutter: RasterCutter, start: int, progress: Progress | None) -> None:
        total, finished = cutter.count_rows(), start
        pending: deque[tuple[ChipRow, list[Future[Record | str]]]] = deque()

        def finish_rows(leave: int) -> None:
            nonlocal finished
            while len(pending) > leave:
                row, futures = pending.popleft()
                self._record_row(number, row, [future.result() for future in futures])
                finished += 1
                if progress is not None:
                    progress(finished / total)

        try:
            for row in cutter.rows(start=start):
                futures = [self._pool.submit(cutter.write, chip, self._folder) for chip in row.chips]
                pending.append((row, futures))
                finish_rows(_ROWS_AHEAD - 1)
            finish_rows(0)
        except BaseException:
            for _, futures in pending:
                for future in futures:
                    future.cancel()
            raise

    def _record_row(self, number: int, row: ChipRow, outcomes: Iterable[Record | str]) -> None:
        """Record the chips of a row, and count the reasons for which others were left out."""
        counts = Counter({"negatives": row.negatives})
        records = [record | {"source": number} for record in row.unreadable]
        for outcome in outcomes:
            if isinstance(outcome, str):
                counts[outcome] += 1
            else:
                records.append(outcome | {"source": number})
        self._results.counts.update(counts)
        self._folder.finish_row(records, {"source": number, "counts": dict(counts)})
