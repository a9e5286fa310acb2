"""Sliced inference: chips cut from something large, detected in batches, put together again.

The idea is SAHI's (Akyon et al., 2022, arXiv:2202.06934); here the raster is never in memory as a whole, and
reading the next
chips overlaps the inference of these.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from detectors.detections import Detections, Space, cut
from detectors.merge import merge_detections
from detectors.predictor import Predictor
from tiling.chips import Block, ChipSpec, plan_chips
from tiling.raster import Chip, Raster, read_resampled
from tiling.stretch import Stretch, apply_stretch
from tiling.window import PixelWindow

DEFAULT_CHIPS = ChipSpec(size_px=1024, overlap_px=128)
DEFAULT_BATCH = 2


@dataclass
class Timing:
    """Where the time went, in seconds, and how much was done."""

    read_s: float = 0.0
    infer_s: float = 0.0
    merge_s: float = 0.0
    chips: int = 0
    megapixels: float = 0.0
    skipped_chips: int = 0  # nothing valid in them

    def add(self, other: Timing) -> None:
        """Add another's figures to these."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


ReadChip = Callable[[PixelWindow], Chip]
"""Reads one window; the image must be (3, H, W) uint8."""


def detect_image(
    predictor: Predictor, image: npt.NDArray[np.uint8], spec: ChipSpec = DEFAULT_CHIPS
) -> Detections:
    """Detect on a (3, H, W) uint8 image in memory, already at the model's ground resolution. Result in
    RESAMPLED space."""
    height, width = image.shape[1:]

    def read(window: PixelWindow) -> Chip:
        rows, cols = window.slices
        part = image[:, rows, cols]
        return Chip(part, np.ones(part.shape[1:], np.bool_), window)

    whole = PixelWindow(0, 0, width, height)
    return _detect(predictor, read, whole, (width, height), spec, DEFAULT_BATCH, Timing())


def detect_block(
    predictor: Predictor,
    raster: Raster,
    stretch: Stretch,
    block: Block,
    size: tuple[int, int],
    *,
    spec: ChipSpec = DEFAULT_CHIPS,
    batch: int = DEFAULT_BATCH,
    progress: Callable[[float], None] | None = None,
) -> tuple[Detections, Timing]:
    """Detect on one block of a scene.

    Args:
        predictor: the loaded model.
        raster: the open scene.
        stretch: how the scene's values become 8 bit (the one the map uses).
        block: its `window` (core and halo) is read; objects that reach into its `core` are returned. One on the border
            of two cores comes from both (each may see another part of it), so merge what blocks return.
        size: (width, height) of the whole scene at the model's ground resolution.
        spec: chips inside the block.
        batch: chips per forward pass.
        progress: called with the share of the block's chips that are done.

    Returns:
        Detections in RESAMPLED space, merged within the block, and where the time went.

    Raises:
        TilingError: a chip cannot be read.
    """

    def read(window: PixelWindow) -> Chip:
        chip = read_resampled(raster, window, size, bands=stretch.bands)
        return Chip(apply_stretch(chip.image, stretch), chip.valid, window)

    timing = Timing()
    found = _detect(predictor, read, block.window, size, spec, batch, timing, progress)
    core = block.core
    low, high = (core.col, core.row), (core.col + core.width, core.row + core.height)
    inside = np.all((found.boxes[:, :2] < high) & (found.boxes[:, 2:] > low), axis=1)
    return found.take(np.flatnonzero(inside)), timing


def _detect(
    predictor: Predictor,
    read: ReadChip,
    window: PixelWindow,
    size: tuple[int, int],
    spec: ChipSpec,
    batch: int,
    timing: Timing,
    progress: Callable[[float], None] | None = None,
) -> Detections:
    parts = []
    windows = _chip_windows(window, spec)
    # Closed at once, also where predicting fails: the caller closes the raster next, and no read may be under way then.
    with closing(_prefetched(read, windows, batch, timing)) as batches:
        for chips in batches:
            began = time.monotonic()
            images = [chip.image.astype(np.uint8, copy=False) for chip in chips]
            for chip, found in zip(chips, predictor.predict(images), strict=True):
                timing.chips += 1
                timing.megapixels += chip.image.shape[1] * chip.image.shape[2] / 1e6
                parts.append(_placed(found, chip, size))
            timing.infer_s += time.monotonic() - began
            if progress:
                progress((timing.chips + timing.skipped_chips) / len(windows))
    began = time.monotonic()
    merged = merge_detections(Detections.concatenate(parts, Space.RESAMPLED))
    timing.merge_s += time.monotonic() - began
    return merged


def _chip_windows(window: PixelWindow, spec: ChipSpec) -> list[PixelWindow]:
    return [
        PixelWindow(window.col + chip.col, window.row + chip.row, chip.width, chip.height)
        for chip in plan_chips(window.width, window.height, spec)
    ]


def _prefetched(
    read: ReadChip, windows: Sequence[PixelWindow], batch: int, timing: Timing
) -> Generator[list[Chip], None, None]:
    """Batches of chips with something valid in them; the next batch is read while this one is worked on."""

    def load(start: int) -> list[Chip]:
        began = time.monotonic()
        chips = [read(window) for window in windows[start : start + batch]]
        timing.read_s += time.monotonic() - began
        return chips

    with ThreadPoolExecutor(1, thread_name_prefix="chip-reader") as reader:
        following = reader.submit(load, 0)
        for start in range(0, len(windows), batch):
            chips = following.result()
            following = reader.submit(load, start + batch)
            yield from _some_valid(chips, timing)


def _some_valid(chips: list[Chip], timing: Timing) -> Iterator[list[Chip]]:
    kept = [chip for chip in chips if chip.valid.any()]
    timing.skipped_chips += len(chips) - len(kept)
    if kept:
        yield kept


def _placed(found: Detections, chip: Chip, size: tuple[int, int]) -> Detections:
    """A chip's detections in the scene, without those over no-data; the scene's own border does not count as a cut."""
    window = chip.window
    centre = ((found.boxes[:, :2] + found.boxes[:, 2:]) / 2).astype(np.int64)
    height, width = chip.valid.shape
    valid = chip.valid[centre[:, 1].clip(0, height - 1), centre[:, 0].clip(0, width - 1)]
    placed = found.moved((1.0, 1.0), (window.col, window.row), Space.RESAMPLED)
    seen = np.tile(_seen(window, size), (len(found), 1))
    flags = cut(placed.boxes, seen)
    return replace(placed, seen=seen, edge_flags=flags).take(valid)


def _seen(window: PixelWindow, size: tuple[int, int]) -> list[float]:
    """x0, y0, x1, y1 of a chip, infinite on sides that are also the scene's: nothing is cut there."""
    right, bottom = window.col + window.width, window.row + window.height
    return [
        window.col if window.col > 0 else -np.inf,
        window.row if window.row > 0 else -np.inf,
        right if right < size[0] else np.inf,
        bottom if bottom < size[1] else np.inf,
    ]
