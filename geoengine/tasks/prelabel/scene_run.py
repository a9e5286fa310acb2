"""Scene in progress of a pre-labeling run, and what its blocks share."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from geoengine.machine import MachineError, machine_trouble
from geoengine.model import ProposalsResult
from geoengine.tasks.prelabel.plan import ScenePlan
from geoengine.tasks.prelabel.report import ScenePrelabel


@dataclass
class SceneRun:
    """Scene in progress.

    Attributes:
        plan: Its blocks and job.
        report: What comes of it.
        done: Blocks whose result files are there.
        left: How many blocks have not been answered for.
        began: Monotonic time.
        lease: Its job, which is this process's until this is closed.
        out: How many blocks the executor has.
        cancelled: Whether the job was cancelled; submitted blocks are awaited.
    """

    plan: ScenePlan
    report: ScenePrelabel
    done: set[int]
    left: int
    began: float
    lease: contextlib.ExitStack
    out: int = 0
    cancelled: bool = False


@dataclass
class Block:
    """Block of a scene in the stream."""

    run: SceneRun
    index: int


def raise_machine_trouble(error: BaseException) -> None:
    """End the run where the machine is to blame: no scene has failed, and the same command resumes."""
    trouble = machine_trouble(error)
    if trouble is not None:
        raise MachineError(trouble) from error


def resolve_folder(path: Path) -> Path:
    """Return the path with its folder's links resolved: another machine need not have the project's links."""
    return path.parent.resolve() / path.name


def count_outcome(report: ScenePrelabel, outcome: ProposalsResult) -> None:
    """Report what became of a scene's proposals."""
    report.proposed, report.kept_by_people = outcome.created, outcome.skipped
    report.replaced = outcome.removed
