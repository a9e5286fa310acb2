"""Prediction on chips with a loaded model package."""

from __future__ import annotations

import ctypes
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import cache

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from detectors.architectures import build_network
from detectors.architectures.network import Network, Outputs
from detectors.detections import Detections, Space
from detectors.errors import DeviceError, PackageError, WeightsError
from detectors.model_package.calibration import IDENTITY
from detectors.model_package.card import ModelCard, ModelPackage
from detectors.polygons.vectorize import GRID_PX, box_to_polygon, mask_to_polygon
from tiling.arrays import Bytes

os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")


def release_freed_memory() -> None:
    """Return freed memory to the system, where the C library is glibc; elsewhere do nothing.

    glibc keeps what lies between pieces that are in use. A network's tensors come and go by the hundred megabytes, and
    after some blocks three quarters of what a process had was free and still its own.
    """
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    try:
        trim: Callable[[int], object] = ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):
        return lambda _: None
    return trim


class Precision(StrEnum):
    """Number type of convolutions and matrix products; boxes, scores and masks are float32 in any case."""

    FP32 = "fp32"
    BF16 = "bf16"


def default_precision(device: torch.device) -> Precision:
    """Return the fastest precision that keeps accuracy: bfloat16 on a CPU with instructions for it, else float32.

    On a CPU without them bfloat16 is emulated, and slower. How much it gains and costs: docs/detectors.md.
    """
    if device.type != "cpu":
        return Precision.FP32
    able = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return Precision.BF16 if able.get("avx512_bf16") or able.get("amx_bf16") else Precision.FP32


logger = logging.getLogger(__name__)


def load_network(package: ModelPackage, *, fold_norms: bool = True) -> Network:
    """Build a package's network with its weights, in evaluation mode, float32 on the CPU.

    Args:
        package: The model package.
        fold_norms: Fold the frozen norms into the convolutions: the same function, faster, but not for training.

    Raises:
        WeightsError: The weights file is not the one the card describes, no safetensors file, or not finite.
        PackageError: The architecture is unknown, or the weights are of another architecture or number of classes.
    """
    package.check_weights()
    network = build_network(package.card.architecture, len(package.card.classes))
    try:
        state = {key: value.float() for key, value in safetensors.torch.load_file(package.weights).items()}
    except safetensors.SafetensorError as error:
        raise WeightsError(
            f"model package {package.card.name!r}: {package.weights} is not a safetensors file ({error})"
        ) from error
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise PackageError(
            f"model package {package.card.name!r}: the weights do not fit {package.card.architecture} with "
            f"{len(package.card.classes)} classes ({str(error).splitlines()[-1].strip()})"
        ) from error
    bad = [key for key, value in state.items() if not torch.isfinite(value).all()]
    if bad:
        raise WeightsError(
            f"model package {package.card.name!r}: {package.weights} holds values that are not finite (inf or NaN) in "
            f"{len(bad)} of {len(state)} tensors, the first {bad[0]}; train it again"
        )
    network.eval()
    if fold_norms:
        network.fold_norms()
    return network


def check_device(name: str) -> torch.device:
    """Return the torch device of that name.

    Raises:
        DeviceError: There is no such device here.
    """
    try:
        device = torch.device(name)
    except RuntimeError:
        device = torch.device("meta")
    if device.type not in ("cpu", "cuda"):
        raise DeviceError(f"device is {name!r}, expected cpu, cuda or cuda:N")
    if device.type == "cuda" and not torch.cuda.is_available():
        raise DeviceError(f"device is {name!r}, but this machine has no usable CUDA device; use --device cpu")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise DeviceError(f"device is {name!r}, expected cuda:0 to cuda:{torch.cuda.device_count() - 1}")
    return device


