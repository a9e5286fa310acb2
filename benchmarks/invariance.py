"""Whether the grid of chips shows in what a real network finds.

    python benchmarks/invariance.py RASTER [--crop 1800] [--grids 5] [--align 32] [--overlap 128] [--seed 3]
                                    [--precision bf16]

Takes a square of so many pixels (at the model's ground resolution) in the raster's middle and looks at it through
`detect_block`, as `geoengine prelabel` does, as often as there are grids: each begins somewhere else left of and above
the square, by seeded random pixels. What lies within 100 px of the square's border is not counted.

Prints how many objects each grid gives, by how much the counts differ (largest less smallest, of their mean), how many
pairs of one class overlap by more than half of their union, and how many of those that score 0.5 or more have a partner
of their class at IoU 0.7 in another grid: mean and least over all ordered pairs of grids. Goals: less than 2 %, none,
95 %; the command fails where one is missed. `--align 1` lets chips begin at any pixel.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from pathlib import Path

import numpy as np
import shapely

from detectors.detections import Detections
from detectors.inference.predictor import Precision, Predictor
from detectors.inference.sizes import DEFAULT_CHIPS
from detectors.inference.sliced import detect_block
from detectors.merging.overlap import overlapping_pairs
from detectors.model_package.registry import Registry
from tiling.display.stretch import compute_stretch
from tiling.grid.plan import Block, ChipSpec
from tiling.grid.raster_grid import resampled_size
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster

GOAL_SPREAD, GOAL_PARTNERS = 0.02, 0.95
SAME_IOU, PARTNER_IOU, SURE = 0.5, 0.7, 0.5
MARGIN_PX = 100


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("raster", type=Path)
    parser.add_argument("--model", default="overhead")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", type=Precision, choices=list(Precision))
    parser.add_argument("--crop", type=int, default=1800)
    parser.add_argument("--grids", type=int, default=5)
    parser.add_argument("--align", type=int, default=DEFAULT_CHIPS.align_px)
    parser.add_argument("--overlap", type=int, default=DEFAULT_CHIPS.overlap_px)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()

    spec = ChipSpec(DEFAULT_CHIPS.size_px, options.overlap, align_px=options.align)
    predictor = Predictor.load(Registry().get(options.model), options.device, precision=options.precision)
    random = np.random.default_rng(options.seed)
    grids, chips, began = [], 0, time.perf_counter()
    with open_raster(options.raster) as raster:
        size, stretch = resampled_size(raster.grid, predictor.card.gsd_m), compute_stretch(raster)
        col, row = ((length - options.crop) // 2 for length in size)
        crop = PixelWindow(col, row, options.crop, options.crop)
        for _ in range(options.grids):
            window = begun_elsewhere(crop, spec, random)
            if not PixelWindow(0, 0, *size).contains(window):
                sys.exit(f"{options.raster.name} is {size[0]} x {size[1]} px, expected room for {window}")
            found, timing = detect_block(predictor, raster, stretch, Block(window, window), size, spec=spec)
            grids.append(found)
            chips += timing.chips
    print(
        f"{options.raster.name}: {options.crop} px square, {options.grids} grids, {chips} chips that share "
        f"{spec.overlap_px} px and begin at multiples of {spec.align_px} px, {predictor.precision}, "
        f"{time.perf_counter() - began:.0f} s"
    )
    sys.exit(report(grids, crop))


def begun_elsewhere(crop: PixelWindow, spec: ChipSpec, random: np.random.Generator) -> PixelWindow:
    """Return a window of whole chips that holds the crop and begins up to a chip's stride before it."""
    stride = spec.size_px - spec.overlap_px
    left, top = (int(offset) for offset in random.integers(0, stride, 2))
    sides = []
    for length in (left + crop.width, top + crop.height):
        chips = max(1, -(-(length - spec.size_px + spec.align_px) // stride) + 1)
        # Less what the window grows by when it is aligned.
        sides.append((chips - 1) * stride + spec.size_px - spec.align_px)
    return PixelWindow(crop.col - left, crop.row - top, *sides)


def report(grids: list[Detections], crop: PixelWindow) -> bool:
    """Print what came of the grids; returns whether a goal was missed."""
    inner = [within(found, crop) for found in grids]
    spreads = []
    for floor in (0.0, SURE):
        counts = np.array([np.count_nonzero(found.scores >= floor) for found in inner])
        spreads.append(float(np.ptp(counts) / counts.mean()))
        print(f"score {floor:.1f} and more: {', '.join(map(str, counts))} objects, {spreads[-1]:.1%} apart")
    doubled = sum(
        int((overlapping_pairs(p := found.polygons(), found.labels).iou(shapely.area(p)) > SAME_IOU).sum())
        for found in grids
    )
    print(f"pairs of one class over IoU {SAME_IOU}: {doubled}")
    orders = itertools.permutations(range(len(grids)), 2)
    shares = [with_partner(inner[i], grids[j]) for i, j in orders]
    print(f"with a partner at IoU {PARTNER_IOU}: {np.mean(shares):.1%}, least {min(shares):.1%}")
    return spreads[0] >= GOAL_SPREAD or doubled > 0 or float(np.mean(shares)) < GOAL_PARTNERS


def within(found: Detections, crop: PixelWindow) -> Detections:
    """Those with their centre well inside the crop."""
    centre = (found.boxes[:, :2] + found.boxes[:, 2:]) / 2
    low = np.array([crop.col, crop.row]) + MARGIN_PX
    high = np.array([crop.right, crop.bottom]) - MARGIN_PX
    return found.take(np.all((centre > low) & (centre < high), axis=1))


def with_partner(found: Detections, other: Detections) -> float:
    """Return the share of sure detections that the other grid has too, at any score."""
    sure = found.take(found.scores >= SURE)
    mine, theirs = sure.polygons(), other.polygons()
    i, j = shapely.STRtree(theirs).query(mine, predicate="intersects")
    same = sure.labels[i] == other.labels[j]
    i, j = i[same], j[same]
    shared = shapely.area(shapely.intersection(mine[i], theirs[j]))
    iou = shared / (shapely.area(mine[i]) + shapely.area(theirs[j]) - shared)
    return len(np.unique(i[iou >= PARTNER_IOU])) / len(sure)


if __name__ == "__main__":
    main()
