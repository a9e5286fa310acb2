"""The part of the store's face that reads features, near and from afar: every method is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from geoengine.model import (
    EVERYTHING,
    Bounds,
    DensityCell,
    Facets,
    Feature,
    FeatureColumns,
    FeatureCount,
    FeatureFilter,
    FeaturePage,
    Job,
    JobItem,
    JobProgress,
    JobState,
    QueueItem,
    Revision,
    ScoreHistogram,
    Snapshot,
)
from geoengine.store.connection import Database
from geoengine.store.view import StoreView


class FeatureStore:
    """The features in a project's database; `Store` is one."""

    _database: Database

    def reading(self) -> AbstractContextManager[StoreView]:
        """Open a view of one moment."""
        raise NotImplementedError

    def features(
        self,
        scene_id: int,
        bbox: Bounds | None = None,
        keep: FeatureFilter = EVERYTHING,
        limit: int | None = None,
        include_deleted: bool = False,
    ) -> FeaturePage:
        """The features of a scene, in the order they were created.

        Args:
            scene_id: The scene.
            bbox: Minx, miny, maxx, maxy in the scene's CRS: those whose own box meets it (edges count).
            keep: Only these.
            limit: At most so many; `total` still counts all.
            include_deleted: Deleted ones too, as they last were.

        Raises:
            NotFoundError: No such scene.
            InvalidValueError: The bbox or the limit is nonsense.
        """
        with self.reading() as view:
            return view.features(scene_id, bbox, keep, limit, include_deleted)

    def feature_columns(
        self, scene_id: int, bbox: Bounds | None = None, keep: FeatureFilter = EVERYTHING, limit: int = 20_000
    ) -> FeatureColumns:
        """What `features` returns, as columns: several times faster where there are many."""
        with self.reading() as view:
            return view.columns(scene_id, bbox, keep, limit)

    def iter_features(
        self, scene_id: int, keep: FeatureFilter = EVERYTHING, include_deleted: bool = False
    ) -> Iterator[Feature]:
        """The features of a scene one after the other, in bounded memory, all of one moment."""
        with self.snapshot(scene_id, keep, include_deleted) as taken:
            yield from taken.features

    @contextmanager
    def snapshot(
        self, scene_id: int, keep: FeatureFilter = EVERYTHING, include_deleted: bool = False
    ) -> Iterator[Snapshot]:
        """A scene as of one moment: the number of its last changeset and, streamed, its features.

        Raises:
            NotFoundError: No such scene.
        """
        with self.reading() as view:
            yield view.snapshot(scene_id, keep, include_deleted)

    def snapshots(
        self, scene_ids: Sequence[int], keep: FeatureFilter = EVERYTHING, include_deleted: bool = False
    ) -> Iterator[Snapshot]:
        """The snapshots of several scenes one after the other, as an exporter takes them.

        Each is good until the next one is asked for.
        """
        for scene_id in scene_ids:
            with self.snapshot(scene_id, keep, include_deleted) as taken:
                yield taken

    def feature(self, uid: str) -> Feature:
        """One feature as it is now, deleted or not. Raises `NotFoundError`."""
        with self.reading() as view:
            return view.feature(uid)

    def history(self, uid: str) -> list[Revision]:
        """Every revision of a feature, oldest first. Raises `NotFoundError`."""
        with self.reading() as view:
            return view.history(uid)

    def queue(
        self, scene_id: int, keep: FeatureFilter = EVERYTHING, limit: int = 10_000
    ) -> tuple[list[QueueItem], int]:
        """Features in review order: highest score first, then those without one; ties by uid.

        Args:
            scene_id: The scene.
            keep: Only these; proposed ones where it names no states.
            limit: At most so many.

        Returns:
            The items, and how many there would be without a limit.

        Raises:
            NotFoundError: No such scene.
        """
        with self.reading() as view:
            return view.queue(scene_id, keep, limit)

    def counts(self, scene_id: int | None = None) -> list[FeatureCount]:
        """Live features by scene, class and state (in that order), zeros left out."""
        with self.reading() as view:
            return view.counts(scene_id)

    # --- from afar ---

    def density(
        self, scene_id: int, cell: float, bbox: Bounds | None = None, keep: FeatureFilter = EVERYTHING
    ) -> list[DensityCell]:
        """How many features lie where, in square cells counted from the scene's upper left corner.

        Args:
            scene_id: The scene.
            cell: Side of a cell, in units of the scene's CRS.
            bbox: Only cells that meet it, each of them counted whole; None for all.
            keep: Count only these.

        Returns:
            The cells that have any, by row, then column.

        Raises:
            NotFoundError: No such scene.
            InvalidValueError: The bbox is nonsense, or the cells are so small that there would be too many.
        """
        with self.reading() as view:
            return view.density(scene_id, cell, bbox, keep)

    def scores(
        self, scene_id: int, bins: int, bbox: Bounds | None = None, keep: FeatureFilter = EVERYTHING
    ) -> ScoreHistogram:
        """How the scores of a scene's features are spread, by state. Raises `NotFoundError`."""
        with self.reading() as view:
            return view.scores(scene_id, bins, bbox, keep)

    def facets(self, scene_id: int) -> Facets:
        """What a scene's live features can be filtered by, each with a count. Raises `NotFoundError`."""
        with self.reading() as view:
            return view.facets(scene_id)

    def job(self, job_id: int) -> Job:
        """Return one job."""
        with self.reading() as view:
            return view.job(job_id)

    def job_items(
        self, job_id: int, states: Collection[JobState] | None = None, limit: int | None = None
    ) -> list[JobItem]:
        """Return the items of a job."""
        with self.reading() as view:
            return view.job_items(job_id, states, limit)

    def job_progress(self, job_id: int) -> JobProgress:
        """Return the progress of a job."""
        with self.reading() as view:
            return view.job_progress(job_id)

    def jobs_with_progress(
        self, limit: int | None = None, states: Collection[JobState] | None = None
    ) -> list[tuple[Job, JobProgress]]:
        """Return jobs and their progress."""
        with self.reading() as view:
            return view.jobs_with_progress(limit, states)
