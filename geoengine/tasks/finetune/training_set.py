"""Training set of a fine-tuning: samples in memory, and their configuration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import shapely

from detectors.model_package.card import ClassInfo, ModelCard
from detectors.training.config import TrainConfig
from detectors.training.samples import Sample, clip_polygons
from detectors.training.settings import Schedule, SourceConfig
from detectors.training.split import Split
from geoengine.model import LabelClass
from geoengine.project import Project
from geoengine.tasks.finetune.areas import TRAIN, TrainingArea
from geoengine.tasks.finetune.labels import SceneLabels
from geoengine.tasks.scenes.open_scene import open_scene
from tiling.arrays import Floats, Mask
from tiling.display.stretch import apply_stretch
from tiling.grid.window import PixelWindow
from tiling.raster.reading import read_resampled

SCHEDULE = Schedule(
    batch=2,
    crop_px=512,
    learning_rate=5e-4,
    warmup_steps=20,
    ema_decay=0.98,
    scale_jitter=(0.8, 1.25),
    freeze_norms=True,
)
"""Low learning rate, a short average of weights, norms as they are: few steps from weights that are already good."""

CHECKPOINTS = 8
_MIN_VISIBLE = 0.3
_BOX_FILL = 0.995  # of its bounds: a box is drawn in the scene's pixels, which the model's may cut


def class_infos(
    card: ModelCard, wanted: Sequence[str], labels: Sequence[SceneLabels], known: Sequence[LabelClass]
) -> tuple[ClassInfo, ...]:
    """Return the classes to learn: as the package has them, or, where it has not, as they were drawn.

    A new class is one of boxes where every accepted object of it is a rectangle along the pixels, else one of outlines.

    Args:
        card: Of the package that is trained on.
        wanted: Keys of the classes, in order.
        labels: Labels of all scenes; a class is its place in `wanted`.
        known: The project's classes.
    """
    there = {info.key: replace(info, calibration=None) for info in card.classes}
    colours = {one.key: one.color for one in known}
    infos = []
    for number, key in enumerate(wanted):
        if key not in there:
            shapes = np.concatenate([one.polygons[one.accepted & (one.classes == number)] for one in labels])
            boxes = bool(np.all(shapely.area(shapes) >= _BOX_FILL * shapely.area(shapely.envelope(shapes))))
            there[key] = ClassInfo(key, "box" if boxes else "polygon", colours[key])
        infos.append(there[key])
    return tuple(infos)


def training_set(
    project: Project,
    areas: Sequence[TrainingArea],
    card: ModelCard,
    infos: Sequence[ClassInfo],
    schedule: Schedule,
    tick: Callable[[], None],
) -> tuple[TrainConfig, dict[str, Split]]:
    """Read the training areas. Windows that are labelled for the same classes make up one source.

    Args:
        project: The project.
        areas: Areas to train on and areas held out.
        card: Of the package that is trained on.
        infos: The classes, from `class_infos`.
        schedule: How long and how fast.
        tick: Called before each window; what it raises ends the reading.

    Raises:
        ChangedSourceError: A scene's raster is another one than was registered.
        TilingError: A scene cannot be read there.
    """
    wanted = [info.key for info in infos]
    outlined = np.array([info.geometry == "polygon" for info in infos])
    splits: dict[str, Split] = {}
    scenes: dict[str, dict[str, None]] = {}
    for one in areas:
        keys = ", ".join(key for key, labelled in zip(wanted, one.labelled, strict=True) if labelled)
        name = f"reviewed for {keys}"
        split = splits.setdefault(name, Split([], []))
        scenes.setdefault(name, {})[one.labels.scene.key] = None
        samples = read_samples(project, one, name, outlined, tick)
        (split.train if one.part == TRAIN else split.val).extend(samples)
    sources = tuple(
        SourceConfig(
            name=name,
            format="samples",
            path=project.directory,
            classes={key: key for key in wanted},
            weight=sum(sample.size[0] * sample.size[1] for sample in split.train) / 1e6,
            origin=f"project {project.name}: {', '.join(scenes[name])}",
        )
        for name, split in splits.items()
        if split.train
    )
    config = TrainConfig(
        name=card.name,
        version="1",
        description=f"{card.name} {card.version}, fine-tuned on what was reviewed in {project.name}.",
        architecture=card.architecture,
        gsd_m=card.gsd_m,
        gsd_range_m=card.gsd_range_m,
        classes=tuple(infos),
        sources=sources,
        phases=(schedule,),
        licence=card.licence,
    )
    return config, splits


def read_samples(
    project: Project, area: TrainingArea, source: str, outlined: Mask, tick: Callable[[], None]
) -> list[Sample]:
    """Return the windows as the model sees the scene, with the accepted objects in them.

    Args:
        project: The project.
        area: The windows.
        source: What the samples are called after.
        outlined: (K,) which of the classes have outlines.
        tick: Called before each window; what it raises ends the reading.

    Raises:
        ChangedSourceError: The scene's raster is another one than was registered.
        TilingError: The scene cannot be read there.
    """
    labels, scene = area.labels, area.labels.scene
    polygons, numbers = labels.polygons[labels.accepted], labels.classes[labels.accepted] + 1
    size, stretch = (labels.grid.width, labels.grid.height), scene.stretch
    samples = []
    with open_scene(project, scene) as raster:
        for window in area.windows:
            tick()
            chip = read_resampled(raster, window, size, bands=stretch.bands)
            pixels = np.ascontiguousarray(apply_stretch(chip.image, stretch).transpose(1, 2, 0))
            bounds = (window.col, window.row, window.right, window.bottom)
            kept, index = clip_polygons(polygons, bounds, _MIN_VISIBLE)
            moved = shapely.transform(kept, _shifted(window))
            name = f"{scene.key}@{window.col},{window.row}"
            flags = np.array(area.labelled)
            chosen = numbers[index]
            samples.append(Sample(name, source, pixels, moved, chosen, flags, outlined[chosen - 1]))
    return samples


def _shifted(window: PixelWindow) -> Callable[[Floats], Floats]:
    return lambda xy: xy - (window.col, window.row)
