"""One block: read, detect, and a result file that is there when it is whole. A function of its task alone, so that any
process on any machine that sees the same files can do it."""

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
from tiling.raster.raster import open_raster

# Below this a disk is full: an inference whose result then has no place would be in vain.
_ROOM_BYTES = 4 << 20


class WorkerError(GeoEngineError, RuntimeError):
    """A worker cannot do what it is asked."""


@dataclass(frozen=True)
class ModelSpec:
    """A model as one process loads it.

    Attributes:
        package: directory and card; the weights must be the ones the card describes.
        device: `cpu`, `cuda` or `cuda:N` of the machine that loads it.
        min_score: lowest score to propose; None takes each class's own.
        version: of the GeoEngine that asks; another one might find something else.
    """

    package: ModelPackage
    device: str
    min_score: float | None
    version: str = geoengine.__version__

    def for_device(self, device: str) -> ModelSpec:
        """The same model on another device."""
        return replace(self, device=device)


@dataclass(frozen=True)
class BlockTask:
    """All that a block's result depends on, and where it goes.

    Attributes:
        model: the model.
        source: the raster, at a path that the worker sees too.
        policy: which files it may be made of.
        stretch: how the scene's values become 8 bit.
        block: which pixels, at the model's ground resolution.
        size: (width, height) of the whole scene at that resolution.
        batch: chips per forward pass.
        path: the result file.
    """

    model: ModelSpec
    source: RasterSource
    policy: ReadPolicy
    stretch: Stretch
    block: Block
    size: tuple[int, int]
    batch: int
    path: Path

    def for_device(self, device: str) -> BlockTask:
        """The same block on another device."""
        return replace(self, model=self.model.for_device(device))


# One model for each process, and one block at a time, however many threads a worker has.
_busy = threading.RLock()
_loaded: dict[tuple[object, ...], Predictor] = {}


def load_model(model: ModelSpec) -> None:
    """Loads the model into this process, unless it is there.

    Raises:
        WorkerError: this is another version of GeoEngine than the one that asks.
        DetectorError: the model, or the device, cannot be used.
    """
    _predictor(model)


def forget_models() -> None:
    """Gives the memory of the loaded model back."""
    with _busy:
        _loaded.clear()


def run_block(task: BlockTask, progress: Callable[[float], None] | None = None) -> Timing:
    """Detects on one block and writes the result file: `Detections` in RESAMPLED space as .npz.

    Args:
        task: the block.
        progress: called with the share of the block's chips that are done.

    Returns:
        Where the time went.

    Raises:
        TilingError: the raster cannot be read there.
        OSError: the result cannot be written (full disk).
        WorkerError, DetectorError: as `load_model`.
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
    key = (model.package.directory, model.package.card.sha256, model.device, model.min_score)
    with _busy:
        if key not in _loaded:
            _loaded.clear()  # two would not fit on a small GPU
            _loaded[key] = Predictor.load(_here(model.package), model.device, model.min_score)
        return _loaded[key]


def _here(package: ModelPackage) -> ModelPackage:
    """The package; where its folder is not on this machine, the one of that name that came with GeoEngine here.

    Its weights are still compared with the card of the one that was asked for.
    """
    if not package.weights.is_file():
        for shipped in Registry().packages():
            if shipped.card.sha256 == package.card.sha256:
                return ModelPackage(shipped.directory, package.card)
    return package
