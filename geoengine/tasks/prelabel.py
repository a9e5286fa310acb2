"""Pre-labeling: a detector goes over whole scenes, block by block, and its proposals go into the store.

Each block's result is a file that appears under its final name only when it is complete, so a run that was
killed goes on
where it stopped. When all blocks are there, they are merged and committed as one changeset.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from detectors.detections import Detections, Space
from detectors.errors import DetectorError
from detectors.merge import merge_detections
from detectors.package import ModelPackage
from detectors.predictor import Predictor
from detectors.sliced import DEFAULT_BATCH, DEFAULT_CHIPS, Timing, detect_block
from geoengine.atomic import atomic_write
from geoengine.errors import GeoEngineError
from geoengine.model import Job, JobItem, JobState, LabelClass, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.convert import detections_to_features
from geoengine.tasks.holding import holding
from geoengine.tasks.writeback import write_labels
from tiling.chips import Block, plan_blocks
from tiling.errors import TilingError
from tiling.raster import Raster, open_raster, resampled_size

logger = logging.getLogger(__name__)

KIND = "prelabel"
# Four chips to a block's side. With a halo of half the overlap, blocks add no chips to those of one grid over
# the scene.
_STRIDE_PX = DEFAULT_CHIPS.size_px - DEFAULT_CHIPS.overlap_px
BLOCK_PX = 4 * _STRIDE_PX
HALO_PX = DEFAULT_CHIPS.overlap_px // 2

# What one scene may fail with while the others go on. RuntimeError: the device ran out of memory, say.
FAILURES = (TilingError, GeoEngineError, DetectorError, OSError, RuntimeError, shapely.errors.GEOSException)

Progress = Callable[[Scene, float], None]
"""Called with the scene and the share of it that is done, 0..1."""


@dataclass
class ScenePrelabel:
    """What came of one scene.

    Attributes:
        scene_key: the scene.
        job_id: the job that did it.
        state: `done`, `partial` (some blocks failed), `failed` (nothing was proposed) or `cancelled`.
        proposed: proposals now in the store from this run.
        kept_by_people: detections left out because a person had already decided about that object.
        replaced: earlier untouched proposals that made room.
        resumed_blocks: blocks taken over from a run that did not finish.
        errors: one sentence for each block, or for the scene, that failed.
        warnings: what the operator should know.
        timing: where the time of this run went.
        write_s: seconds for merging across blocks, commit and write-back.
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


class PrelabelError(GeoEngineError, ValueError):
    """The model and the project have no class in common."""


def prelabel(
    project: Project,
    store: Store,
    scenes: Sequence[Scene],
    package: ModelPackage,
    *,
    min_score: float | None = None,
    device: str = "cpu",
    batch: int = DEFAULT_BATCH,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    job: Job | None = None,
) -> list[ScenePrelabel]:
    """Propose objects on scenes. A scene that fails does not stop the others.

    Only classes that the project has are proposed; a project without classes gets the model's.

    Args:
        project: the project.
        store: its open store.
        scenes: which scenes.
        package: the model package.
        min_score: lowest score to propose; None takes each class's own from the model card.
        device: `cpu`, `cuda` or `cuda:N`.
        batch: chips per forward pass.
        progress: called as chips are finished.
        stop: asked between blocks; where it says so, the job is left in state cancelled, to be gone on with.
        job: the recorded job that this is; None finds the unfinished one of the same settings, or makes one.

    Raises:
        DetectorError: the model cannot be used.
        PrelabelError: the model knows none of the project's classes.
    """
    predictor = Predictor.load(
        package, device, min_score
    )  # first: a model that fails leaves no classes behind
    classes = _shared_classes(store, package)
    run = _Run(project, store, package, predictor, classes, min_score, batch, progress, stop, job)
    return [run.scene(scene) for scene in scenes]


def run_prelabel_job(
    project: Project,
    store: Store,
    job: Job,
    package: ModelPackage,
    *,
    device: str = "cpu",
    stop: Callable[[], bool] | None = None,
    progress: Progress | None = None,
) -> ScenePrelabel:
    """Run one recorded job; what it lacks (blocks, classes) is planned first. See `prelabel`.

    Raises:
        NotFoundError: its scene is not in the project.
        DetectorError, PrelabelError: as `prelabel`.
    """
    scene = store.scene_by_key(job.params["scene"])
    min_score = job.params.get("min_score")
    [report] = prelabel(
        project, store, [scene], package,
        min_score=min_score, device=device, progress=progress, stop=stop, job=job,
    )  # fmt: skip
    return report


