"""Route that writes features: edits that are applied together or not at all."""

from __future__ import annotations

import logging

import shapely
from flask import Blueprint, Response

from geoengine.model import (
    Changeset,
    Confidence,
    CreateFeature,
    DeleteFeature,
    Edit,
    FeatureState,
    RestoreFeature,
    UpdateFeature,
)
from geoengine.model.geometry import FeatureGeometry
from server.http.documentation import documented
from server.http.errors import OtherProjectError
from server.http.wire import json_reply, read_body
from server.representations.feature_json import feature_object
from server.schemas.changesets import (
    ChangesetBody,
    ChangesetReply,
    CreateEdit,
    DeleteEdit,
    EditBody,
    RestoreEdit,
)
from server.schemas.features import Geometry, LineStringGeometry, MultiPolygonGeometry, PointGeometry
from server.state import current_state

log = logging.getLogger(__name__)

changesets = Blueprint("changesets", __name__, url_prefix="/api")


@changesets.post("/scenes/<int:scene_id>/changesets")
@documented(
    "features",
    response=ChangesetReply,
    body=ChangesetBody,
    problems=(403, 404, 409, 412, 507),
    description="All edits are applied or none. An edit on a feature that has changed since `base_revision` "
    "gets 409 with the current features in `conflicts`. The reply is sent once the edits are on disk; sending "
    "the same token again is safe and gets the first answer with `replayed` true. A geometry that does not meet the "
    "scene's extent, or does not fit the class of its feature, is refused with 422; every edit of a project on a "
    "read-only disk with 403.",
)
def post_changeset(scene_id: int) -> Response:
    """Commit edits."""
    state = current_state()
    body = read_body(ChangesetBody)
    with state.store.reading() as view:
        check_project(body.project, view.project_uuid(), state.project.name)
        scene = view.scene(scene_id)
    changeset = Changeset(
        token=body.token,
        scene_id=scene.id,
        author=body.author or state.author,
        edits=tuple(to_edit(edit) for edit in body.edits),
        comment=body.comment,
    )
    result = state.store.commit(changeset, scene_grid=scene.grid)
    state.write_back.mark(scene.id)
    log.info("changeset %d: %d edits of scene %s", result.id, len(body.edits), scene.key)
    return json_reply(
        {
            "changeset": result.id,
            "replayed": result.replayed,
            "features": [feature_object(feature) for feature in result.features],
        }
    )


def check_project(meant: str | None, served: str, name: str) -> None:
    """Check that edits are of the project that is served.

    Raises:
        OtherProjectError: They name another one.
    """
    if meant is not None and meant != served:
        raise OtherProjectError(
            f"this is for another project than '{name}', which is served here now: serve that one to save it"
        )


def to_edit(body: EditBody) -> Edit:
    """Return the edit of a request as the store takes it; drawn by a person, it has no score."""
    if isinstance(body, CreateEdit):
        return CreateFeature(
            uid=body.uid,
            class_key=body.class_key,
            geometry=to_geometry(body.geometry),
            state=FeatureState(body.state),
            attributes=body.attributes,
            unsure=body.unsure,
            note=body.note,
            confidence=Confidence(body.confidence),
        )
    if isinstance(body, DeleteEdit):
        return DeleteFeature(body.uid, body.base_revision)
    kind = RestoreFeature if isinstance(body, RestoreEdit) else UpdateFeature
    return kind(
        uid=body.uid,
        base_revision=body.base_revision,
        class_key=body.class_key,
        geometry=None if body.geometry is None else to_geometry(body.geometry),
        state=None if body.state is None else FeatureState(body.state),
        attributes=body.attributes,
        set_attributes=body.set_attributes,
        unsure=body.unsure,
        note=body.note,
        confidence=None if body.confidence is None else Confidence(body.confidence),
    )


def to_geometry(geometry: Geometry) -> FeatureGeometry:
    """Return the shapely geometry of a GeoJSON one; the store checks its validity."""
    if isinstance(geometry, PointGeometry):
        return shapely.Point(geometry.coordinates)
    if isinstance(geometry, LineStringGeometry):
        return shapely.LineString(geometry.coordinates)
    if isinstance(geometry, MultiPolygonGeometry):
        return shapely.MultiPolygon([(shell, holes) for shell, *holes in geometry.coordinates])
    shell, *holes = geometry.coordinates
    return shapely.Polygon(shell, holes)
