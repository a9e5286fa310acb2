"""Fine-tuning: train on reviewed labels, and publish the model if it is better.

The accepted objects in reviewed areas are split by geography. The package is trained on one part and measured on the
other, before and after. It becomes a package of the project, under a new name, only if it got better.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from detectors.inference.predictor import Precision, check_device, default_precision
from detectors.model_package.card import ClassInfo, ModelCard, ModelPackage
from detectors.training.config import TrainConfig
from detectors.training.loop import CHECKPOINT, learn
from detectors.training.measure import measure, measure_package
from detectors.training.settings import Schedule
from detectors.training.split import Split
from detectors.training.start import starting_network
from geoengine.atomic import atomic_write
from geoengine.model import Job, JobState
from geoengine.store import Store
from geoengine.tasks.finetune.areas import (
    BUFFER_M,
    CELL_PX,
    HELD_OUT_SHARE,
    TRAIN,
    TrainingArea,
    count_labels,
)
from geoengine.tasks.finetune.labels import SceneLabels
from geoengine.tasks.finetune.plan import (
    KIND,
    ClassChange,
    FinetuneReport,
    FinetuneSettings,
    mean_f1,
    report_path,
)
from geoengine.tasks.finetune.publish import origin, put_into_project
from geoengine.tasks.finetune.survey import survey_labels
from geoengine.tasks.finetune.training_set import (
    CHECKPOINTS,
    SCHEDULE,
    class_infos,
    training_set,
)
from geoengine.tasks.jobs.job_context import JobContext

_BEFORE = "before.json"
_MEASURING = 0.1  # of the time, before and after each


class _StoppedError(Exception):
    """The worker is to end, or the job was called off."""


@dataclass(frozen=True)
class _Run:
    """A fine-tuning that has begun.

    Attributes:
        context, package: As in `run_finetune_job`.
        classes: The classes.
        labels, areas: Labels and the areas to learn from and measure on.
        schedule: How long and how fast.
        folder: Of checkpoints that fit these very labels and settings.
    """

    context: JobContext
    package: ModelPackage
    classes: tuple[ClassInfo, ...]
    labels: Sequence[SceneLabels]
    areas: Sequence[TrainingArea]
    schedule: Schedule
    folder: Path

    @property
    def wanted(self) -> tuple[str, ...]:
        """Keys of the classes."""
        return tuple(info.key for info in self.classes)

    def tick(self, share: float | None = None) -> None:
        """Report progress, and raise where the run is to stop."""
        if share is not None:
            self.context.progress(share)
        if self.context.stop():
            raise _StoppedError


def run_finetune_job(context: JobContext, package: ModelPackage) -> None:
    """Run a recorded fine-tuning, or resume it from its last checkpoint where the labels are the same.

    What came of it is in the job's message, and in the report that its items have for a result.

    Args:
        context: Its job's parameters are `FinetuneSettings`; `stop` is asked between steps, and once it is True the job
            becomes `cancelled` and nothing is published.
        package: The package to start from.

    Raises:
        FinetuneError: There is too little to learn from.
        UnknownClassError, NotFoundError: The model, or the project, has no such class or scene.
        DetectorError, TilingError: The model, the device or a scene cannot be used.
    """
    project, store, job = context.project, context.store, context.job
    run = _begin(context, package)
    try:
        report = _train(run)
    except _StoppedError:
        store.set_job_state(job.id, JobState.CANCELLED)
        return
    path = report_path(project, job)
    atomic_write(path, report.to_json().encode())
    with store.reading() as view:
        queued = view.job_items(job.id, [JobState.QUEUED])
    for item in queued:
        store.set_item(job.id, item.index, JobState.DONE, result=project.uri_for(path))
    store.set_job_state(job.id, JobState.DONE, report.sentence)
    (run.folder / CHECKPOINT).unlink(missing_ok=True)


def _begin(context: JobContext, package: ModelPackage) -> _Run:
    store, job = context.store, context.job
    settings, card = FinetuneSettings.of(job.params), package.card
    mixed = default_precision(check_device(context.device)) == Precision.BF16
    survey = survey_labels(store, settings, package)
    survey.check_enough()
    package, card = survey.package, survey.package.card
    steps = settings.steps
    every = max(1, -(-steps // CHECKPOINTS))
    schedule = replace(
        SCHEDULE,
        steps=steps,
        seed=settings.seed,
        mixed_precision=mixed,
        checkpoint_every=every,
        warmup_steps=min(SCHEDULE.warmup_steps, steps // 4),
    )
    fingerprint = settings.fingerprint(card, survey.labels, mixed)
    folder = context.project.jobs_dir / f"{KIND}-{job.id}" / fingerprint[:12]
    folder.mkdir(parents=True, exist_ok=True)
    _plan(store, job, settings, card, every, afresh=not (folder / CHECKPOINT).exists())
    classes = class_infos(card, survey.wanted, survey.labels, survey.known)
    return _Run(context, package, classes, survey.labels, survey.areas, schedule, folder)


def _plan(
    store: Store, job: Job, settings: FinetuneSettings, card: ModelCard, every: int, *, afresh: bool
) -> None:
    """Give the job its items: one for each checkpoint, and one for the comparison at the end."""
    with store.reading() as view:
        items = view.job_items(job.id)
    if not items:
        steps = settings.steps
        ends = [min(end, steps) for end in range(every, steps + every, every)]
        planned: list[dict[str, Any]] = [{"steps": end} for end in ends]
        params = {**settings.to_params(), "sha256": card.sha256}
        store.plan_job(job.id, params, [*planned, {"compare": True}])
    elif afresh:
        for item in items:
            if item.state != JobState.QUEUED:
                store.set_item(job.id, item.index, JobState.QUEUED)


def _train(run: _Run) -> FinetuneReport:
    run.tick(0.0)
    config, splits = training_set(
        run.context.project, run.areas, run.package.card, run.classes, run.schedule, run.tick
    )
    before = _before(run, config, splits)
    with run.context.store.reading() as view:
        checkpoints = [item for item in view.job_items(run.context.job.id) if item.state != JobState.DONE]

    def advance(step: int, steps: int, _loss: float) -> None:
        while checkpoints and checkpoints[0].params.get("steps", steps + 1) <= step:
            run.context.store.set_item(run.context.job.id, checkpoints.pop(0).index, JobState.DONE)
        run.tick(_MEASURING + (1 - 2 * _MEASURING) * step / steps)

    average, seconds = learn(
        config,
        splits,
        starting_network(config, run.package),
        run.folder,
        device=run.context.device,
        resume=True,
        progress=advance,
    )
    after = measure(
        config, average, splits, run.context.device, lambda share: run.tick(1 - _MEASURING * (1 - share))
    )
    counts = count_labels(run.areas, len(run.wanted))
    changes = tuple(
        _change(key, counts[TRAIN, number], before[key], after[key]) for number, key in enumerate(run.wanted)
    )
    model = None
    if mean_f1([change.after for change in changes]) > mean_f1([change.before for change in changes]):
        labels = {
            key: {"learnt": learnt, "held_out": apart}
            for key, learnt, apart in zip(run.wanted, *counts.tolist(), strict=True)
        }
        facts = {
            **origin(run.context.project, run.package.card, run.labels),
            "labels": labels,
            "split": {"cell_px": CELL_PX, "buffer_m": BUFFER_M, "held_out": HELD_OUT_SHARE},
            "before": before,
            "device": run.context.device,
            "seconds": round(seconds),
        }
        parent = run.package.card
        model = put_into_project(
            run.context.project, config, average, after, facts, parent, run.folder / "package"
        )
    forgotten = tuple(key for key in run.package.card.class_keys if key not in run.wanted)
    return FinetuneReport(run.package.card.reference, model, changes, forgotten)


def _before(run: _Run, config: TrainConfig, splits: dict[str, Split]) -> dict[str, Any]:
    """Return the figures of the package before; a resumed run has measured them already."""
    path = run.folder / _BEFORE
    if not path.exists():
        found = measure_package(
            config, run.package, splits, run.context.device, lambda share: run.tick(_MEASURING * share)
        )
        atomic_write(path, json.dumps(found).encode())
    return json.loads(path.read_text())  # type: ignore[no-any-return]


def _change(key: str, learnt: int, before: dict[str, Any], after: dict[str, Any]) -> ClassChange:
    first = next(name for name in after if name.startswith("iou_"))
    iou = float(first.removeprefix("iou_"))
    return ClassChange(key, iou, int(learnt), after["objects"], before[first], after[first])
