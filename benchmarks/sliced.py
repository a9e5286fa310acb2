"""Sliced inference on a large image: ours beside SAHI's `get_sliced_prediction`, with the same weights.

    python benchmarks/sliced.py RASTER --peer-python PYTHON [--crop 2816] [--pairs 3] [--postprocess NMS]
                                       [--rows torchvision torchvision-bf16 fp32 bf16]

The raster's middle is written once as an 8-bit GeoTIFF at the model's ground resolution, so that neither side
resamples. Both read that file, cut it into the same slices (1024 px that share 128), find objects with outlines, and
put them together. SAHI gets what is fastest of what its documentation offers for large images: no second prediction
of the image as a whole, batches (of two, as ours) where the wrapper can, and suppression instead of merging. Each run
is a process of its own that warms up on one slice; the sides take turns. PYTHON has sahi, torch and what detectors
needs.

Rows: `torchvision` and `torchvision-bf16` give the network to SAHI's own wrapper for torchvision, in float32, and
hold it against ours in float32 and as shipped. `bf16` and `fp32` put our `Predictor` into a model for SAHI, so that
the network, its precision and the tracing of masks are ours on both sides, and only slicing and merging differ.
Printed for each: median seconds of each side, the median ratio of the pairs (SAHI's by ours), and the peaks of
resident memory, of which the libraries and the model take the most (`before`).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from children import Ratio, figures, peak_bytes

from detectors.architectures.maskrcnn import PartialLabelMaskRCNN
from detectors.detections import Detections, Space
from detectors.inference.predictor import Precision, Predictor, load_network
from detectors.inference.sizes import BLOCK_PX, DEFAULT_BATCH, DEFAULT_CHIPS, HALO_PX
from detectors.inference.sliced import detect_block
from detectors.merging.merge import merge_detections
from detectors.model_package.registry import Registry
from tiling.display.stretch import Stretch, apply_stretch, compute_stretch
from tiling.grid.plan import plan_blocks
from tiling.grid.raster_grid import resampled_size
from tiling.grid.window import PixelSize, PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_resampled

ROWS = {
    "torchvision": (("ours", "fp32"), ("sahi-torchvision", "fp32")),
    "torchvision-bf16": (("ours", "bf16"), ("sahi-torchvision", "fp32")),
    "fp32": (("ours", "fp32"), ("sahi", "fp32")),
    "bf16": (("ours", "bf16"), ("sahi", "bf16")),
}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("raster", type=Path)
    parser.add_argument("--peer-python", type=Path, help="a Python with sahi")
    parser.add_argument("--model", default="overhead")
    parser.add_argument("--crop", type=int, default=2816)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--postprocess", default="NMS", choices=["NMS", "GREEDYNMM", "NMM"])
    parser.add_argument("--rows", nargs="+", default=list(ROWS), choices=list(ROWS))
    parser.add_argument("--one", nargs=2, help="run one side once, in this process, and print JSON")
    options = parser.parse_args()
    if options.one:
        side, precision = options.one
        print(
            json.dumps(once(options.raster, options.model, side, Precision(precision), options.postprocess))
        )
        return
    if options.peer_python is None:
        sys.exit("--peer-python is missing, expected a Python with sahi")
    with tempfile.TemporaryDirectory(prefix="sliced-") as folder:
        image = Path(folder) / "image.tif"
        write_image(options.raster, image, options.model, options.crop)
        for row in options.rows:
            report(row, [[run(options, image, *side) for side in ROWS[row]] for _ in range(options.pairs)])


def once(path: Path, model: str, side: str, precision: Precision, postprocess: str) -> dict[str, float]:
    """One side, once: load, warm up, run."""
    package = Registry().get(model)
    predictor = Predictor.load(package, precision=precision)
    with rasterio.open(path) as source:
        first = source.read(window=((0, DEFAULT_CHIPS.size_px), (0, DEFAULT_CHIPS.size_px)))
    work: Callable[[], int]
    if side == "ours":
        predictor.predict([first])
        work = lambda: len(ours(predictor, path))  # noqa: E731
    else:
        wrapped = torchvision_model(package) if side == "sahi-torchvision" else predictor_model(predictor)
        wrapped.perform_inference(np.ascontiguousarray(first.transpose(1, 2, 0)))
        work = lambda: sahi(wrapped, path, postprocess)  # noqa: E731
    before, began = peak_bytes(), time.perf_counter()
    found = work()
    return {
        "seconds": time.perf_counter() - began,
        "found": found,
        "before": before,
        "peak": peak_bytes(),
    }


def ours(predictor: Predictor, path: Path) -> Detections:
    """As `geoengine prelabel` does it, which opens the raster for each block."""
    parts = []
    with open_raster(path) as raster:
        size = PixelSize(raster.grid.width, raster.grid.height)
    as_it_is = Stretch((1, 2, 3), (0.0,) * 3, (255.0,) * 3)
    for block in plan_blocks(*size, BLOCK_PX, HALO_PX):
        with open_raster(path) as raster:
            parts.append(detect_block(predictor, raster, as_it_is, block, size)[0])
    return merge_detections(Detections.concatenate(parts, Space.RESAMPLED))


def sahi(model: Any, path: Path, postprocess: str) -> int:
    """SAHI on the same file; the number of objects."""
    from sahi.predict import get_sliced_prediction

    result = get_sliced_prediction(
        str(path),
        model,
        slice_height=DEFAULT_CHIPS.size_px,
        slice_width=DEFAULT_CHIPS.size_px,
        overlap_height_ratio=DEFAULT_CHIPS.overlap_px / DEFAULT_CHIPS.size_px,
        overlap_width_ratio=DEFAULT_CHIPS.overlap_px / DEFAULT_CHIPS.size_px,
        perform_standard_pred=False,
        postprocess_type=postprocess,
        postprocess_match_metric="IOU" if postprocess == "NMS" else "IOS",
        postprocess_match_threshold=0.4 if postprocess == "NMS" else 0.5,
        batch_size=DEFAULT_BATCH,
        verbose=0,
    )
    return len(result.object_prediction_list)


def predictor_model(predictor: Predictor) -> Any:
    """Our predictor, as a model of SAHI's: its batches, its polygons as SAHI's segmentations."""
    from sahi.models.base import DetectionModel
    from sahi.prediction import ObjectPrediction

    class Wrapped(DetectionModel):  # type: ignore[misc]
        def set_model(self, model: Any, **_: Any) -> None:
            self.model = model

        def perform_inference(self, image: np.ndarray) -> None:
            self.perform_batch_inference([image])

        def perform_batch_inference(self, images: list[np.ndarray]) -> None:
            self._original_predictions = self.model.predict([image.transpose(2, 0, 1) for image in images])

        def _create_object_prediction_list_from_original_predictions(
            self, shift_amount_list: Any = None, full_shape_list: Any = None
        ) -> None:
            keys = self.model.card.class_keys
            self._object_prediction_list_per_image = [
                [
                    ObjectPrediction(
                        category_id=int(label),
                        category_name=keys[label - 1],
                        segmentation=[np.asarray(polygon.exterior.coords)[:-1].ravel().tolist()],
                        score=float(score),
                        shift_amount=shift,
                        full_shape=shape,
                    )
                    for polygon, label, score in zip(
                        found.polygons(), found.labels, found.scores, strict=True
                    )
                ]
                for found, shift, shape in zip(
                    self._original_predictions, shift_amount_list, full_shape_list, strict=True
                )
            ]

    return Wrapped(model=predictor, device="cpu", confidence_threshold=float(predictor.min_score.min()))


def torchvision_model(package: Any) -> Any:
    """Return the network in SAHI's own wrapper for torchvision; its limit is the lowest of the classes'."""
    import torch
    from sahi.models import torchvision as wrapper

    traced = wrapper.get_coco_segmentation_from_bool_mask
    # The wrapper gives up the whole image where a mask is too small to be traced; Banepa has such.
    wrapper.get_coco_segmentation_from_bool_mask = lambda mask: traced(mask) or [[0, 0, 1, 0, 1, 1]]

    class WithoutGradient(torch.nn.Module):
        """The network in inference mode, which the wrapper leaves to its callers."""

        def __init__(self, network: Any) -> None:
            super().__init__()
            self.network = network

        @torch.inference_mode()
        def forward(self, images: Any) -> Any:
            return self.network(images)

    limits = [float((info.calibration.invert(np.array([info.min_score]))[0]) if info.calibration else info.min_score)
              for info in package.card.classes]  # fmt: skip
    network = load_network(package)
    if not isinstance(network, PartialLabelMaskRCNN):
        sys.exit(
            f"{package.card.name} is no Mask R-CNN, which the rows of torchvision expect; name other --rows"
        )
    network.roi_heads.score_thresh = min(limits)
    return wrapper.TorchVisionDetectionModel(
        model=WithoutGradient(network),
        device="cpu",
        confidence_threshold=min(limits),
        category_mapping={str(n): key for n, key in enumerate(package.card.class_keys, start=1)},
    )


def write_image(raster_path: Path, image: Path, model: str, crop: int) -> None:
    """Write the middle of the raster, resampled as the detector reads it."""
    with open_raster(raster_path) as raster:
        size = resampled_size(raster.grid, Registry().get(model).card.gsd_m)
        side = min(crop, *size)
        stretch = compute_stretch(raster)
        part = PixelWindow((size[0] - side) // 2, (size[1] - side) // 2, side, side)
        profile = {
            "driver": "GTiff",
            "dtype": "uint8",
            "count": 3,
            "width": side,
            "height": side,
            "tiled": True,
        }
        with rasterio.open(image, "w", **profile, compress="deflate", photometric="rgb") as target:
            for row in range(0, side, 1024):
                lines = PixelWindow(part.col, part.row + row, side, min(1024, side - row))
                values = apply_stretch(
                    read_resampled(raster, lines, size, bands=stretch.bands).image, stretch
                )
                target.write(values, window=((row, row + lines.height), (0, side)))


def run(options: argparse.Namespace, image: Path, side: str, precision: str) -> dict[str, float]:
    """One side in a process of its own.

    Raises:
        SystemExit: it failed.
    """
    python = sys.executable if side == "ours" else str(options.peer_python)
    command = [python, __file__, image, "--model", options.model, "--postprocess", options.postprocess]
    root = str(Path(__file__).resolve().parents[1])
    return figures([*command, "--one", side, precision], PYTHONPATH=root)


def report(row: str, pairs: list[list[dict[str, float]]]) -> None:
    """Print a row."""
    for number, (side, precision) in enumerate(ROWS[row]):
        runs = [pair[number] for pair in pairs]
        print(
            f"{row:<16} {side:<17} {precision}: {statistics.median(one['seconds'] for one in runs):6.1f} s, "
            f"{runs[0]['found']:,} objects, peak {statistics.median(one['peak'] for one in runs) / 1e6:,.0f} MB "
            f"(before {statistics.median(one['before'] for one in runs) / 1e6:,.0f} MB)"
        )
    seconds, memory = (
        Ratio.of([pair[over][what] for pair in pairs], [pair[1 - over][what] for pair in pairs])
        for what, over in (("seconds", 1), ("peak", 0))
    )
    print(
        f"{row:<16} SAHI takes {seconds} times as long; our peak is {memory.median:.2f} of its",
        flush=True,
    )


if __name__ == "__main__":
    main()
