"""Pre-labeling of one block: read, detect, write a result file that appears when it is whole.

A block is a function of its task alone, so that any process on any machine that sees the same files can run it.
"""

from __future__ import annotations

import errno
import io
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import geoengine
from detectors.inference.predictor import Predictor
from detectors.inference.sliced import Timing, detect_block
from detectors.model_package.card import ModelPackage
from detectors.model_package.registry import Registry
from geoengine.atomic import atomic_write
from geoengine.errors import GeoEngineError
from tiling.access.policy import ReadPolicy
from tiling.access.source import RasterSource
from tiling.display.stretch import Stretch
from tiling.grid.plan import Block
from tiling.grid.window import PixelSize
from tiling.raster.raster import open_raster

# Below this a disk is full: an inference whose result then cannot be stored would be in vain.
_ROOM_BYTES = 4 << 20


class WorkerError(GeoEngineError, RuntimeError):
    """A worker cannot do what it is asked."""


@dataclass(frozen=True)
class ModelSpec:
    """Model with the settings that a process loads it with.

    Attributes:
        package: Directory and card; the weights must be the ones the card describes.
        device: `cpu`, `cuda` or `cuda:N` of the machine that loads it.
        min_score: Lowest score to propose; None takes each class's own.
        version: Of the GeoEngine that asks; another one might find something else.
    """

    package: ModelPackage
    device: str
    min_score: float | None
    version: str = geoengine.__version__

    def for_device(self, device: str) -> ModelSpec:
        """Return the same model for another device."""
        return replace(self, device=device)


@dataclass(frozen=True)
class BlockTask:
    """Everything that a block's result depends on, and the path of the result.

    Attributes:
        model: The model.
        source: The raster, at a path that the worker sees too.
        policy: Which files it may be made of.
        stretch: How the scene's values become 8 bit.
        block: Which pixels, at the model's ground resolution.
        size: (width, height) of the whole scene at that resolution.
        batch: Chips per forward pass.
        path: The result file.
    """

    model: ModelSpec
    source: RasterSource
    policy: ReadPolicy
    stretch: Stretch
    block: Block
    size: PixelSize
    batch: int
    path: Path

    def for_device(self, device: str) -> BlockTask:
        """Return the same block for another device."""
        return replace(self, model=self.model.for_device(device))


# One model for each process, and one block at a time, however many threads a worker has.
_busy = threading.RLock()
_loaded: dict[tuple[object, ...], Predictor] = {}


def load_model(model: ModelSpec) -> None:
    """Load the model into this process, unless it is loaded.

    Raises:
        WorkerError: This is another version of GeoEngine than the one that asks.
        DetectorError: The model, or the device, cannot be used.
    """
    _predictor(model)


def forget_models() -> None:
    """Free the memory of the loaded model."""
    with _busy:
        _loaded.clear()


def run_block(task: BlockTask, progress: Callable[[float], None] | None = None) -> Timing:
    """Detect on one block and write the result file: `Detections` in RESAMPLED space as .npz.

    Args:
        task: The block.
        progress: Called with the share of the block's chips that are done.

    Returns:
        Where the time went.

    Raises:
        TilingError: The raster cannot be read there.
        OSError: The result cannot be written (full disk).
        WorkerError, DetectorError: As `load_model`.
    """
    with _busy:
        predictor = _predictor(task.model)
        if shutil.disk_usage(task.path.parent).free < _ROOM_BYTES:
            raise OSError(errno.ENOSPC, "No space left on device", str(task.path))
        with open_raster(task.source, task.policy) as raster:
            found, timing = detect_block(
                predictor, raster, task.stretch, task.block, task.size, batch=task.batch, progress=progress
            )
        buffer = io.BytesIO()
        found.write(buffer)
        atomic_write(task.path, buffer.getvalue())
        return timing


def _predictor(model: ModelSpec) -> Predictor:
    if model.version != geoengine.__version__:
        raise WorkerError(
            f"a worker runs GeoEngine {geoengine.__version__}, expected {model.version} as where it was started"
        )
    card = model.package.card
    limits = tuple(info.min_score for info in card.classes)
    key = (model.package.directory, card.sha256, limits, model.device, model.min_score)
    with _busy:
        if key not in _loaded:
            _loaded.clear()  # two would not fit on a small GPU
            _loaded[key] = Predictor.load(_local_package(model.package), model.device, model.min_score)
        return _loaded[key]


def _local_package(package: ModelPackage) -> ModelPackage:
    """Return the package, or the shipped one with the same weights where its folder is not on this machine.

    Its weights are still compared with the card of the one that was asked for.
    """
    if not package.weights.is_file():
        for shipped in Registry().packages():
            if shipped.card.sha256 == package.card.sha256:
                return ModelPackage(shipped.directory, package.card)
    return package
