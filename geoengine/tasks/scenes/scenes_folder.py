"""Folder of scenes during a registration: a lock, and removal of what a killed one left."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geoengine.locks import locked
from geoengine.model import slugify
from geoengine.project import Project
from geoengine.store import Store

log = logging.getLogger(__name__)

KEY_NOTE = ".registering"


def free_key(project: Project, store: Store, name: str) -> str:
    """Return a key that neither a scene nor a file in the folder of scenes has."""
    # Without a pattern: a folder of 2,000 scenes is listed for each of them.
    names = os.listdir(project.scenes_dir)
    with store.reading() as view:
        key, number = view.free_scene_key(name), 2
        while any(one.startswith(f"{key}.") for one in names):
            key, number = view.free_scene_key(f"{slugify(name)}-{number}"), number + 1
    return key


@contextmanager
def one_registration(scenes_dir: Path) -> Iterator[None]:
    """Hold the lock of the folder: one registration at a time, in this and in other processes."""
    with locked(scenes_dir / ".lock"):
        yield


def note_key(scenes_dir: Path, key: str) -> None:
    """Record whose files are being made, so that the next registration can remove them if this one is killed."""
    (scenes_dir / KEY_NOTE).write_text(key)


def drop_note(scenes_dir: Path) -> None:
    """Remove the note of `note_key`: the scene is registered, or its files are gone."""
    (scenes_dir / KEY_NOTE).unlink(missing_ok=True)


def sweep(scenes_dir: Path, store: Store) -> None:
    """Remove what a killed registration left; call it under the lock, where no other one is at work."""
    for name in os.listdir(scenes_dir):
        if name.startswith(".") and (".tif-" in name or ".vrt-" in name):
            log.info("removing %s, left by a registration that was killed", scenes_dir / name)
            shutil.rmtree(scenes_dir / name, ignore_errors=True)
    note = scenes_dir / KEY_NOTE
    key = note.read_text().strip() if note.is_file() else ""
    if not key or key != slugify(key):
        return
    with store.reading() as view:
        is_registered = any(scene.key == key for scene in view.scenes())
    if not is_registered:
        forget(scenes_dir, key)
    drop_note(scenes_dir)


def forget(scenes_dir: Path, key: str) -> None:
    """Remove the files of a key that no scene has."""
    for path in scenes_dir.glob(f"{key}.*"):
        path.unlink(missing_ok=True)
