"""Features of a scene from the backbone of a model package, chip by chip in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from itertools import chain, islice, pairwise

import numpy as np
import torch

from detectors.architectures.network import Network
from detectors.inference.predictor import check_device, load_network
from detectors.inference.sizes import DEFAULT_CHIPS
from detectors.inference.sliced import ReadChip, Timing, chip_windows, prefetched
from detectors.model_package.card import ModelPackage
from detectors.similarity.feature_map import CELL_PX, COMPONENTS, Codes, FeatureMap, Projection, Reals
from tiling.arrays import Bytes, Mask
from tiling.grid.plan import ChipSpec
from tiling.grid.window import PixelSize, PixelWindow
from tiling.raster.reading import Chip

# The components are fitted to so many chips, spread over the scene.
_SAMPLED_CHIPS = 12
_SAMPLED_CELLS = 3


class Embedder:
    """Backbone of a loaded model package that gives features of chips."""

    def __init__(self, network: Network, device: str = "cpu") -> None:
        """Take a network in evaluation mode."""
        self._device = check_device(device)
        self._network = network.to(self._device).to(memory_format=torch.channels_last)

    @classmethod
    def load(cls, package: ModelPackage, device: str = "cpu") -> Embedder:
        """Load a package; see `load_network` and `check_device` for the errors."""
        check_device(device)
        return cls(load_network(package), device)

    @torch.inference_mode()
    def embed(self, image: Bytes) -> Reals:
        """Return (ceil(H / 8), ceil(W / 8), D) float32 features of a (3, H, W) uint8 image.

        The map of each stride has length 1 in every cell, so that none outweighs the others.
        """
        pixels = torch.from_numpy(np.ascontiguousarray(image)).to(self._device).float() / 255
        maps = self._network.dense_features(pixels)
        joined = torch.cat([torch.nn.functional.normalize(each, dim=0) for each in maps])
        rows, columns = (-(-side // CELL_PX) for side in image.shape[1:])
        features: Reals = joined[:, :rows, :columns].permute(1, 2, 0).float().cpu().numpy()
        return features


def embed_scene(
    embedder: Embedder,
    read: ReadChip,
    size: PixelSize,
    *,
    spec: ChipSpec = DEFAULT_CHIPS,
    components: int = COMPONENTS,
    progress: Callable[[float], None] | None = None,
) -> FeatureMap:
    """Compute the features of a whole scene.

    Args:
        embedder: The backbone.
        read: Reads chips of the scene, (3, H, W) uint8, see `chip_reader`.
        size: (width, height) of the scene at the resolution that `read` reads.
        spec: The chips. Each gives the cells up to the middle of what it shares with its neighbours, so that half of
            the overlap is seen around every cell.
        components: How many numbers are kept for each cell.
        progress: Called with the share of the chips that are done.

    Raises:
        TilingError: A chip cannot be read.
    """
    rows, columns = (-(-side // CELL_PX) for side in (size.height, size.width))
    codes: Codes = np.zeros((rows, columns, components), np.int8)
    valid: Mask = np.zeros((rows, columns), np.bool_)
    windows = _spread_first(chip_windows(PixelWindow(0, 0, *size), spec))
    cores = dict(zip(windows, _cores(windows), strict=True))
    with closing(_embedded(embedder, read, windows, progress)) as seen:
        held = list(islice(seen, _SAMPLED_CHIPS))
        projection = _fit(held, components)
        for chip, features in chain(held, seen):
            core, window = cores[chip.window], chip.window
            here, there = _cells(core), _cells(core.shift(-window.col, -window.row))
            flags = _any_valid(chip.valid)[there]
            codes[here] = projection.encode(features[there]) * flags[..., None]
            valid[here] = flags
    return FeatureMap(codes, valid, projection, size)


def _embedded(
    embedder: Embedder,
    read: ReadChip,
    windows: Sequence[PixelWindow],
    progress: Callable[[float], None] | None,
) -> Generator[tuple[Chip, Reals], None, None]:
    """Yield the chips that have valid pixels, with their features."""
    timing = Timing()
    with closing(prefetched(read, windows, 1, timing)) as batches:
        for [chip] in batches:
            features = embedder.embed(chip.image.astype(np.uint8, copy=False))
            timing.chips += 1
            if progress:
                progress((timing.chips + timing.skipped_chips) / len(windows))
            yield chip, features


def _spread_first(windows: list[PixelWindow]) -> list[PixelWindow]:
    """Return the windows with some that are spread over the scene first; the components are fitted to those."""
    step = max(1, len(windows) // _SAMPLED_CHIPS)
    return [*windows[step // 2 :: step], *(w for i, w in enumerate(windows) if i % step != step // 2)]


def _fit(held: Sequence[tuple[Chip, Reals]], components: int) -> Projection:
    """Fit the projection to every third valid cell each way; a scene without valid pixels gets zeros."""
    flags = [_any_valid(chip.valid)[::_SAMPLED_CELLS, ::_SAMPLED_CELLS] for chip, _ in held]
    cells = [
        each[::_SAMPLED_CELLS, ::_SAMPLED_CELLS][flag] for (_, each), flag in zip(held, flags, strict=True)
    ]
    if not any(len(each) for each in cells):
        return Projection(
            np.zeros(1, np.float32), np.zeros((components, 1), np.float32), np.ones(components, np.float32)
        )
    return Projection.fit(np.concatenate(cells), components)


def _cores(windows: Sequence[PixelWindow]) -> list[PixelWindow]:
    """Return the part of each window up to the middle, in whole cells, of what it shares with its neighbours."""
    columns = _spans({window.col: window.right for window in windows})
    rows = _spans({window.row: window.bottom for window in windows})
    spans = [(*columns[window.col], *rows[window.row]) for window in windows]
    return [PixelWindow(left, top, right - left, bottom - top) for left, right, top, bottom in spans]


def _spans(ends: dict[int, int]) -> dict[int, tuple[int, int]]:
    """Return the core's start and end by the start of the chips, which have these ends."""
    starts = sorted(ends)
    middles = [(ends[low] + high) // 2 // CELL_PX * CELL_PX for low, high in pairwise(starts)]
    borders = [starts[0], *middles, ends[starts[-1]]]
    return dict(zip(starts, pairwise(borders), strict=True))


def _cells(window: PixelWindow) -> tuple[slice, slice]:
    """Return the rows and columns of the cells of a window that starts on a cell."""
    return (
        slice(window.row // CELL_PX, -(-window.bottom // CELL_PX)),
        slice(window.col // CELL_PX, -(-window.right // CELL_PX)),
    )


def _any_valid(valid: Mask) -> Mask:
    """Return for each cell whether a pixel of it is valid."""
    rows, columns = (-(-side // CELL_PX) for side in valid.shape)
    padded = np.zeros((rows * CELL_PX, columns * CELL_PX), np.bool_)
    padded[: valid.shape[0], : valid.shape[1]] = valid
    cells = padded.reshape(rows, CELL_PX, columns, CELL_PX)
    flags: Mask = np.logical_or.reduce(cells, axis=(1, 3))
    return flags