def _shared_classes(store: Store, package: ModelPackage) -> tuple[str, ...]:
    existing = {label.key for label in store.classes()}
    if not existing:
        store.put_classes([LabelClass(info.key, info.key, info.color) for info in package.card.classes])
        return package.card.class_keys
    shared = tuple(key for key in package.card.class_keys if key in existing)
    if not shared:
        raise PrelabelError(
            f"model {package.card.name!r} finds {', '.join(package.card.class_keys)}, "
            f"but the project has only {', '.join(sorted(existing))}"
        )
    return shared


@dataclass
class _Run:
    """What stays the same from scene to scene."""

    project: Project
    store: Store
    package: ModelPackage
    predictor: Predictor
    classes: tuple[str, ...]
    min_score: float | None
    batch: int
    progress: Progress | None
    stop: Callable[[], bool] | None
    job: Job | None

    def scene(self, scene: Scene) -> ScenePrelabel:
        report = ScenePrelabel(scene.key)
        try:
            with open_raster(self.project.raster_source(scene), self.project.read_policy) as raster:
                self._scene(scene, raster, report)
        except FAILURES as error:
            logger.debug("prelabeling %s failed", scene.key, exc_info=True)
            report.state = "failed"
            report.errors.append(str(error))
        return report

    def _scene(self, scene: Scene, raster: Raster, report: ScenePrelabel) -> None:
        size = self._size(scene, report)
        if scene.stretch.index or scene.stretch.colormap not in (None, "grey"):
            report.warnings.append(
                f"{scene.key} is shown in false colours, and {self.package.card.name} sees what the map shows; "
                f"expect poor proposals (geoengine stretch {scene.key} --reset)"
            )
        blocks = plan_blocks(*size, BLOCK_PX, HALO_PX)
        job = self._job(scene, size, blocks)
        with holding(self.store, job.id):
            report.job_id = job.id
            try:
                self._blocks(scene, raster, size, job, blocks, report)
            except FAILURES as error:
                self.store.set_job_state(job.id, JobState.FAILED, str(error))
                raise

    def _blocks(
        self,
        scene: Scene,
        raster: Raster,
        size: tuple[int, int],
        job: Job,
        blocks: Sequence[Block],
        report: ScenePrelabel,
    ) -> None:
        folder = self.project.jobs_dir / f"{KIND}-{job.id}"
        folder.mkdir(parents=True, exist_ok=True)
        results = []
        for item, block in zip(self.store.job_items(job.id), blocks, strict=True):
            path = folder / f"{item.index}.npz"
            if path.exists():
                report.resumed_blocks += 1
            elif self._called_off(job):
                report.state = "cancelled"
                self.store.set_job_state(job.id, JobState.CANCELLED)
                return
            elif not self._block(scene, raster, block, size, item, path, report, len(blocks)):
                continue
            results.append(path)
            if self.progress:
                self.progress(scene, (item.index + 1) / len(blocks))
        self._finish(scene, size, job, results, report)
        if (
            report.state == "done"
        ):  # a partial run keeps what it has, and the next one tries only the blocks that failed
            shutil.rmtree(folder, ignore_errors=True)

    def _called_off(self, job: Job) -> bool:
        """Whether to leave it at what is done, because the caller or whoever looks after the job says so."""
        if self.stop is not None and self.stop():
            return True
        return self.store.job(job.id).state in (JobState.CANCELLING, JobState.CANCELLED)

    def _size(self, scene: Scene, report: ScenePrelabel) -> tuple[int, int]:
        """(width, height) of the scene at the model's ground resolution."""
        card = self.package.card
        warning = card.gsd_warning(scene.key, scene.grid.gsd_m)
        if warning:
            report.warnings.append(warning)
        return resampled_size(scene.grid, card.gsd_m)

    def _job(self, scene: Scene, size: tuple[int, int], blocks: Sequence[Block]) -> Job:
        """The unfinished job of the same scene, model and settings, or a new one."""
        params: dict[str, Any] = {
            "scene": scene.key,
            "content_hash": scene.content_hash,
            "model": self.package.card.name,
            "sha256": self.package.card.sha256,
            "classes": list(self.classes),
            "min_score": self.min_score,
            "stretch": scene.stretch.to_json(),  # blocks seen differently are not of one job
            "size": list(size),
            "block_px": BLOCK_PX,
            "halo_px": HALO_PX,
            "chip_px": DEFAULT_CHIPS.size_px,
            "overlap_px": DEFAULT_CHIPS.overlap_px,
        }
        items = [{"core": [b.core.col, b.core.row, b.core.width, b.core.height]} for b in blocks]
        if self.job is not None:
            return self._planned(self.job, params, items)
        same = [job for job in self.store.jobs() if job.kind == KIND and job.params == params]
        for job in same:
            if job.state != JobState.DONE:
                return job
        text = json.dumps([params, len(same)], sort_keys=True)
        return self.store.create_job(KIND, params, hashlib.sha256(text.encode()).hexdigest(), items)

    def _planned(self, job: Job, params: dict[str, Any], items: Sequence[dict[str, Any]]) -> Job:
        """The job that was given, with its blocks."""
        if not self.store.job_items(job.id, limit=1):
            return self.store.plan_job(job.id, params, items)
        if job.params != params:
            raise PrelabelError(
                f"job {job.id} was planned for another stretch, model or set of classes than {params['scene']} "
                "and the project have by now, expected the same: start a new one"
            )
        return job

    def _block(
        self,
        scene: Scene,
        raster: Raster,
        block: Block,
        size: tuple[int, int],
        item: JobItem,
        path: Path,
        report: ScenePrelabel,
        total: int,
    ) -> bool:
        """Detect on one block and write its result file; False where it could not be read."""

        def advance(share: float) -> None:
            if self.progress:
                self.progress(scene, (item.index + share) / total)

        try:
            found, timing = detect_block(
                self.predictor, raster, scene.stretch, block, size, batch=self.batch, progress=advance
            )
        except TilingError as error:
            report.errors.append(f"block {item.index} of {scene.key}: {error}")
            self.store.set_item(item.job_id, item.index, JobState.FAILED, error=str(error))
            return False
        report.timing.add(timing)
        _write_result(path, found)
        self.store.set_item(item.job_id, item.index, JobState.DONE, result=self.project.uri_for(path))
        return True

    def _finish(
        self, scene: Scene, size: tuple[int, int], job: Job, results: Sequence[Path], report: ScenePrelabel
    ) -> None:
        """Merge across blocks, commit one changeset, write the labels file."""
        began = time.monotonic()
        if not results:
            report.state = "failed"
            self.store.set_job_state(job.id, JobState.FAILED, report.errors[0] if report.errors else None)
            return
        found = merge_detections(
            Detections.concatenate([Detections.read(path) for path in results], Space.RESAMPLED)
        )
        scale = (scene.grid.width / size[0], scene.grid.height / size[1])
        wanted = [self.package.card.class_keys.index(key) + 1 for key in self.classes]
        found = found.take(np.isin(found.labels, wanted)).moved(scale, (0.0, 0.0), Space.SCENE)
        # A partial run's changeset differs from the one that completes it later.
        token = f"{job.token}-{len(results)}"
        creates = detections_to_features(
            found, scene.grid, self.package.card, uuid.uuid5(uuid.NAMESPACE_OID, token)
        )
        outcome = self.store.replace_proposals(
            scene.id,
            self.classes,
            creates,
            token=token,
            author=self.package.card.reference,
            comment=f"prelabel job {job.id}",
        )
        report.proposed, report.kept_by_people = outcome.created, outcome.skipped
        report.replaced = outcome.removed
        write_labels(self.project, self.store, scene)
        report.state = "partial" if report.errors else "done"
        message = "; ".join(report.errors) or None
        self.store.set_job_state(job.id, JobState.PARTIAL if report.errors else JobState.DONE, message)
        report.write_s = time.monotonic() - began


def _write_result(path: Path, found: Detections) -> None:
    buffer = io.BytesIO()
    found.write(buffer)
    atomic_write(path, buffer.getvalue())
