"""Detection on a whole raster: block by block, merged as a stream, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from detectors.detections import Detections, Space
from detectors.inference.predictor import Predictor
from detectors.inference.sizes import BLOCK_PX, DEFAULT_BATCH, HALO_PX
from detectors.inference.sliced import detect_block, detection_window
from detectors.merging.merge import DEFAULT_RULES, MergeRules
from detectors.merging.merge_blocks import merge_blocks
from tiling.arrays import Floats
from tiling.display.stretch import Stretch
from tiling.grid.plan import plan_blocks
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelSize
from tiling.raster.raster import Raster


def detect_scene(
    predictor: Predictor,
    raster: Raster,
    stretch: Stretch,
    size: PixelSize,
    *,
    batch: int = DEFAULT_BATCH,
    progress: Callable[[float], None] | None = None,
    rules: MergeRules = DEFAULT_RULES,
    block_px: int = BLOCK_PX,
    halo_px: int = HALO_PX,
) -> Iterator[Detections]:
    """Detect on a whole raster, in this process.

    Args:
        predictor: The loaded model.
        raster: The open raster; it must stay open until the last detections are taken.
        stretch: The mapping of the raster's values to 8 bit.
        size: (width, height) of the raster at the model's ground resolution.
        batch: Chips per forward pass.
        progress: Called with the fraction of the raster that is done, 0..1.
        rules: Which detections are one object.
        block_px: Side of a block's core, at the model's ground resolution.
        halo_px: Width of its halo.

    Yields:
        Detections in SCENE space that no later block can change, highest score first; may be empty. In memory are
        one block and the detections along the front.

    Raises:
        TilingError: A chip cannot be read.
    """
    blocks = plan_blocks(*size, block_px, halo_px)

    def detect(index: int) -> Detections:
        def advance(share: float) -> None:
            if progress is not None:
                progress((index + share) / len(blocks))

        found, _ = detect_block(
            predictor, raster, stretch, blocks[index], size, batch=batch, progress=advance, rules=rules
        )
        return found

    windows = [detection_window(block, size) for block in blocks]
    # A pixel more, for polygons on the window's border that rounding moved out.
    bounds = np.array([[w.col - 1, w.row - 1, w.right + 1, w.bottom + 1] for w in windows], np.float64)
    yield from merge_scene(bounds, detect, size, raster.grid, rules)


def merge_scene(
    bounds: Floats,
    read: Callable[[int], Detections],
    size: PixelSize,
    grid: RasterGrid,
    rules: MergeRules = DEFAULT_RULES,
) -> Iterator[Detections]:
    """Merge the detections of a raster's blocks as a stream and move them to the raster's own pixels.

    Args:
        bounds: (B, 4) float64, see `merge_blocks`.
        read: Returns the detections of a block, in RESAMPLED space; called once for each, in order.
        size: (width, height) of the raster at the model's ground resolution.
        grid: The raster's grid.
        rules: Which detections are one object.

    Yields:
        Detections in SCENE space that no later block can change; may be empty.
    """
    scale = (grid.width / size[0], grid.height / size[1])
    for found in merge_blocks(bounds, read, rules):
        yield found.moved(scale, (0.0, 0.0), Space.SCENE)
