"""Settings and report of a fine-tuning."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import geoengine
from detectors.model_package.card import ModelCard
from geoengine.errors import GeoEngineError, UnknownClassError
from geoengine.model import Job
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.finetune.labels import SceneLabels

KIND = "finetune"
DEFAULT_STEPS = 200


class FinetuneError(GeoEngineError, ValueError):
    """There is too little to learn from, or the model and the project have no class in common."""


@dataclass(frozen=True)
class FinetuneSettings:
    """Settings of a fine-tuning: the parameters of the job.

    Attributes:
        model: Name of the package to start from.
        scenes: Keys of the scenes whose labels are learnt from.
        classes: Which classes; None for all of the model's that have labels enough.
        steps: Of learning, of two crops each.
        seed: Of the split and of every random choice.
        area: A file of polygons inside which everything is labelled, or None.
        area_layer: Its layer; None for the only one.
    """

    model: str
    scenes: tuple[str, ...]
    classes: tuple[str, ...] | None = None
    steps: int = DEFAULT_STEPS
    seed: int = 0
    area: str | None = None
    area_layer: str | None = None

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> FinetuneSettings:
        """Return the settings in a job's parameters; absent ones and None mean the default."""
        given: dict[str, Any] = {
            name: params[name] for name in cls.__dataclass_fields__ if params.get(name) is not None
        }
        given |= {name: tuple(given[name]) for name in ("scenes", "classes") if name in given}
        return cls(**given)

    def to_params(self) -> dict[str, Any]:
        """Return the settings as JSON."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    def fingerprint(
        self, card: ModelCard, labels: Sequence[SceneLabels], mixed_precision: bool = False
    ) -> str:
        """Return the sha256 of all that the outcome depends on; a checkpoint belongs to one fingerprint."""
        scenes = [
            [one.scene.content_hash, one.scene.stretch.to_json(), one.changeset, _digest(one)]
            for one in labels
        ]
        what = [self.to_params(), card.sha256, scenes, mixed_precision, geoengine.__version__]
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def _digest(labels: SceneLabels) -> str:
    """Return the digest of the area, where there is one, and of complete ground: they may have changed."""
    texts = [] if labels.area is None else [polygon.wkb_hex for polygon in labels.area]
    for ground in labels.complete:
        texts += [ground.seen.tobytes().hex(), ground.classes.tobytes().hex()]
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def job_token(store: Store, settings: FinetuneSettings, card: ModelCard) -> str:
    """Return the job's token: the same settings, model and labels are the same job.

    Raises:
        NotFoundError: There is no such scene.
        OSError: The file of the area cannot be read.
    """
    with store.reading() as view:
        scenes = [view.scene_by_key(key) for key in settings.scenes]
        complete = view.complete_parts()
        seen: list[list[Any]] = [
            [scene.content_hash, scene.stretch.to_json(), view.last_changeset(scene.id)] for scene in scenes
        ]
        for scene, values in zip(scenes, seen, strict=True):
            if scene.id in complete:
                values.append(hashlib.sha256(view.seen_ground(scene.id).tobytes()).hexdigest())
            for one in complete.get(scene.id, ()):
                values += [sorted(one.classes), *([] if one.area is None else [vars(one.area)])]
    area = None if settings.area is None else hashlib.sha256(Path(settings.area).read_bytes()).hexdigest()
    what = [KIND, settings.to_params(), card.sha256, seen, area, geoengine.__version__]
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def record_job(store: Store, settings: FinetuneSettings, card: ModelCard) -> Job:
    """Record a fine-tuning as a job, or return the one of the same settings, model and labels.

    Raises:
        NotFoundError, OSError: As `job_token`.
    """
    return store.create_job(KIND, settings.to_params(), job_token(store, settings, card))


def wanted_classes(
    settings: FinetuneSettings, card: ModelCard, counts: Mapping[str, int], known: Sequence[str]
) -> tuple[str, ...]:
    """Return the classes asked for, the model's first; by default all of the model's that have a label.

    Args:
        settings: What is asked for.
        card: Of the model.
        counts: Accepted objects by class.
        known: Keys of the project's classes, which the model need not find.

    Raises:
        UnknownClassError: Neither the model nor the project knows a class that was asked for.
        FinetuneError: Nothing of the model's classes is accepted.
    """
    for key in settings.classes or ():
        if key not in card.class_keys and key not in known:
            raise UnknownClassError(
                f"class is {key!r}, expected one that {card.name} finds ({', '.join(card.class_keys)}) or a new one of "
                f"the project's ({', '.join(sorted(set(known) - set(card.class_keys))) or 'there is none'})",
                key,
            )
    wanted = settings.classes or [key for key in card.class_keys if counts.get(key)]
    if not wanted:
        raise FinetuneError(
            f"no {' or '.join(card.class_keys)} has been accepted in {', '.join(settings.scenes) or 'any scene'}, "
            "expected reviewed objects of a class that the model finds"
        )
    new = [key for key in dict.fromkeys(wanted) if key not in card.class_keys]
    return (*(key for key in card.class_keys if key in wanted), *new)


@dataclass(frozen=True)
class ClassChange:
    """Figures of one class before and after, on the same held-out labels, each at its best score.

    Attributes:
        class_key: The class.
        iou: The overlap from which an object counts as found.
        learnt, held_out: How many labels there were.
        before, after: `precision`, `recall` and `f1` of the package that was trained on, and of what it became.
    """

    class_key: str
    iou: float
    learnt: int
    held_out: int
    before: Mapping[str, float]
    after: Mapping[str, float]


@dataclass(frozen=True)
class FinetuneReport:
    """Report of a fine-tuning.

    Attributes:
        parent: The package that was trained on: name, version and the start of its hash.
        model: Name of the package that was published; None where it was not better.
        changes: By class.
        forgotten: Classes of the parent that the new model does not find any more.
    """

    parent: str
    model: str | None
    changes: tuple[ClassChange, ...]
    forgotten: tuple[str, ...] = ()

    @property
    def f1(self) -> tuple[float, float]:
        """Mean F1 over the classes, before and after."""
        return mean_f1([c.before for c in self.changes]), mean_f1([c.after for c in self.changes])

    @property
    def sentence(self) -> str:
        """The outcome with both figures."""
        before, after = self.f1
        labels = sum(change.held_out for change in self.changes)
        figures = f"F1 {after:.3f} after and {before:.3f} before, on the same {labels:,} held-out labels"
        if self.model is None:
            return f"not better than {self.parent}, so nothing was published: {figures}"
        lost = f"; it does not find {', '.join(self.forgotten)}, as its parent does" if self.forgotten else ""
        return f"{self.model} is better than {self.parent}: {figures}{lost}"

    def to_json(self) -> str:
        """Return the report as indented JSON text."""
        before, after = self.f1
        return json.dumps({**asdict(self), "f1_before": before, "f1_after": after}, indent=2) + "\n"

    @classmethod
    def read(cls, path: Path) -> FinetuneReport:
        """Read what `to_json` wrote."""
        values = json.loads(path.read_text())
        changes = tuple(ClassChange(**change) for change in values["changes"])
        return cls(values["parent"], values["model"], changes, tuple(values.get("forgotten", ())))


def report_path(project: Project, job: Job) -> Path:
    """Return the file that a fine-tuning which is done has left its report in."""
    return project.jobs_dir / f"{KIND}-{job.id}" / "report.json"


def read_report(project: Project, store: Store, job: Job) -> FinetuneReport:
    """Read the report of a job that is done."""
    with store.reading() as view:
        *_, last = view.job_items(job.id)
    return FinetuneReport.read(project.resolve(last.result or ""))


def mean_f1(figures: Sequence[Mapping[str, float]]) -> float:
    """Return the mean F1 to three digits, as the figures themselves are."""
    return round(sum(one["f1"] for one in figures) / len(figures), 3)
