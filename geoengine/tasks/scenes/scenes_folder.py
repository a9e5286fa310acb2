"""The folder of scenes while one is registered: one at a time, and nothing left behind by a process that was killed."""

from __future__ import annotations

import fcntl
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from geoengine.model import slugify
from geoengine.project import Project
from geoengine.store import Store

log = logging.getLogger(__name__)


def free_key(project: Project, store: Store, name: str) -> str:
    """A key that no scene has, and no file in the folder of scenes that somebody else has put there."""
    with store.reading() as view:
        key, number = view.free_scene_key(name), 2
        while any(project.scenes_dir.glob(f"{key}.*")):
            key, number = view.free_scene_key(f"{slugify(name)}-{number}"), number + 1
    return key


def note_key(lock: IO[str], key: str) -> None:
    """Says in the lock file whose files are being made, for whoever comes after a process that was killed."""
    lock.seek(0)
    lock.truncate()
    lock.write(key)
    lock.flush()


def sweep(scenes_dir: Path, store: Store, lock: IO[str]) -> None:
    """Removes what a killed registration left; under the lock nobody else's work can be among it."""
    for left in (*scenes_dir.glob(".*.tif-*"), *scenes_dir.glob(".*.vrt-*")):
        log.info("removing %s, left by a registration that was killed", left)
        shutil.rmtree(left, ignore_errors=True)
    lock.seek(0)
    key = lock.read().strip()
    if not key or key != slugify(key):
        return
    with store.reading() as view:
        is_registered = any(scene.key == key for scene in view.scenes())
    if not is_registered:
        forget(scenes_dir, key)


def forget(scenes_dir: Path, key: str) -> None:
    """Removes a key's files; no scene has it."""
    for path in scenes_dir.glob(f"{key}.*"):
        path.unlink(missing_ok=True)


@contextmanager
def locked(path: Path) -> Iterator[IO[str]]:
    """Holds the lock file `path`, waiting for it; the lock ends with the process, however that ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
