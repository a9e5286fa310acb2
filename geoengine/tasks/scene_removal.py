"""Removal and renaming of scenes with their files; labels are kept in an archive."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from geoengine.exchange.geojson import write_geojson
from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.view import StoreView
from geoengine.tasks.labels.write_labels import write_labels

ARCHIVE = "archive"


def remove_scene(project: Project, store: Store, scene: Scene, *, purge: bool = False) -> Path | None:
    """Remove a scene from the project; its source is not touched.

    What it had is moved to ``archive/<key>-<time>``: its labels as GeoJSON, which `import` reads, the history of all of
    its features, what the project knew of it, and the copy of its raster that the project made.

    Args:
        project: The project.
        store: Its open store.
        scene: The scene.
        purge: Whether to delete all that instead.

    Returns:
        The folder in the archive; None where it was purged.

    Raises:
        JobStateError: It was edited meanwhile, or a worker is on it; nothing was removed.
        OSError: The archive cannot be written; nothing was removed.
    """
    folder = None
    with store.reading() as view:
        changeset = view.last_changeset(scene.id)
        if not purge:
            folder = _archive(project, view, scene)
    try:
        store.remove_scene(scene.id, changeset)
    except BaseException:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    project.labels_path(scene.key).unlink(missing_ok=True)
    for path in _made_files(project, scene):
        if folder is None:
            path.unlink(missing_ok=True)
        else:
            path.rename(folder / path.name)
    return folder


def rename_scene(project: Project, store: Store, scene: Scene, key: str, name: str) -> Scene:
    """Give a scene another key and name; its label file follows, the files of its raster keep their names.

    Raises:
        DuplicateSceneError: Another scene has the key.
        InvalidValueError: The key or the name breaks a rule.
        JobStateError: A worker is on it.
    """
    renamed = store.rename_scene(scene.id, key, name)
    write_labels(project, store, renamed)
    if key != scene.key:
        project.labels_path(scene.key).unlink(missing_ok=True)
    return renamed


def _archive(project: Project, view: StoreView, scene: Scene) -> Path:
    """Write what is known of a scene into a new folder."""
    folder = project.directory / ARCHIVE / f"{scene.key}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    folder.mkdir(parents=True)
    try:
        write_geojson(folder / "labels.geojson", [view.snapshot(scene.id)])
        facts = {name: getattr(scene, name) for name in ("key", "name", "source", "uri", "content_hash")}
        grid = {"grid": scene.grid.to_json(), "reading": dict(scene.reading)}
        said = {
            "completions": [asdict(one) for one in view.completions(scene.id)],
            "pins": [asdict(one) for one in view.pin_revisions(scene.id)],
        }
        (folder / "scene.json").write_text(json.dumps({**facts, **grid, **said}, indent=2), encoding="utf-8")
        with (folder / "history.jsonl").open("w", encoding="utf-8") as file:
            for feature in view.snapshot(scene.id, include_deleted=True).features:
                for step in view.history(feature.uid):
                    values = {**vars(step.feature), "geometry": step.feature.geometry.wkt}
                    values |= {"changeset": step.changeset_id, "comment": step.comment}
                    file.write(json.dumps(values, default=str, ensure_ascii=False) + "\n")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _made_files(project: Project, scene: Scene) -> list[Path]:
    """Return the files that the project made for a scene's raster, never the source itself."""
    path = project.resolve(scene.uri)
    if path.parent != project.scenes_dir or str(path) == scene.source:
        return []
    return sorted(project.scenes_dir.glob(f"{path.stem}.*"))
