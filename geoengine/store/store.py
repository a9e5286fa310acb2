"""Project database: reads through a view, and writes in a transaction each; threads may share one `Store`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from geoengine.model import (
    Changeset,
    ChangesetResult,
    CreateFeature,
    Edit,
    Feature,
    ProposalsResult,
    UndoResult,
)
from geoengine.store.bookmarks import BookmarkStore
from geoengine.store.class_store import ClassStore
from geoengine.store.connection import Database
from geoengine.store.decision_store import DecisionStore
from geoengine.store.features import changesets, imports, proposals, repair, undo
from geoengine.store.features.imports import EditsResult
from geoengine.store.ground_store import GroundStore
from geoengine.store.jobs.job_store import JobStore
from geoengine.store.migrate import migrate
from geoengine.store.pins import PinStore
from geoengine.store.scene_store import SceneStore
from geoengine.store.view import StoreView

if TYPE_CHECKING:
    from tiling.grid.raster_grid import RasterGrid


class Store(JobStore, SceneStore, ClassStore, DecisionStore, GroundStore, BookmarkStore, PinStore):
    """A project's database.

    Every write is on the disk before its method returns. Any method raises `StoreError` where the database
    cannot be read or written; nothing is half done then.
    """

    def __init__(self, database: Database) -> None:
        """Take an open database of the current schema; `open` is the usual way."""
        self._database = database
        self._held = {}

    @classmethod
    def open(cls, path: Path, *, create: bool = False, busy_timeout_s: float = 30.0) -> Store:
        """Open the database at `path` and run the migrations it lacks.

        Args:
            path: The file; on a local disk.
            create: Whether to create it where it is missing.
            busy_timeout_s: Seconds that a write waits for another process's write.

        Raises:
            StoreError: It is missing, no GeoEngine database, damaged, or of a newer GeoEngine.
        """
        database = Database(path, create=create, busy_timeout_s=busy_timeout_s)
        try:
            migrate(database, create=create)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Close every connection; the store is of no use afterwards."""
        self._database.close()

    def __enter__(self) -> Store:
        """Return the store, which is open already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    def changes(self) -> int:
        """Return a number that differs after any commit by any process; it costs some microseconds."""
        return self._database.changes()

    def lock_wait(self) -> float:
        """Return for how many seconds a write has been waiting for another process's lock; 0 where none is."""
        return self._database.lock_wait()

    def is_readable(self, timeout_s: float) -> bool:
        """Return whether the database can be read within `timeout_s`; False where another process locks it whole.

        Raises:
            StoreError: It cannot be read at all.
        """
        return self._database.is_readable(timeout_s)

    @property
    def is_read_only(self) -> bool:
        """Return True if the project is on a disk that cannot be written: reads work, writes raise `ReadOnlyError`."""
        return self._database.is_read_only

    def check_writable(self) -> None:
        """Refuse work of which the end could not be recorded.

        Raises:
            ReadOnlyError: The project is on a disk that cannot be written.
        """
        self._database.check_writable()

    @contextmanager
    def reading(self) -> Iterator[StoreView]:
        """Open a view: everything that is read through it is of one moment.

        Example:
            >>> with project.store() as store, store.reading() as view:  # doctest: +SKIP
            ...     scene = view.scene_by_key("banepa")
            ...     page = view.features(scene.id, limit=100)
        """
        with self._database.read() as connection:
            yield StoreView(connection)

    def commit(self, changeset: Changeset, *, scene_grid: RasterGrid | None = None) -> ChangesetResult:
        """Apply a changeset, whole or not at all.

        An edit fits where its `base_revision` is the feature's current revision; update and delete want a
        live feature, restore a deleted one, create a uid never used. A decision that somebody else has made already of
        the same object fits too, and makes no revision; so does a deletion of what is deleted. The same token again
        (with the same edits; author and comment may differ) changes nothing and returns the first result, with what
        made no revision as it is now.

        Args:
            changeset: The edits.
            scene_grid: The grid of the scene, whose extent each geometry that an edit brings has to meet; None takes
                any. Whatever comes from outside is committed with it.

        Raises:
            ConflictError: An edit does not fit; it names the feature as it is now.
            NotFoundError: There is no such scene, or no such feature in the scene.
            UnknownClassError: An edit names a class the project lacks.
            InvalidGeometryError: A geometry is not valid, finite and non-empty, is off the scene, or does not fit
                its class.
            TokenReuseError: The token came before with other edits.
        """
        prepared = changesets.prepare(changeset, scene_grid)
        with self._database.write() as connection:
            return changesets.commit(connection, prepared)

    def take_out(self, uid: str, author: str) -> None:
        """Mark a feature whose row is damaged as deleted, with a new revision that can be read."""
        with self._database.write() as connection:
            repair.take_out(connection, uid, author)

    def restore_damaged(self, feature: Feature, author: str, comment: str) -> None:
        """Write a feature over its damaged row, as a new revision."""
        with self._database.write() as connection:
            repair.restore(connection, feature, author, comment)

    def apply_edits(
        self,
        scene_id: int,
        parts: Iterable[Sequence[Edit]],
        *,
        token: str,
        author: str,
        comment: str | None = None,
    ) -> EditsResult:
        """Write many edits of a scene as one changeset; those that do not fit are left out and returned.

        Args:
            scene_id: The scene.
            parts: Some thousand edits at a time, each uid once, with valid geometries on the scene. They are taken
                within the write transaction; an exception in there undoes all.
            token: A new one; it cannot be sent again.
            author: Who asks.
            comment: Why, or None.

        Raises:
            NotFoundError: There is no such scene, or no feature of a uid.
            UnknownClassError: An edit names a class that the project lacks.
        """
        with self._database.write() as connection:
            return imports.apply_edits(
                connection, scene_id=scene_id, parts=parts, token=token, author=author, comment=comment
            )

    def replace_proposals(
        self,
        scene_id: int,
        class_keys: Collection[str],
        creates: Iterable[CreateFeature],
        *,
        token: str,
        author: str,
        comment: str | None = None,
        time: str | None = None,
        job_id: int | None = None,
    ) -> ProposalsResult:
        """Replace the proposals of a model on a scene, in one changeset.

        The model's proposals of `class_keys` that no person has touched are deleted (softly), whatever its version;
        those of other models, and those imported from a file that names no model, stay beside the new ones. A new one
        is left out where its IoU is 0.5 or more with any outline that an object had which a person has decided about:
        a live feature drawn, accepted, rejected or changed, and a model's proposal that a person deleted, if it
        is or ever was of the class. A machine never overwrites a person.

        Args:
            scene_id: The scene.
            class_keys: The classes that the model looked for; every create has one of them.
            creates: Proposals (state proposed, origin model); taken a few thousand at a time within the write
                transaction, so that a dense scene's are never in memory together. An exception from them undoes all.
            token: Names the run; the same token again does nothing, whatever the creates are.
            author: Reference of the model, e.g. ``overhead 1.0``; every create's `model` has the same name.
            comment: A comment on the changeset, or None.
            time: UTC ISO 8601 that the changeset carries, such as the time of the run's job, so that a run that was
                killed and started again gives the same labels to the last byte; None for now.
            job_id: The job of the run, or None.

        Raises:
            NotFoundError: There is no such scene.
            JobStateError: A newer job of the scene and model has made proposals, or the job's lease is lost (see
                `holding`).
            UnknownClassError: The project lacks one of the classes.
            InvalidGeometryError: A geometry is not valid, finite and non-empty, or its class is of lines or points.
            TokenReuseError: The token came before with another scene or other classes.
            ConflictError: A uid is taken.
            InvalidValueError: A create is no proposal of a model, or of a class not in `class_keys`.
        """
        prepared = proposals.prepare(
            scene_id,
            class_keys,
            creates,
            token=token,
            author=author,
            comment=comment,
            time=time,
            job_id=job_id,
        )
        with self._writing_job(job_id) as connection:
            return proposals.replace_proposals(connection, prepared)

    def undo_proposals(self, scene_id: int, model: str, *, author: str) -> UndoResult:
        """Take back a model's last run over a scene, in one changeset.

        Its undecided proposals are deleted (softly); those that it had replaced come back, unless
        people have decided about the object since. The next call takes back the run before.

        Args:
            scene_id: The scene.
            model: Name of the model, of any version.
            author: Who takes it back.

        Raises:
            NotFoundError: There is no such scene, or no run that can be taken back.
        """
        with self._database.write() as connection:
            return undo.undo_proposals(connection, scene_id, model, author)