@contextmanager
def _released_around(module: nn.Module, device: torch.device) -> Iterator[None]:
    """Release freed memory before and after a module runs on the CPU.

    It is the step that needs most, so that the peak holds only what is in use.
    """
    hooks: list[RemovableHandle] = []
    if device.type == "cpu":
        hooks = [
            module.register_forward_pre_hook(lambda *_: release_freed_memory()),
            module.register_forward_hook(lambda *_: release_freed_memory()),
        ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


class Predictor:
    """Loaded model package that detects on chips.

    Attributes:
        card: The package's card.
        min_score: (1 + classes,) float64, the lowest score (calibrated) to keep by label.
        precision: What the network runs in.
    """

    def __init__(
        self,
        card: ModelCard,
        network: Network,
        device: str = "cpu",
        min_score: float | None = None,
        precision: Precision | None = None,
    ) -> None:
        """Take a network in evaluation mode.

        `min_score` replaces the card's own limit of every class; without `precision` it is the device's default.
        """
        self.card = card
        self._device = check_device(device)
        self.precision = precision or default_precision(self._device)
        self._network = network.to(self._device).to(memory_format=torch.channels_last)
        limits = [min_score if min_score is not None else info.min_score for info in card.classes]
        self.min_score = np.array([1.0, *limits])
        self._calibrations = [info.calibration or IDENTITY for info in card.classes]
        uncalibrated = [
            float(c.invert(np.array([v]))[0]) for c, v in zip(self._calibrations, limits, strict=True)
        ]
        self._lowest_score = min(uncalibrated)
        self._outlined = np.array([False, *(info.geometry == "polygon" for info in card.classes)])

    @classmethod
    def load(
        cls,
        package: ModelPackage,
        device: str = "cpu",
        min_score: float | None = None,
        precision: Precision | None = None,
    ) -> Predictor:
        """Load a package; see `load_network` and `check_device` for the errors."""
        check_device(device)
        return cls(package.card, load_network(package), device, min_score, precision)

    def predict(self, images: Sequence[Bytes]) -> list[Detections]:
        """Detect on a batch of chips.

        Args:
            images: (3, H, W) uint8 each, at the card's ground resolution; sizes may differ.

        Returns:
            For each chip its detections in CHIP space, unmerged. `edge_flags` are False: only who knows where
            the chip lies can tell a cut from the scene's own border.
        """
        outputs = self._fitting([torch.from_numpy(np.ascontiguousarray(image)) for image in images])
        return [self._to_detections(output) for output in outputs]

    def _fitting(self, images: list[Tensor]) -> Outputs:
        """Run the network on as many chips at a time as the device's memory holds; halve them when it is full.

        Raises:
            DeviceError: It does not hold one.
        """
        try:
            return self.forward(images)
        except torch.OutOfMemoryError:
            if len(images) == 1:
                size = " x ".join(str(side) for side in reversed(images[0].shape[1:]))
                raise DeviceError(
                    f"the memory of {self._device} does not hold one chip of {size} px; use --device cpu"
                ) from None
        torch.cuda.empty_cache()  # outside of the except clause, whose traceback holds on to what was computed
        half = len(images) // 2
        logger.warning(
            "the memory of %s is full with %d chips; going on with %d", self._device, len(images), half
        )
        return self._fitting(images[:half]) + self._fitting(images[half:])

    @torch.inference_mode()
    def forward(self, images: list[Tensor]) -> Outputs:
        """Run the network on (3, H, W) uint8 tensors.

        Returns float32 boxes, scores and (N, 1, M, M) mask probabilities, and int64 labels, of each.
        """
        batch = [image.to(self._device).float() / 255 for image in images]
        half = torch.autocast(self._device.type, torch.bfloat16, enabled=self.precision == Precision.BF16)
        with half, _released_around(self._network.backbone, self._device):
            outputs = self._network.detect(batch, self._lowest_score)
        return [{k: v if k == "labels" else v.float() for k, v in o.items()} for o in outputs]

    def _to_detections(self, output: dict[str, Tensor]) -> Detections:
        boxes = output["boxes"].cpu().double().numpy()
        labels, scores = output["labels"].cpu().numpy(), output["scores"].cpu().double().numpy()
        for label, calibration in enumerate(self._calibrations, start=1):
            if calibration != IDENTITY:
                scores[labels == label] = calibration.apply(scores[labels == label])
        masks = output["masks"][:, 0].cpu().float().numpy()
        polygons, kept = [], []
        for i in np.flatnonzero(scores >= self.min_score[labels]):
            outlined = self._outlined[labels[i]]
            polygon = mask_to_polygon(masks[i], boxes[i]) if outlined else box_to_polygon(boxes[i])
            if polygon is not None and polygon.area >= 1.0:
                polygons.append(polygon)
                kept.append(i)
        shapes = np.empty(len(polygons), object)
        shapes[:] = polygons
        uncut = np.zeros(len(kept), bool)
        return Detections.from_polygons(
            shapes, scores[kept], labels[kept], uncut, Space.CHIP, np.round(boxes[kept] / GRID_PX) * GRID_PX
        )
