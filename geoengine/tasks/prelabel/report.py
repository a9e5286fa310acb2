"""What came of pre-labeling a scene, in figures and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import shapely

from detectors.errors import DetectorError
from detectors.inference.sliced import Timing
from geoengine.errors import GeoEngineError
from tiling.errors import TilingError

FAILURES = (
    TilingError,
    GeoEngineError,
    DetectorError,
    OSError,
    RuntimeError,  # a fault of the device, say
    MemoryError,
    shapely.errors.GEOSException,
)
"""What one scene, or one block, may fail with while the others go on."""

_TOLD = 3


@dataclass
class ScenePrelabel:
    """What came of one scene.

    Attributes:
        scene_key: the scene.
        job_id: the job that did it.
        state: `done`, `partial` (something is missing), `failed` (nothing was proposed) or `cancelled`.
        proposed: proposals now in the store from this run.
        kept_by_people: detections left out because a person had already decided about that object.
        replaced: earlier untouched proposals that made room.
        resumed_blocks: blocks taken over from a run that did not finish.
        errors: one sentence for each block, or for the scene, that failed.
        warnings: what the operator should know.
        timing: where the time of this run went, summed over the workers.
        write_s: seconds for merging across blocks, commit and write-back.
        wall_s: seconds from the scene's beginning to its end; scenes that share workers overlap.
    """

    scene_key: str
    job_id: int | None = None
    state: str = "done"
    proposed: int = 0
    kept_by_people: int = 0
    replaced: int = 0
    resumed_blocks: int = 0
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    timing: Timing = field(default_factory=Timing)
    write_s: float = 0.0
    wall_s: float = 0.0


def sentence(error: BaseException) -> str:
    """An error as one sentence: its own where it was to be expected."""
    name, text = type(error).__name__, str(error)
    return text if text and isinstance(error, FAILURES) else f"{name}: {text}" if text else name


def message(errors: Sequence[str]) -> str | None:
    """What the job says of itself; every block's own error is with its item."""
    more = [f"and {len(errors) - _TOLD} more"] if len(errors) > _TOLD else []
    return "; ".join([*errors[:_TOLD], *more]) or None
