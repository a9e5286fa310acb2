"""Benchmark of `apply_stretch`, against a copy of the same bytes and against plain numpy.

    python benchmarks/stretch.py [--runs 9] [--side 256 1024]

For each kind of pixels, in one process and taking turns: (a) `apply_stretch`; (b) the definition in plain
numpy, in float64; (c) a copy of as many bytes as (a) reads and writes, the physical limit. Prints the
medians in microseconds and the ratios a/c and b/a of the medians.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from tiling.display.colormaps import colormap_table
from tiling.display.stretch import NORMALIZED_DIFFERENCE, Stretch, apply_stretch

THREE = (1, 2, 3)
CASES: dict[str, tuple[str, Stretch]] = {
    "uint8 unchanged": ("uint8", Stretch(THREE, (0.0,) * 3, (255.0,) * 3)),
    "uint8": ("uint8", Stretch(THREE, (10.0,) * 3, (200.0,) * 3, 1.4)),
    "uint16": ("uint16", Stretch(THREE, (200.0,) * 3, (3500.0,) * 3, 1.4)),
    "int16": ("int16", Stretch(THREE, (200.0,) * 3, (3500.0,) * 3, 1.4)),
    "uint32": ("uint32", Stretch(THREE, (200.0,) * 3, (3500.0,) * 3)),
    "float32": ("float32", Stretch(THREE, (200.0,) * 3, (3500.0,) * 3)),
    "float32, gamma": ("float32", Stretch(THREE, (200.0,) * 3, (3500.0,) * 3, 1.4)),
    "uint16, one band": ("uint16", Stretch((1,), (200.0,), (3500.0,), 1.4)),
    "uint16, colormap": ("uint16", Stretch((1,), (200.0,), (3500.0,), colormap="viridis")),
    "uint16, NDVI": ("uint16", Stretch((1, 2), (0.0,), (1.0,), 1.0, NORMALIZED_DIFFERENCE, "brbg")),
}


def plain(image: np.ndarray, stretch: Stretch) -> np.ndarray:
    """Apply the definition of a stretch to whole arrays of float64."""
    values = image.astype(np.float64)
    if stretch.index:
        values = np.nan_to_num((values[:1] - values[1:]) / (values[:1] + values[1:]))
    low, high = (np.array(limits)[:, None, None] for limits in (stretch.low, stretch.high))
    scaled = np.clip((values - low) / (high - low), 0, 1) ** (1 / stretch.gamma)
    levels = np.rint(scaled * 255).astype(np.uint8)
    if stretch.colormap:
        return colormap_table(stretch.colormap)[:, levels[0]]
    return np.repeat(levels, 3, axis=0) if len(levels) == 1 else levels


def smooth(dtype: str, bands: int, side: int) -> np.ndarray:
    """Return seeded pixels that vary as imagery does: slowly, with some noise."""
    rows, cols = np.mgrid[:side, :side] / 40.0
    noise = np.random.default_rng(1).random((bands, side, side))
    values = (np.sin(cols) + np.cos(rows) + 2) / 4 * 0.8 + noise * 0.2
    pixels: np.ndarray = (values * (250 if dtype == "uint8" else 4000) + 1).astype(dtype)
    return pixels


def once_us(call: Callable[[], object], repeat: int) -> float:
    """Return the microseconds of one call, the mean of `repeat`."""
    began = time.perf_counter()
    for _ in range(repeat):
        call()
    return (time.perf_counter() - began) / repeat * 1e6


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--side", type=int, nargs="+", default=[256, 1024])
    options = parser.parse_args()
    print(f"medians of {options.runs} turns, numpy {np.__version__}")
    print(
        f"{'pixels':20} {'side':>5} {'stretch us':>11} {'numpy us':>9} {'copy us':>8} {'/ copy':>7} {'numpy /':>8}"
    )
    for side in options.side:
        repeat = max(1, 2**20 // side**2)
        for name, (dtype, stretch) in CASES.items():
            image = smooth(dtype, len(stretch.bands), side)
            shown = apply_stretch(image, stretch)  # also fills the table
            assert abs(shown.astype(int) - plain(image, stretch)).max() <= (9 if stretch.colormap else 1)
            # A copy reads and writes each of its bytes.
            source = np.ones((image.nbytes + shown.nbytes) // 2, dtype=np.uint8)
            target = np.empty_like(source)
            calls = (
                lambda image=image, stretch=stretch: apply_stretch(image, stretch),
                lambda image=image, stretch=stretch: plain(image, stretch),
                lambda source=source, target=target: np.copyto(target, source),
            )
            turns = [[once_us(call, repeat) for call in calls] for _ in range(options.runs)]
            ours, numpy, copy = (statistics.median(times) for times in zip(*turns, strict=True))
            print(
                f"{name:20} {side:5} {ours:11.0f} {numpy:9.0f} {copy:8.1f} {ours / copy:7.1f} {numpy / ours:8.1f}"
            )


if __name__ == "__main__":
    main()
