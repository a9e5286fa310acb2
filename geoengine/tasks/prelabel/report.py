"""Report on the pre-labeling of a scene."""

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

_MAX_ERRORS = 3


@dataclass
class ScenePrelabel:
    """Report on one scene.

    Attributes:
        scene_key: The scene.
        job_id: The job that did it.
        state: `done`, `partial` (something is missing), `failed` (nothing was proposed), `cancelled`, or
            `busy` (another process works on it).
        proposed: Proposals now in the store from this run.
        kept_by_people: Detections left out because a person had already decided about that object.
        replaced: Earlier untouched proposals that made room.
        resumed_blocks: Blocks taken over from a run that did not finish.
        errors: One sentence for each block, or for the scene, that failed.
        warnings: What the operator should know.
        left_out: A sentence about classes of the model or the project that have no partner, or None.
        timing: Where the time of this run went, summed over the workers.
        write_s: Seconds for merging across blocks, commit and write-back.
        wall_s: Seconds from the scene's beginning to its end; scenes that share workers overlap.
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
    left_out: str | None = None
    timing: Timing = field(default_factory=Timing)
    write_s: float = 0.0
    wall_s: float = 0.0


def sentence(error: BaseException) -> str:
    """Return an error as one sentence: its own message where it is an expected error."""
    name, text = type(error).__name__, str(error)
    return text if text and isinstance(error, FAILURES) else f"{name}: {text}" if text else name


def message(errors: Sequence[str]) -> str | None:
    """Return the job's message from its errors; each block's own error is with its item."""
    more = [f"and {len(errors) - _MAX_ERRORS} more"] if len(errors) > _MAX_ERRORS else []
    return "; ".join([*errors[:_MAX_ERRORS], *more]) or None
