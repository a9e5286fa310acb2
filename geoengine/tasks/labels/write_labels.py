"""Label files of scenes, written by one process at a time."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from geoengine.errors import GeoEngineError
from geoengine.exchange.geojson import WriteReport, read_foreign_member
from geoengine.locks import locked
from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.label_file import LabelFile


def label_lock(project: Project) -> AbstractContextManager[None]:
    """Return the lock that every writer of the project's label files holds."""
    return locked(project.jobs_dir / ".write-back")


def write_labels(project: Project, store: Store, scene: Scene) -> Path:
    """Write a scene's live features to ``labels/<key>.geojson``.

    The same labels give the same bytes. Writers in other threads and processes wait for each other, so that
    an older state never replaces a newer one.

    Returns:
        The file.

    Raises:
        OSError: It cannot be written (full disk); the earlier file is intact.
        NotFoundError: The scene is not in the store.
    """
    write_label_file(project, store, scene.id)
    return project.labels_path(scene.key)


def write_label_file(
    project: Project, store: Store, scene_id: int, label_file: LabelFile | None = None
) -> tuple[int, WriteReport]:
    """Write a scene's label file with `label_file`, which may know the last one.

    Returns:
        The number of the changeset the file is at, and what was written.
    """
    project.labels_dir.mkdir(parents=True, exist_ok=True)
    with label_lock(project), store.reading() as view:
        path = project.labels_path(view.scene(scene_id).key)
        return (label_file or LabelFile()).write(path, view, scene_id)


def label_file_bytes(store: Store, scene: Scene) -> bytes:
    """Return what `write_labels` would write; for a project that cannot be written.

    Raises:
        NotFoundError: The scene is not in the store.
    """
    with TemporaryDirectory() as folder, store.reading() as view:
        path = Path(folder) / "labels.geojson"
        LabelFile().write(path, view, scene.id)
        return path.read_bytes()


def written_changesets(project: Project, scenes: Iterable[Scene]) -> dict[int, int | None]:
    """Return the same as `written_changeset` for many scenes by their numbers; files that cannot be read are left out.

    At the start of a server one by one, between queries, they would slow its first answers down.
    """
    found = {}
    for scene in scenes:
        with suppress(OSError, GeoEngineError):
            found[scene.id] = written_changeset(project, scene)
    return found


def written_changeset(project: Project, scene: Scene) -> int | None:
    """Return the changeset that the scene's label file is at; None where it has to be written anew."""
    member = read_foreign_member(project.labels_path(scene.key))
    if member is None or member.get("scene") != scene.key:
        return None
    if member.get("left_out"):
        return None  # which ones they are is known only once it has been written again
    number = member.get("changeset")
    return number if isinstance(number, int) else None
