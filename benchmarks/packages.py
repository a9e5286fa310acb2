"""How fast each model package is, and where the time goes.

    python benchmarks/packages.py IMAGE [--models overhead,vhr10] [--device cpu] [--seconds 20] [--batches 1,4,16]
                                         [--chip 1024]

IMAGE is cut into chips that are taken as if they were at the model's ground resolution. For each package, each setting
(fp32, channels-last as shipped; fp32 contiguous; bf16; torch.compile of the backbone; fp16 on CUDA) and each batch
size: megapixels and square kilometres a second of the network with its boxes and masks, the largest shift of a box
against fp32 at batch 1, and the network's share of the whole way from 8-bit chips to merged polygons. Peak memory is of
the process so far, or of the device.
"""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from children import peak_bytes

from detectors.detections import Detections, Space
from detectors.inference.predictor import Precision, Predictor
from detectors.merging.merge import merge_detections
from detectors.model_package.card import ModelPackage
from detectors.model_package.registry import Registry
from tiling.display.stretch import apply_stretch, compute_stretch
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Outputs = list[dict[str, torch.Tensor]]


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("image", type=Path)
    parser.add_argument("--models", default="overhead,vhr10")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each setting and batch size")
    parser.add_argument("--batches", default="1,4,16")
    parser.add_argument("--chip", type=int, default=1024)
    options = parser.parse_args()
    chips = read_chips(options.image, options.chip, max(map(int, options.batches.split(","))))
    print(
        f"{len(chips)} chips of {options.chip} px, torch {torch.__version__}, {torch.get_num_threads()} threads"
    )
    for name in options.models.split(","):
        package = Registry().get(name)
        reference: Outputs | None = None
        for setting, prepare in settings(options.device).items():
            predictor = Predictor.load(package, options.device, precision=Precision.FP32)
            try:
                context = prepare(predictor)
                with context:
                    found = predictor.forward(chips[:1])
            except Exception as error:  # a setting that this build of torch has not
                print(f"{name:<10} {setting:<16} not available: {type(error).__name__}", flush=True)
                continue
            reference = reference or found
            shift = largest_shift(reference[0], found[0])
            for batch in map(int, options.batches.split(",")):
                with context:
                    report(package, predictor, chips, batch, options, setting, shift)


def settings(device: str) -> dict[str, Callable[[Predictor], contextlib.AbstractContextManager[object]]]:
    """Return settings to try: a name, and a function that prepares a predictor and returns its context."""
    kind = device.split(":")[0]

    def contiguous(predictor: Predictor) -> contextlib.AbstractContextManager[object]:
        predictor._network.to(memory_format=torch.contiguous_format)
        return contextlib.nullcontext()

    def compiled(predictor: Predictor) -> contextlib.AbstractContextManager[object]:
        predictor._network.backbone = torch.compile(predictor._network.backbone)
        return contextlib.nullcontext()

    def bfloat16(predictor: Predictor) -> contextlib.AbstractContextManager[object]:
        predictor.precision = Precision.BF16
        return contextlib.nullcontext()

    found: dict[str, Callable[[Predictor], contextlib.AbstractContextManager[object]]] = {
        "fp32": lambda _: contextlib.nullcontext(),
        "fp32 contiguous": contiguous,
        "bf16": bfloat16,
        "fp32 compiled": compiled,
    }
    if kind == "cuda":
        found["fp16"] = lambda _: torch.autocast(kind, torch.float16)
    return found


def read_chips(path: Path, size: int, count: int) -> list[torch.Tensor]:
    """(3, size, size) uint8 each, from the middle of the image outwards, again from the start where it is small."""
    with open_raster(path) as raster:
        stretch = compute_stretch(raster)
        side = min(size, raster.grid.width, raster.grid.height)
        columns, rows = raster.grid.width // side, raster.grid.height // side
        places = [(c, r) for r in range(rows) for c in range(columns)]
        places.sort(key=lambda place: abs(place[0] - columns / 2) + abs(place[1] - rows / 2))
        chips = []
        for column, row in places[:count]:
            window = PixelWindow(column * side, row * side, side, side)
            image = apply_stretch(read_window(raster, window, bands=stretch.bands).image, stretch)
            chips.append(torch.from_numpy(image))
    return [chips[i % len(chips)] for i in range(count)]


def largest_shift(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> float:
    """Return the largest distance, in px, from a box that scores 0.5 or more to the nearest of the other's."""
    boxes = [one["boxes"][one["scores"] >= 0.5].float().cpu() for one in (first, second)]
    if not len(boxes[0]) or not len(boxes[1]):
        return float("nan")
    return float((boxes[0][:, None] - boxes[1][None]).abs().amax(dim=2).amin(dim=1).max())


def report(
    package: ModelPackage,
    predictor: Predictor,
    chips: list[torch.Tensor],
    batch: int,
    options: argparse.Namespace,
    setting: str,
    shift: float,
) -> None:
    """Time one setting and print its line."""
    if predictor._device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    network_s = polygons_s = 0.0
    pixels, start, turn = 0, 0, 0
    while network_s + polygons_s < options.seconds:
        some = [chips[(start + i) % len(chips)] for i in range(batch)]
        start += batch
        began = time.perf_counter()
        outputs = predictor.forward(some)
        if predictor._device.type == "cuda":
            torch.cuda.synchronize()
        middle = time.perf_counter()
        found = [predictor._to_detections(output) for output in outputs]
        merge_detections(
            Detections.concatenate([one.moved((1, 1), (0, 0), Space.CHIP) for one in found], Space.CHIP)
        )
        ended = time.perf_counter()
        turn += 1
        if turn > 1 or ended - began > options.seconds / 2:  # the first turn warms up
            network_s += middle - began
            polygons_s += ended - middle
            pixels += int(sum(np.prod(chip.shape[1:]) for chip in some))
    rate = pixels / 1e6 / (network_s + polygons_s)
    area = rate * package.card.gsd_m**2
    if predictor._device.type == "cuda":
        peak = torch.cuda.max_memory_allocated() / 1e9
    else:
        peak = peak_bytes() / 1e9
    print(
        f"{package.card.name:<10} {setting:<16} batch {batch:>2}  {rate:6.2f} Mpx/s  {area:8.3f} km2/s  "
        f"network {network_s / (network_s + polygons_s):5.1%}  shift {shift:5.2f} px  peak {peak:5.2f} GB",
        flush=True,
    )


if __name__ == "__main__":
    main()
