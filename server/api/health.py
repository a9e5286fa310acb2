"""Routes of the server's health: what is wrong, in sentences and by scene and feature."""

from __future__ import annotations

import shutil

from flask import Blueprint, Response

from geoengine import __version__
from geoengine.errors import StoreError
from geoengine.model.health import FindingKind, HealthFinding
from geoengine.store import Store
from server.http.documentation import documented
from server.http.wire import json_reply
from server.schemas.health import HealthDetailsReply, HealthFindingReply, HealthReply
from server.state import ServerState, current_state

HEALTH_SECONDS = 1.5
"""How long a lock is waited for before it is called a problem."""

LEAST_FREE_BYTES = 100_000_000
"""A disk with less room is called nearly full: edits and label files need some to be written."""

health = Blueprint("health", __name__, url_prefix="/api/health")


@health.get("")
@documented(
    "server",
    response=HealthReply,
    description="`degraded`: label files on disk can't be written now, another process has locked the database, "
    "the disk is nearly full, or the raster of a scene is gone or another one. "
    "Answered within two seconds, whatever the database does.",
)
def get_health() -> Response:
    """Return the server's health."""
    problems = [finding.message for finding in findings_of(current_state())]
    return json_reply(
        HealthReply(status="degraded" if problems else "ok", version=__version__, problems=problems)
    )


@health.get("/details")
@documented(
    "server",
    response=HealthDetailsReply,
    description="As `/api/health`, with the kind of each problem and the scene and features it is about.",
)
def get_details() -> Response:
    """Return what is wrong, and with which scenes and features."""
    state = current_state()
    findings = findings_of(state)
    names = scene_names(state.store) if any(finding.scene_id is not None for finding in findings) else {}
    return json_reply(
        HealthDetailsReply(
            findings=[
                HealthFindingReply(
                    kind=finding.kind,
                    message=finding.message,
                    scene_id=finding.scene_id,
                    scene=None if finding.scene_id is None else names.get(finding.scene_id),
                    uids=list(finding.uids),
                    features=finding.features,
                )
                for finding in findings
            ]
        )
    )


def findings_of(state: ServerState) -> list[HealthFinding]:
    """Return everything that is known to be wrong; of rasters, what was seen of those that were drawn or listed."""
    database = database_findings(state.store)
    sweeping = state.tile_cache.problem
    return [
        *database,
        *state.write_back.findings(),
        *disk_findings(state),
        *([HealthFinding(FindingKind.TILE_CACHE, sweeping)] if sweeping else []),
        *([] if database else raster_findings(state)),
    ]


def database_findings(store: Store) -> list[HealthFinding]:
    """Return what is wrong with the database, within `HEALTH_SECONDS`.

    Raises:
        StoreError: It cannot be read at all.
    """
    if not store.is_readable(HEALTH_SECONDS):
        message = "The database cannot be read: another process has locked it."
        return [HealthFinding(FindingKind.DATABASE, message)]
    waiting = store.lock_wait()
    if waiting > HEALTH_SECONDS:
        message = f"Edits have been waiting for {waiting:.0f} s: another process has locked the database."
        return [HealthFinding(FindingKind.DATABASE, message)]
    return []


def disk_findings(state: ServerState) -> list[HealthFinding]:
    """Return a finding where the disk of the project is nearly full."""
    try:
        free = shutil.disk_usage(state.project.directory).free
    except OSError:
        return []
    if free >= LEAST_FREE_BYTES:
        return []
    message = f"The disk of the project is nearly full: {free / 1e6:.0f} MB are free."
    return [HealthFinding(FindingKind.DISK, message)]


def raster_findings(state: ServerState) -> list[HealthFinding]:
    """Return the scenes whose rasters were seen to be gone or changed, and still are."""
    return [
        HealthFinding(FindingKind.RASTER, f"scene {one.scene.key!r}: {one.changed}", one.scene.id)
        for one in state.catalog.changed()
        if one.changed is not None
    ]


def scene_names(store: Store) -> dict[int, str]:
    """Return the names of the scenes that can be read; none where the database cannot be."""
    if not store.is_readable(HEALTH_SECONDS):
        return {}
    try:
        with store.reading() as view:
            return {scene.id: scene.name for scene in view.scenes()}
    except StoreError:
        return {}
