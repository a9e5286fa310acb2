"""Plan of a scene's pre-labeling: its blocks, and the job that records which of them are done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geoengine
from detectors.inference.sizes import BLOCK_PX, DEFAULT_CHIPS, HALO_PX
from detectors.model_package.card import ModelCard, ModelPackage
from geoengine.model import Job, JobState, ProposalsResult, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.prelabel.partners import Partners, PrelabelError
from geoengine.tasks.prelabel.settings import PrelabelSettings
from tiling.grid.plan import Block, plan_blocks
from tiling.grid.raster_grid import resampled_size
from tiling.grid.window import PixelSize

KIND = "prelabel"


@dataclass(frozen=True)
class ScenePlan:
    """Job of one scene, with its blocks.

    Attributes:
        scene: The scene.
        size: Its (width, height) at the model's ground resolution.
        partners: The classes that are proposed.
        job: The recorded job; its item n is `blocks[n]`.
        blocks: What is to be done.
        folder: Where the result files are; it exists, unless there is an outcome.
        outcome: What came of it, where the job is done and the model has not been over the scene since; else None.
    """

    scene: Scene
    size: PixelSize
    partners: Partners
    job: Job
    blocks: tuple[Block, ...]
    folder: Path
    outcome: ProposalsResult | None = None

    def token(self, count: int) -> str:
        """Return the token of the changeset of `count` blocks; a partial run has another than the complete one."""
        return f"{self.job.token}-{count}"

    def result(self, index: int) -> Path:
        """Return the result file of a block."""
        return self.folder / f"{index}.npz"


def plan_scene(
    project: Project,
    store: Store,
    scene: Scene,
    package: ModelPackage,
    partners: Partners,
    settings: PrelabelSettings,
    job: Job | None = None,
) -> ScenePlan:
    """Find the unfinished job of the same scene, model and settings, or record a new one.

    A job that is done and whose proposals are the model's last on the scene is found too, unless it is to be done
    `again`: when a night's run over many scenes is killed, the same command does not do the finished ones a second
    time. An unfinished one that a newer job of the scene and model supersedes stays as it is. A recorded `job` is
    taken as it is, and gets its blocks where it has none yet.

    Raises:
        PrelabelError: The job was planned for something else than there is now.
        StoreError: The database cannot be read or written.
        OSError: The folder for the results cannot be made.
    """
    size = resampled_size(scene.grid, package.card.gsd_m)
    blocks = tuple(plan_blocks(*size, BLOCK_PX, HALO_PX))
    params = _params(scene, package.card, partners, settings, size)
    items = [{"core": [b.core.col, b.core.row, b.core.width, b.core.height]} for b in blocks]
    with store.reading() as view:
        same = [] if job is not None else view.find_jobs(KIND, params)
        last = None if settings.again else view.last_proposals(scene.id, package.card.name)
        superseded = {recorded.id for recorded in same if view.superseded_by(recorded) is not None}
    for recorded in same:
        plan = ScenePlan(scene, size, partners, recorded, blocks, _folder(project, recorded))
        if recorded.state != JobState.DONE and recorded.id not in superseded:
            plan.folder.mkdir(parents=True, exist_ok=True)
            return plan
        if recorded.state == JobState.DONE and last is not None and last.token == plan.token(len(blocks)):
            return replace(plan, outcome=last)
    if job is None:
        # Of this project: labels of the same run may come in from another one, and uids are made from the token.
        text = json.dumps([params, len(same), project.created_at], sort_keys=True)
        job = store.create_job(KIND, params, hashlib.sha256(text.encode()).hexdigest(), items)
    else:
        job = _planned(store, job, params, items)
    plan = ScenePlan(scene, size, partners, job, blocks, _folder(project, job))
    plan.folder.mkdir(parents=True, exist_ok=True)
    return plan


def _planned(store: Store, job: Job, params: dict[str, Any], items: Sequence[dict[str, Any]]) -> Job:
    """Return a recorded job with its blocks."""
    with store.reading() as view:
        is_planned = bool(view.job_items(job.id, limit=1))
    if not is_planned:
        return store.plan_job(job.id, params, items)
    if job.params != params:
        raise PrelabelError(
            f"job {job.id} was planned for another stretch, model, version or set of classes than {params['scene']} "
            "and the project have by now, expected the same: start a new one"
        )
    return job


def _folder(project: Project, job: Job) -> Path:
    return project.jobs_dir / f"{KIND}-{job.id}"


def _params(
    scene: Scene, card: ModelCard, partners: Partners, settings: PrelabelSettings, size: PixelSize
) -> dict[str, Any]:
    params: dict[str, Any] = {
        "scene": scene.key,
        "content_hash": scene.content_hash,
        "model": card.name,
        "sha256": card.sha256,
        "classes": list(partners.proposed),
        "min_score": settings.min_score,
        "stretch": scene.stretch.to_json(),  # blocks seen differently are not of one job
        "size": list(size),
        "block_px": BLOCK_PX,
        "halo_px": HALO_PX,
        "chip_px": DEFAULT_CHIPS.size_px,
        "overlap_px": DEFAULT_CHIPS.overlap_px,
        "align_px": DEFAULT_CHIPS.align_px,
        "version": geoengine.__version__,  # another one may find something else
    }
    if settings.class_scores:
        params["min_scores"] = dict(settings.class_scores)
    if any(theirs != ours for theirs, ours in partners.pairs):
        params["map"] = dict(partners.pairs)
    return params
