"""Survey of reviewed labels: what a fine-tuning could learn from, and whether that is enough; free of torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.model_package.card import ModelCard, ModelPackage
from geoengine.model import FeatureState, JobState, LabelClass, Scene
from geoengine.store import Store
from geoengine.tasks.finetune.areas import HELD_OUT, TRAIN, TrainingArea, count_labels, split_areas
from geoengine.tasks.finetune.labels import SceneLabels, read_labels
from geoengine.tasks.finetune.plan import KIND, FinetuneError, FinetuneSettings, wanted_classes
from geoengine.tasks.finetune.resolution import for_new_classes

NEEDED = (20, 10)
"""Labels of each class to learn from and to measure on; fewer say nothing."""

_JOBS_SEEN = 200  # the newest that are done, among which the last one of the model is looked for


@dataclass(frozen=True)
class ClassLabels:
    """Numbers of labels of one class.

    Attributes:
        class_key: The class.
        accepted: Accepted objects, corrected and drawn ones included.
        learnt: Of them, those on ground to learn from.
        held_out: Of them, those on ground to measure on.
    """

    class_key: str
    accepted: int
    learnt: int
    held_out: int

    @property
    def problem(self) -> str | None:
        """Return why these are too few, in one sentence; None where they are enough."""
        if self.learnt >= NEEDED[TRAIN] and self.held_out >= NEEDED[HELD_OUT]:
            return None
        return (
            f"{self.class_key} has {self.accepted:,} accepted objects, of which {self.learnt:,} can be learnt from and "
            f"{self.held_out:,} held out on ground where no proposal waits, expected at least {NEEDED[TRAIN]} and "
            f"{NEEDED[HELD_OUT]}: review more"
        )


@dataclass(frozen=True)
class Survey:
    """What a fine-tuning has to learn from.

    Attributes:
        wanted: Keys of the classes to train, in the model's order.
        labels: Labels of each scene.
        areas: Areas to learn from and to measure on.
        classes: Numbers of labels of each class in `wanted`.
        accepted: Accepted objects of every class, also of those that are not wanted, but for lines and points.
        package: The package to start from, at the resolution that is learnt at.
        known: The project's classes.
    """

    wanted: tuple[str, ...]
    labels: Sequence[SceneLabels]
    areas: Sequence[TrainingArea]
    classes: tuple[ClassLabels, ...]
    accepted: Mapping[str, int]
    package: ModelPackage
    known: Sequence[LabelClass]

    def check_enough(self) -> None:
        """Check that every class has labels enough.

        Raises:
            FinetuneError: One has too few.
        """
        for one in self.classes:
            if one.problem is not None:
                raise FinetuneError(one.problem)


def survey_labels(store: Store, settings: FinetuneSettings, package: ModelPackage) -> Survey:
    """Read the labels of the scenes, and split the reviewed ground as the fine-tuning will.

    Raises:
        NotFoundError: There is no such scene.
        UnknownClassError: Neither the model nor the project knows a class that was asked for.
        FinetuneError: Nothing of the model's classes is accepted, or one that was asked for is of lines or points.
        VectorReadError: The area is no file of polygons.
    """
    accepted: Counter[str] = Counter()
    with store.reading() as view:
        scenes = [view.scene_by_key(key) for key in settings.scenes]
        for entry in (entry for scene in scenes for entry in view.counts(scene.id)):
            accepted[entry.class_key] += entry.count * (entry.state == FeatureState.ACCEPTED)
        known = view.classes()
    card = package.card
    _check_have_areas(settings, known)
    accepted = Counter({key: n for key, n in accepted.items() if key not in _without_area(known)})
    wanted = _chosen(settings, card, accepted, [one.key for one in known])
    labels = _labels(store, scenes, wanted, settings, card.gsd_m)
    package = for_new_classes(package, wanted, labels)
    if package.card.gsd_m != card.gsd_m:
        card = package.card
        labels = _labels(store, scenes, wanted, settings, card.gsd_m)
    areas = split_areas(labels, card, wanted, settings.seed, NEEDED)
    rows = zip(wanted, *count_labels(areas, len(wanted)).tolist(), strict=True)
    classes = tuple(ClassLabels(key, accepted[key], *both) for key, *both in rows)
    return Survey(wanted, labels, areas, classes, accepted, package, known)


def _without_area(known: Sequence[LabelClass]) -> set[str]:
    """Return the classes of lines and points, of which no model learns."""
    return {one.key for one in known if not one.geometry.has_area}


def _check_have_areas(settings: FinetuneSettings, known: Sequence[LabelClass]) -> None:
    odd = next(
        (one for one in known if one.key in (settings.classes or ()) and not one.geometry.has_area), None
    )
    if odd is not None:
        raise FinetuneError(
            f"class {odd.key!r} is of {odd.geometry.plural}, expected one of polygons or boxes: no model learns others"
        )


def _labels(
    store: Store, scenes: Sequence[Scene], wanted: Sequence[str], settings: FinetuneSettings, gsd_m: float
) -> list[SceneLabels]:
    area = None if settings.area is None else Path(settings.area)
    return [read_labels(store, scene, wanted, gsd_m, area, settings.area_layer) for scene in scenes]


def _chosen(
    settings: FinetuneSettings, card: ModelCard, accepted: Mapping[str, int], known: Sequence[str]
) -> tuple[str, ...]:
    """Return the classes to train: those asked for, or all of the model's with labels enough, or with any."""
    wanted = wanted_classes(settings, card, accepted, known)
    if settings.classes is not None:
        return wanted
    return tuple(key for key in wanted if accepted[key] >= sum(NEEDED)) or wanted


def expected_seconds(store: Store, settings: FinetuneSettings) -> float | None:
    """Return the seconds that it would take at the speed of the last one of the model; None before the first."""
    with store.reading() as view:
        for job in view.jobs(_JOBS_SEEN, [JobState.DONE]):
            if job.kind != KIND or job.params.get("model") != settings.model:
                continue
            then = FinetuneSettings.of(job.params)
            took_s, steps = view.job_progress(job.id).took_s, then.steps
            return None if took_s is None else took_s / steps * settings.steps
    return None
