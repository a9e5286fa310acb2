"""How much time pre-labeling spends outside the network.

    python benchmarks/prelabel.py RASTER [--runs 5] [--megapixels 10]

Times, in one process and taking turns, (a) sliced inference on a part of the raster as `geoengine prelabel` does
it: read, stretch, network, polygons, merge; and (b) the network alone on the same chips, already in memory. Prints the
medians, the ratio a/b of each pair, and megapixels per second. The part is the raster's middle.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
import torch
from children import Ratio, peak_bytes

from detectors.inference.predictor import Predictor
from detectors.inference.sizes import DEFAULT_BATCH, DEFAULT_CHIPS
from detectors.inference.sliced import detect_block
from detectors.model_package.registry import Registry
from tiling.display.stretch import apply_stretch, compute_stretch
from tiling.grid.plan import Block, plan_chips
from tiling.grid.raster_grid import resampled_size
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_resampled


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("raster", type=Path)
    parser.add_argument("--model", default="overhead")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--megapixels", type=float, default=10.0)
    options = parser.parse_args()

    predictor = Predictor.load(Registry().get(options.model), options.device)
    with open_raster(options.raster) as raster:
        size = resampled_size(raster.grid, predictor.card.gsd_m)
        step = DEFAULT_CHIPS.align_px  # a part that begins elsewhere would be grown
        side = min(round((options.megapixels * 1e6) ** 0.5 / step) * step, *size)
        col, row = ((length - side) // 2 // step * step for length in size)
        part = PixelWindow(col, row, side, side)
        stretch = compute_stretch(raster)
        chips = []
        for chip in plan_chips(part.width, part.height, DEFAULT_CHIPS):
            window = PixelWindow(part.col + chip.col, part.row + chip.row, chip.width, chip.height)
            read = read_resampled(raster, window, size, bands=stretch.bands)
            chips.append(torch.from_numpy(apply_stretch(read.image, stretch)))
        whole, alone, found = [], [], 0
        for turn in range(options.runs + 1):
            began = time.perf_counter()
            detections, _ = detect_block(predictor, raster, stretch, Block(part, part), size)
            middle = time.perf_counter()
            for start in range(0, len(chips), DEFAULT_BATCH):
                predictor.forward(chips[start : start + DEFAULT_BATCH])
            if turn:  # the first turn warms up
                whole.append(middle - began)
                alone.append(time.perf_counter() - middle)
            found = len(detections)
    pixels = sum(np.prod(chip.shape[1:]) for chip in chips) / 1e6
    scene = part.width * part.height / 1e6
    print(f"{options.raster.name}: {part.width} x {part.height} px at {predictor.card.gsd_m} m")
    print(f"{len(chips)} chips, {found} objects")
    print(
        f"whole    median {statistics.median(whole):7.2f} s   {scene / statistics.median(whole):.2f} Mpx/s of scene"
    )
    print(
        f"network  median {statistics.median(alone):7.2f} s   {pixels / statistics.median(alone):.2f} Mpx/s of chips"
    )
    print(f"ratio    median {Ratio.of(whole, alone)}")
    print(
        f"peak memory {peak_bytes() / 1e9:.2f} GB, torch {torch.__version__}, {torch.get_num_threads()} threads, "
        f"{options.device}"
    )


if __name__ == "__main__":
    main()
