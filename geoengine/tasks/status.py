"""Contents of a project: its scenes with counts of their features, and its jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from geoengine.model import Completion, Job, JobProgress, JobState, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes.originals import source_problem
from geoengine.unreadable import unreadable_counts

SHOWN_JOBS = 20
"""So many of the newest jobs are shown; `geoengine jobs list` has all of them."""

ClassCounts = dict[str, Counter[str]]
"""Live features by class, then by state."""


@dataclass(frozen=True)
class SceneStatus:
    """A scene and its features.

    Attributes:
        scene: The scene.
        counts: Its live features by class and state; classes without any are left out.
        problem: Why its raster cannot be used any more, in one sentence, or None.
        unreadable_places: Places of its file that could not be read while it was served.
        complete: Completions that hold, that of the whole scene first.
    """

    scene: Scene
    counts: ClassCounts
    problem: str | None
    unreadable_places: int
    complete: tuple[Completion, ...] = ()


@dataclass(frozen=True)
class ProjectStatus:
    """Contents of a project at one moment.

    Attributes:
        classes: Keys of the label classes, in the project's order.
        scenes: The scenes, oldest first.
        jobs: The newest jobs and their progress, newest first.
        job_counts: How many jobs there are in each state.
        damaged: Scenes whose rows in the database cannot be read, a sentence each.
    """

    classes: tuple[str, ...]
    scenes: tuple[SceneStatus, ...]
    jobs: tuple[tuple[Job, JobProgress], ...]
    job_counts: Mapping[JobState, int]
    damaged: tuple[str, ...] = ()

    @property
    def totals(self) -> Counter[str]:
        """Live features of all scenes by state."""
        totals: Counter[str] = Counter()
        for entry in self.scenes:
            for counts in entry.counts.values():
                totals.update(counts)
        return totals


def project_status(project: Project, store: Store) -> ProjectStatus:
    """Count a project's features, and check that each scene's raster is there."""
    with store.reading() as view:
        scenes, counts = view.scenes(), view.counts()
        classes, jobs = view.classes(), view.jobs_with_progress(SHOWN_JOBS)
        job_counts = view.job_counts()
        damaged, complete = view.damaged_scenes(), view.complete_parts()
    unreadable = unreadable_counts(project.cache_dir)
    by_scene: dict[int, ClassCounts] = {scene.id: {} for scene in scenes}
    for entry in counts:
        by_scene.setdefault(entry.scene_id, {}).setdefault(entry.class_key, Counter())[entry.state] = (
            entry.count
        )
    return ProjectStatus(
        tuple(label_class.key for label_class in classes),
        tuple(
            SceneStatus(
                scene,
                by_scene[scene.id],
                source_problem(project, scene),
                unreadable.get(scene.key, 0),
                complete.get(scene.id, ()),
            )
            for scene in scenes
        ),
        tuple(jobs),
        job_counts,
        tuple(str(one) for one in damaged),
    )
