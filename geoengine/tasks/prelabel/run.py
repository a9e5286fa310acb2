"""Run of pre-labeling over several scenes: the executor gets blocks, results come back in any order."""

from __future__ import annotations

import contextlib
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

from geoengine.errors import JobStateError, LeaseLostError, StoreError
from geoengine.model import Job, JobState, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.jobs.leases import worker_name
from geoengine.tasks.jobs.executors import TaskExecutor, stream
from geoengine.tasks.jobs.lease import lease
from geoengine.tasks.prelabel.block import BlockTask, ModelSpec, WorkerError, run_block
from geoengine.tasks.prelabel.commit import commit_proposals
from geoengine.tasks.prelabel.partners import Partners
from geoengine.tasks.prelabel.plan import ScenePlan, plan_scene
from geoengine.tasks.prelabel.report import FAILURES, ScenePrelabel, message, sentence
from geoengine.tasks.prelabel.scene_run import (
    Block,
    SceneRun,
    count_outcome,
    raise_machine_trouble,
    resolve_folder,
)
from geoengine.tasks.prelabel.settings import PrelabelSettings
from geoengine.tasks.scenes.open_scene import open_scene
from geoengine.tasks.scenes.originals import check_unchanged

logger = logging.getLogger(__name__)

_MOST_WAITING = 200
"""Complete scenes that wait for an earlier one, each with a lease; with more they end in the order they come."""

Progress = Callable[[Scene, float], None]
"""Called with the scene and the share of it that is done, 0..1."""


