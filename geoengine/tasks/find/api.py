"""Search of scenes for more objects like a few examples, stored as proposals.

First every scene is looked at for what there is to learn from, and its features are made where they are missing. Then
one classifier is fitted, and every scene is searched with it. A search after some decisions learns from those, and
replaces its own proposals that nobody has decided about.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import shapely

from detectors.detections import Detections, Space
from detectors.model_package.calibration import IDENTITY, Calibration
from detectors.model_package.card import ModelPackage
from detectors.similarity.classifier import Classifier
from detectors.similarity.feature_map import FeatureMap
from detectors.similarity.search import box_sizes, search
from geoengine.machine import MachineError, machine_trouble
from geoengine.model import CreateFeature, FeatureState, JobState, Origin, ProposalsResult, Scene, new_uid
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.convert import SCORE_DIGITS
from geoengine.tasks.find.examples import SceneExamples, find_examples
from geoengine.tasks.find.features import SceneFeatures
from geoengine.tasks.find.learn import SceneSamples, learn, scene_samples
from geoengine.tasks.find.resolution import Resolution, choose_resolution, factors, sides
from geoengine.tasks.find.settings import KIND, FindError, FindReport, FindSettings, SceneFind
from geoengine.tasks.jobs.lease import lease
from geoengine.tasks.labels.write_labels import write_labels
from geoengine.tasks.prelabel.report import FAILURES, sentence
from tiling.arrays import Floats, Geometries
from tiling.grid.window import PixelSize

Progress = Callable[[Scene, float], None]


def find(
    project: Project,
    store: Store,
    scenes: Sequence[Scene],
    package: ModelPackage,
    settings: FindSettings,
    *,
    progress: Progress | None = None,
    finished: Callable[[SceneFind], None] | None = None,
) -> FindReport:
    """Propose objects like the examples on scenes. A scene that fails does not stop the others.

    Args:
        project: The project.
        store: Its open store.
        scenes: The scenes to search.
        package: The model package whose backbone gives the features.
        settings: The class, the examples and limits.
        progress: Called with a scene and the share of its features that is made.
        finished: Called with what a search gave on a scene, once its proposals are stored or it failed.

    Returns:
        A report, with one entry for each scene in their order, and after them those for scenes with examples that
        could not be used.

    Raises:
        FindError: There is nothing to search by.
        NotFoundError: There is no object of a uid.
        DetectorError: The package or the device cannot be used.
        MachineError: The disk or the memory is full.
    """
    store.check_writable()
    known = find_examples(store, settings)
    run = _Run(project, store, package, settings, choose_resolution(known), progress)
    run.look(scenes, known)
    searched = {scene.id for scene in scenes}
    unused = [entry for number, entry in run.entries.items() if number not in searched and entry.error]
    report = FindReport(
        settings.model,
        run.examples,
        run.rejected,
        run.calibration != IDENTITY,
        run.resolution.gsd_m,
        [*(run.entries[scene.id] for scene in scenes), *unused],
    )
    for scene in scenes:
        with run.failures_recorded(scene):
            run.propose(scene)
        if finished:
            finished(run.entries[scene.id])
    return report


@dataclass(frozen=True)
class _Seen:
    """Scene that can be searched: the size it is seen in, and the sizes of boxes (S, 2) to look for."""

    size: PixelSize
    sizes: Floats


class _Run:
    """A search in progress."""

    def __init__(
        self,
        project: Project,
        store: Store,
        package: ModelPackage,
        settings: FindSettings,
        resolution: Resolution,
        progress: Progress | None,
    ) -> None:
        self._project, self._store, self._package, self._settings = project, store, package, settings
        self._progress = progress
        self._features = SceneFeatures(project, package, settings.device)
        self._seen: dict[int, _Seen] = {}
        self.resolution = resolution
        self.entries: dict[int, SceneFind] = {}
        self.examples = self.rejected = 0
        self._classifier: Classifier | None = None
        self.calibration: Calibration = IDENTITY

    def look(self, scenes: Sequence[Scene], known: Sequence[SceneExamples]) -> None:
        """Make the features, and learn from the scenes and from those that examples lie on."""
        by_id = {each.scene.id: each for each in known}
        wanted = {each.scene.id: each.scene for each in known} | {scene.id: scene for scene in scenes}
        self.entries = {scene.id: SceneFind(scene.key) for scene in wanted.values()}
        sizes = self._example_sizes(known)
        samples: list[SceneSamples] = []
        for scene in wanted.values():
            with self.failures_recorded(scene):
                here = by_id.get(scene.id) or _nothing_known(scene)
                samples.append(self._look_at(here, sizes, len(wanted)))
                self.examples += len(here.boxes)
                self.rejected += len(here.rejected)
        if not self.examples:
            reasons = "; ".join(entry.error for entry in self.entries.values() if entry.error)
            raise FindError(f"no scene with examples can be used: {reasons}")
        self._classifier, self.calibration = learn(samples)

    def _example_sizes(self, known: Sequence[SceneExamples]) -> Floats:
        """Return the sides of the boxes to look for, in pixels of the search."""
        found = []
        for each in known:
            try:
                size = self.resolution.size_of(each.scene)
            except FindError:
                continue  # said when the scene is looked at
            scale = factors(each.scene.grid, size) / self.resolution.per_pixel(each.scene, size)
            found.append(sides(each.boxes * scale))
        return box_sizes(np.concatenate(found))

    def _look_at(self, known: SceneExamples, sizes: Floats, number_of_scenes: int) -> SceneSamples:
        scene, began = known.scene, time.monotonic()
        size = self.resolution.size_of(scene)
        here = sizes * self.resolution.per_pixel(scene, size)
        fitting = here[np.all(here <= np.array(size), axis=1)]
        if not len(fitting):
            width, height = here.min(axis=0)
            raise FindError(
                f"{scene.key} is seen in {size.width} x {size.height} px, in which the examples are "
                f"{width:.0f} x {height:.0f} px, expected a larger scene"
            )
        features = self._features.read(scene, size)
        entry = self.entries[scene.id]
        if features is None:
            entry.made_features = True
            features = self._features.make(scene, size, lambda share: self._advance(scene, share))
        entry.features_s = time.monotonic() - began
        if not features.valid.any():
            raise FindError(f"{scene.key} has no valid pixels, expected some to search")
        self._advance(scene, 1.0)
        self._seen[scene.id] = _Seen(size, fitting)
        return scene_samples(features, known, fitting, number_of_scenes)

    def _advance(self, scene: Scene, share: float) -> None:
        if self._progress:
            self._progress(scene, share)

    def propose(self, scene: Scene) -> None:
        """Search a scene and store the proposals; nothing where it failed before."""
        if scene.id not in self._seen:
            return
        began, seen = time.monotonic(), self._seen[scene.id]
        features = self._features.read(scene, seen.size)
        if features is None:
            raise FindError(f"the features of {scene.key} are gone from the project's cache; search again")
        found = self._search(features, seen)
        entry = self.entries[scene.id]
        entry.search_s = time.monotonic() - began
        entry.outcome = self._store_proposals(scene, found, seen.size)

    def _search(self, features: FeatureMap, seen: _Seen) -> Detections:
        assert self._classifier is not None
        found = search(features, self._classifier, seen.sizes, self.calibration, self._settings.limit)
        return found.take(found.scores >= self._settings.min_score)

    def _store_proposals(self, scene: Scene, found: Detections, size: PixelSize) -> ProposalsResult:
        card, settings, token = self._package.card, self._settings, new_uid()
        reference = f"{settings.model} {card.version} ({card.sha256[:12]})"
        scale = 1 / factors(scene.grid, size)
        boxes = found.moved((scale[0], scale[1]), (0.0, 0.0), Space.SCENE).boxes
        polygons: Geometries = np.asarray(shapely.box(*boxes.T), object)
        world = scene.grid.pixel_polygons_to_world(polygons)
        creates = [
            CreateFeature(
                uid=uuid.uuid5(uuid.UUID(token), str(number)).hex,
                class_key=settings.class_key,
                geometry=polygon,
                state=FeatureState.PROPOSED,
                score=round(float(score), SCORE_DIGITS),
                origin=Origin.MODEL,
                model=reference,
            )
            for number, (polygon, score) in enumerate(zip(world, found.scores, strict=True))
        ]
        params = {
            "scene": scene.key,
            "model": settings.model,
            "classes": [settings.class_key],
            "package": card.reference,
            "like": list(settings.like),
        }
        job = self._store.create_job(KIND, params, token)
        with lease(self._store, job.id):
            outcome = self._store.replace_proposals(
                scene.id, [settings.class_key], creates, token=f"{token}-1", author=reference, job_id=job.id
            )
            self._store.set_job_state(job.id, JobState.DONE)
        write_labels(self._project, self._store, scene)
        return outcome

    @contextmanager
    def failures_recorded(self, scene: Scene) -> Iterator[None]:
        """Record an error as the scene's, so that the others go on; trouble of the machine ends the search."""
        try:
            yield
        except FAILURES as error:
            trouble = machine_trouble(error)
            if trouble is not None:
                raise MachineError(trouble) from error
            self.entries[scene.id].error = sentence(error)


def _nothing_known(scene: Scene) -> SceneExamples:
    return SceneExamples(scene, np.empty((0, 4)), np.zeros(0, np.bool_), np.empty((0, 4)))
