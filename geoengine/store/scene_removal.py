"""Removal, renaming and relinking of scenes in the database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import JobStateError
from geoengine.model import Job, JobState, Scene, utc_now
from geoengine.store import tables
from geoengine.store.errors import DuplicateSceneError
from geoengine.store.jobs.leases import is_expired
from geoengine.store.jobs.rows import JobReader, state_values
from geoengine.store.scenes import SceneReader, check_scene

_scenes, _head, _changesets = tables.scenes, tables.features, tables.changesets


def remove_scene(connection: Connection, scene_id: int, changeset: int) -> None:
    """Remove a scene with its features and their history; see `Store.remove_scene`."""
    scene = SceneReader(connection).scene(scene_id)
    newest = sa.select(sa.func.max(_changesets.c.id)).where(_changesets.c.scene_id == scene_id)
    last = connection.execute(newest).scalar_one() or 0
    if last != changeset:
        raise JobStateError(
            f"scene {scene.key} has changeset {last} by now, expected {changeset}: it is being edited; "
            "nothing was removed"
        )
    for job in _jobs_of(connection, scene.key, "removed"):
        values = state_values(JobState.CANCELLED, f"scene {scene.key} was removed")
        connection.execute(sa.update(tables.jobs).where(tables.jobs.c.id == job.id).values(values))
    own = _head.c.scene_id == scene_id
    index = tables.spatial_index
    with _without_guards(connection):
        connection.execute(sa.delete(index).where(index.c.id.in_(sa.select(_head.c.id).where(own))))
        uids = sa.select(_head.c.uid).where(own)
        connection.execute(sa.delete(tables.revisions).where(tables.revisions.c.uid.in_(uids)))
        for table in (
            _head,
            tables.density,
            tables.density_grids,
            _changesets,
            tables.seen_ground,
            tables.completions,
            tables.pins,
            tables.bookmarks,
        ):
            connection.execute(sa.delete(table).where(table.c.scene_id == scene_id))
    connection.execute(sa.delete(_scenes).where(_scenes.c.id == scene_id))
    gone = {"id": scene_id, "key": scene.key, "removed_at": utc_now(), "last_changeset": last}
    connection.execute(sa.insert(tables.removed_scenes).values(gone))


def rename_scene(connection: Connection, scene_id: int, key: str, name: str) -> Scene:
    """Give a scene another key and name; see `Store.rename_scene`."""
    reader = SceneReader(connection)
    scene = reader.scene(scene_id)
    replace(scene, key=key, name=name)  # refuses a key or a name that breaks the rules
    taken = connection.execute(sa.select(_scenes.c.id).where(_scenes.c.key == key)).scalar_one_or_none()
    if taken not in (None, scene_id):
        other = reader.scene(taken)
        raise DuplicateSceneError(f"scene key {key!r} is taken by {other.source}, expected a free one", other)
    if key != scene.key:
        for job in _jobs_of(connection, scene.key, "renamed"):
            params = dict(job.params)
            if "scene" in params:
                params["scene"] = key
            if "scenes" in params:
                params["scenes"] = [key if each == scene.key else each for each in params["scenes"]]
            renamed = sa.update(tables.jobs).where(tables.jobs.c.id == job.id)
            connection.execute(renamed.values(params=json.dumps(params, sort_keys=True)))
    connection.execute(sa.update(_scenes).where(_scenes.c.id == scene_id).values(key=key, name=name))
    return reader.scene(scene_id)


def relink_scene(
    connection: Connection,
    scene_id: int,
    uri: str,
    source: str,
    content_hash: str,
    reading: Mapping[str, Any],
) -> Scene:
    """Let a scene be read from another file; see `Store.relink_scene`."""
    check_scene(connection, scene_id)
    reader = SceneReader(connection)
    same = reader.scene_by_hash(content_hash)
    if same is not None and same.id != scene_id:
        raise DuplicateSceneError(f"{source} is scene {same.key!r} already, expected a file of its own", same)
    values = {
        "uri": uri,
        "source": source,
        "content_hash": content_hash,
        "reading": json.dumps(dict(reading)),
    }
    connection.execute(sa.update(_scenes).where(_scenes.c.id == scene_id).values(values))
    return reader.scene(scene_id)


def _jobs_of(connection: Connection, key: str, what: str) -> list[Job]:
    """Return the queued jobs of a scene; refuse where a worker is on one."""
    found = []
    open_ = (JobState.QUEUED, JobState.RUNNING, JobState.CANCELLING)
    for job in JobReader(connection).jobs(states=open_):
        if job.params.get("scene") != key and key not in (job.params.get("scenes") or ()):
            continue
        if job.state != JobState.QUEUED and not is_expired(job.worker, job.heartbeat):
            raise JobStateError(
                f"job {job.id} is {job.state} on scene {key}, expected no work on a scene that is {what}; "
                f"geoengine jobs cancel {job.id} ends it"
            )
        found.append(job)
    return found


@contextmanager
def _without_guards(connection: Connection) -> Iterator[None]:
    """Lift the triggers that keep history from being deleted, within the transaction."""
    guards = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\\_delete\\_refused' ESCAPE '\\'"
    ).all()
    for name, _ in guards:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in guards:
        connection.exec_driver_sql(statement)