@dataclass
class PrelabelRun:
    """Pre-labeling of several scenes as one stream of blocks; holds what the scenes share.

    Attributes:
        project, store: The project and its open store.
        model: The model that the workers load.
        partners: The classes that are proposed.
        settings, executor, progress, finished, job: As in `prelabel`.
        open: Scenes that have begun and are not complete.
    """

    project: Project
    store: Store
    model: ModelSpec
    partners: Partners
    settings: PrelabelSettings
    executor: TaskExecutor
    progress: Progress | None
    finished: Callable[[ScenePrelabel], None] | None
    job: Job | None = None
    open: list[SceneRun] = field(default_factory=list)

    def run(self, scenes: Sequence[Scene], stop: Callable[[], bool] | None) -> list[ScenePrelabel]:
        """Pre-label the scenes; see `prelabel`."""
        reports = [ScenePrelabel(scene.key, state="cancelled") for scene in scenes]
        try:
            for block, future in stream(self.executor, self._submit, self._blocks(scenes, reports), stop):
                if future.cancelled():
                    raise WorkerError("the cluster's scheduler went away; the same command again goes on")
                self._record(block, future)
                if block.run.left and block.run.cancelled and not block.run.out:
                    self._close(block.run)
                self._end_complete()
            for run in [*self.open]:
                if run.left:
                    self._close(run)
                else:
                    self._end(run)
        except WorkerError as error:
            for run in [*self.open]:
                if run.left:
                    self._set_state(run.report, JobState.FAILED, str(error))
                else:
                    self._end(run)
            raise
        finally:
            for run in self.open:  # after an interruption, for example: the next worker runs the jobs
                run.lease.close()
        return reports

    def _blocks(self, scenes: Sequence[Scene], reports: Sequence[ScenePrelabel]) -> Iterator[Block]:
        """Yield the blocks to do; a scene begins when there is room for its first block."""
        for scene, report in zip(scenes, reports, strict=True):
            with self._failures_recorded(report):
                self._begin(scene, report)
            if report.state != "cancelled":  # it failed, or was done before
                self._report(report)
                continue
            run = self.open[-1]
            self._end_complete()
            for index in range(len(run.plan.blocks)):
                if index in run.done:
                    continue
                if self._is_cancelled(run):
                    break
                run.out += 1
                yield Block(run, index)

    def _is_cancelled(self, run: SceneRun) -> bool:
        """Return whether the job was cancelled, or is another's; close it at once where no block of it is out."""
        try:
            with self.store.reading() as view:
                job = view.job(run.plan.job.id)
            run.cancelled = job.state in (JobState.CANCELLING, JobState.CANCELLED)
            if job.worker != worker_name() and not run.cancelled:
                run.cancelled, run.report.state = True, "failed"
                run.report.errors.append(f"job {job.id} was taken over by {job.worker or 'another process'}")
        except StoreError as error:  # perhaps the next block hears of it
            logger.warning("job %d: %s", run.plan.job.id, error)
        if run.cancelled and not run.out:
            self._close(run)
        return run.cancelled

    def _close(self, run: SceneRun) -> None:
        """Close a job that is not complete; the next run continues it."""
        self.open.remove(run)
        if run.report.state != "failed":  # then it is another's
            self._set_state(run.report, JobState.CANCELLED, None)
        run.lease.close()
        self._report(run.report)

    @contextlib.contextmanager
    def _failures_recorded(self, report: ScenePrelabel) -> Iterator[None]:
        """Record an error as the scene's failure, so that the other scenes go on; the machine's end the run."""
        try:
            yield
        except Exception as error:
            raise_machine_trouble(error)
            if isinstance(error, FAILURES):
                logger.debug("prelabeling %s failed", report.scene_key, exc_info=True)
            else:  # one scene's fault of the program must not end the night's work
                logger.exception("prelabeling %s met a fault of the program", report.scene_key)
            report.state = "failed"
            report.errors.append(sentence(error))
            self._set_state(report, JobState.FAILED, message(report.errors))

    def _begin(self, scene: Scene, report: ScenePrelabel) -> None:
        card = self.model.package.card
        began = time.monotonic()
        with open_scene(self.project, scene):
            pass  # one whose raster was replaced, or a scene that cannot be opened at all gets no job
        report.left_out = self.partners.left_out(card.name)
        report.warnings += [text for text in (card.gsd_warning(scene.key, scene.grid.gsd_m),) if text]
        if scene.stretch.index or scene.stretch.colormap not in (None, "grey"):
            report.warnings.append(
                f"{scene.key} is shown in false colours, and {card.name} sees what the map shows; "
                f"expect poor proposals (geoengine stretch {scene.key} --reset)"
            )
        plan = plan_scene(
            self.project,
            self.store,
            scene,
            self.model.package,
            self.partners,
            self.settings,
            self.job,
        )
        if plan.outcome is not None:
            report.job_id = plan.job.id
            report.state, report.resumed_blocks = "done", len(plan.blocks)
            count_outcome(report, plan.outcome)
            shutil.rmtree(plan.folder, ignore_errors=True)
            return
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(lease(self.store, plan.job.id))
            except JobStateError as error:
                report.state = "busy"
                report.warnings = [f"{scene.key} is left to the process that works on it: {error}"]
                return
            report.job_id = plan.job.id
            done = self._resumed(plan)
            report.resumed_blocks = len(done)
            left = len(plan.blocks) - len(done)
            self.open.append(SceneRun(plan, report, done, left, began, stack.pop_all()))

    def _resumed(self, plan: ScenePlan) -> set[int]:
        """Return the blocks whose result is there; record those that a killed run did not."""
        names = (path.stem for path in plan.folder.glob("*.npz"))
        there = {int(name) for name in names if name.isdecimal()}
        with self.store.reading() as view:
            items = view.job_items(plan.job.id) if there else []
        late = [item.index for item in items if item.index in there and item.state != JobState.DONE]
        self.store.set_items_done(
            plan.job.id, {index: self.project.uri_for(plan.result(index)) for index in late}
        )
        return there

    def _submit(self, block: Block) -> Future[Any]:
        plan = block.run.plan
        source = self.project.raster_source(plan.scene)
        task = BlockTask(
            self.model,
            replace(source, path=resolve_folder(source.path)),
            self.project.read_policy,
            plan.scene.stretch,
            plan.blocks[block.index],
            plan.size,
            self.settings.batch,
            resolve_folder(plan.result(block.index)),
        )
        return self.executor.submit_task(run_block, task, lambda share: self._advance(block.run, share))

    def _advance(self, run: SceneRun, share: float = 0.0) -> None:
        total = len(run.plan.blocks)
        if self.progress:
            self.progress(run.plan.scene, (total - run.left + share) / total)

    def _record(self, block: Block, future: Future[Any]) -> None:
        run, index = block.run, block.index
        job_id, key = run.plan.job.id, run.plan.scene.key
        error = future.exception()
        if error is not None:
            raise_machine_trouble(error)
        if error is not None and not isinstance(error, FAILURES):
            logger.error("block %d of %s met a fault of the program", index, key, exc_info=error)
        run.left -= 1
        run.out -= 1
        try:
            if error is None:
                run.report.timing.add(future.result())
                run.done.add(index)
                result = self.project.uri_for(run.plan.result(index))
                self.store.set_item(job_id, index, JobState.DONE, result=result)
            else:
                run.report.errors.append(f"block {index} of {key}: {sentence(error)}")
                self.store.set_item(job_id, index, JobState.FAILED, error=sentence(error))
        except LeaseLostError:
            pass  # the next block, or the commit, says so
        except StoreError as lost:  # the result is a file, and is delivered all the same
            raise_machine_trouble(lost)
            run.report.errors.append(f"block {index} of {key}: {lost}")
        self._advance(run)

    def _end_complete(self) -> None:
        """End complete scenes in the order in which they began: changesets get the same numbers with any workers."""
        complete = sum(not run.left for run in self.open)
        for run in [*self.open]:
            if not run.left:
                self._end(run)
            elif complete <= _MOST_WAITING:
                return

    def _end(self, run: SceneRun) -> None:
        report, began = run.report, time.monotonic()
        self.open.remove(run)
        try:
            with self._failures_recorded(report):
                card = self.model.package.card
                check_unchanged(self.project, run.plan.scene)
                outcome = commit_proposals(self.project, self.store, run.plan, card, run.done, report.errors)
                report.state = "failed" if outcome is None else "partial" if report.errors else "done"
                if outcome is not None:
                    count_outcome(report, outcome)
                self.store.set_job_state(run.plan.job.id, JobState(report.state), message(report.errors))
        finally:
            run.lease.close()
        report.write_s = time.monotonic() - began
        report.wall_s = time.monotonic() - run.began
        if report.state == "done":
            # A partial run keeps what it has, and the next one tries only the blocks that failed.
            shutil.rmtree(run.plan.folder, ignore_errors=True)
        self._report(report)

    def _report(self, report: ScenePrelabel) -> None:
        if self.finished:
            self.finished(report)

    def _set_state(self, report: ScenePrelabel, state: JobState, message: str | None) -> None:
        """Record the final state, where the database accepts it; the report has it in any case."""
        if report.job_id is not None:
            try:
                self.store.set_job_state(report.job_id, state, message)
            except (StoreError, LeaseLostError) as error:
                logger.warning("job %d could not be recorded as %s: %s", report.job_id, state, error)
