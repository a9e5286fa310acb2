"""Reading features: by box, as a review queue, and one with its history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, request

from geoengine.model import Revision, Scene
from geoengine.store import Store
from server.http.documentation import documented
from server.http.errors import FieldError, QueryError
from server.http.wire import json_reply, read_query
from server.representations.feature_json import collection_bytes, feature_object
from server.representations.packed import MEDIA_TYPE, packed
from server.representations.scene_json import grid_facts
from server.schemas.features import FeatureCollectionReply, FeatureDetailReply, QueueReply
from server.schemas.queries import FeaturesQuery, FilterQuery
from server.state import current_state

JSON = "application/json"

features = Blueprint("features", __name__, url_prefix="/api")


@features.get("/scenes/<int:scene_id>/features")
@documented(
    "features",
    response=FeatureCollectionReply,
    media_types=(JSON, MEDIA_TYPE),
    query=FeaturesQuery,
    description="Deleted features are left out. Coordinates are the stored ones, unrounded. With "
    f"`Accept: {MEDIA_TYPE}` the same as columns of numbers, in the layout of docs/features.md.",
)
def get_features(scene_id: int) -> Response:
    """Return features of a scene as GeoJSON, in the scene's CRS."""
    store = current_state().store
    scene = store.scene(scene_id)
    query = read_query(FeaturesQuery)
    check_classes(store, query.class_keys)
    # Read before the features: a changeset that slips in between is then fetched again rather than missed.
    changeset = store.last_changeset(scene_id)
    members: dict[str, Any] = {"crs_note": crs_note(scene), "changeset": changeset}
    if request.accept_mimetypes.best_match((JSON, MEDIA_TYPE)) == MEDIA_TYPE:
        columns = store.feature_columns(scene_id, query.bbox, query.keep(), query.limit)
        members |= {"total": columns.total, "truncated": columns.truncated}
        response = Response(packed(columns, members), mimetype=MEDIA_TYPE)
    else:
        page = store.features(scene_id, query.bbox, query.keep(), query.limit)
        members |= {"total": page.total, "truncated": page.truncated}
        response = Response(collection_bytes(page.features, members), mimetype=JSON)
    response.vary.add("Accept")
    return response


@features.get("/scenes/<int:scene_id>/queue")
@documented(
    "features",
    response=QueueReply,
    query=FilterQuery,
    description="At most 10,000 of them; `total` counts all. With `state`, features of those states in their place.",
)
def get_queue(scene_id: int) -> Response:
    """List the proposals to review, highest score first."""
    store = current_state().store
    scene = store.scene(scene_id)
    query = read_query(FilterQuery)
    check_classes(store, query.class_keys)
    queue, total = store.queue(scene.id, query.keep())
    items = [
        {"uid": item.uid, "class": item.class_key, "score": item.score, "bbox": list(item.bbox)}
        for item in queue
    ]
    return json_reply({"items": items, "total": total})


@features.get("/features/<uid>")
@documented(
    "features",
    response=FeatureDetailReply,
    description="Deleted features are found too; `deleted` says so.",
)
def get_feature(uid: str) -> Response:
    """Return one feature with its history."""
    store = current_state().store
    feature = store.feature(uid)
    return json_reply(
        {
            "feature": feature_object(feature),
            "scene_id": feature.scene_id,
            "history": [revision_object(revision) for revision in store.history(uid)],
        }
    )


def revision_object(revision: Revision) -> dict[str, Any]:
    """One step of a history, in the shape of `RevisionReply`."""
    return {
        "revision": revision.revision,
        "author": revision.author,
        "time": revision.time,
        "comment": revision.comment,
        "changeset": revision.changeset_id,
        "feature": feature_object(revision.feature),
    }


def check_classes(store: Store, class_keys: Iterable[str] | None) -> None:
    """Refuse a filter by a class the project doesn't have: nobody would find out why nothing comes.

    Raises:
        QueryError: Naming the class.
    """
    if class_keys is None:
        return
    known = [label_class.key for label_class in store.classes()]
    for key in class_keys:
        if key not in known:
            message = f"The project has no class {key!r}; it has {', '.join(known) or 'none'}."
            raise QueryError(message, [FieldError("class", message)])


def crs_note(scene: Scene) -> str:
    """Which CRS the scene's coordinates are in, in words."""
    crs = grid_facts(scene.grid).crs
    if crs is None:
        return "The scene's pixel plane: x = column, y = -row, in pixels from the upper left corner."
    return f"The scene's own CRS, {crs}, x before y; not WGS 84 as in RFC 7946 unless that is the scene's."
