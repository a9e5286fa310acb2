"""Routes that read features: by box, as a review queue, and one with its history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from geoengine.model import FeatureColumns, FeatureFilter, FeatureState, QueueOrder, Revision, Scene
from geoengine.store.view import StoreView
from server.http.documentation import documented
from server.http.errors import FieldError, QueryError
from server.http.wire import json_reply, read_query
from server.representations.feature_json import collection_bytes, feature_object
from server.representations.packed import MEDIA_TYPE, packed
from server.representations.scene_json import grid_facts
from server.schemas.features import FeatureCollectionReply, FeatureDetailReply, QueueReply, UidsReply
from server.schemas.queries import FeaturesQuery, FilterQuery, QueueQuery, UidsQuery
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
    is_packed = request.accept_mimetypes.best_match((JSON, MEDIA_TYPE)) == MEDIA_TYPE
    with current_state().store.reading() as view:
        scene = view.scene(scene_id)
        query = read_query(FeaturesQuery)
        keep = kept(view, query)
        read = view.columns if is_packed else view.features
        found = read(scene_id, query.bbox, keep, query.limit)
        changeset = view.last_changeset(scene_id)
    members: dict[str, Any] = {
        "crs_note": crs_note(scene),
        "changeset": changeset,
        "total": found.total,
        "truncated": found.truncated,
    }
    if isinstance(found, FeatureColumns):
        response = Response(packed(found, members), mimetype=MEDIA_TYPE)
    else:
        response = Response(collection_bytes(found.features, members), mimetype=JSON)
    response.vary.add("Accept")
    return response


@features.get("/scenes/<int:scene_id>/uids")
@documented(
    "features",
    response=UidsReply,
    query=UidsQuery,
    description="`proposed`, `accepted` and `rejected` count all that the filter lets pass, sent or not.",
)
def get_uids(scene_id: int) -> Response:
    """List the features of an area and filter by uid."""
    with current_state().store.reading() as view:
        view.scene(scene_id)  # 404 comes before what is wrong with the query
        query = read_query(UidsQuery)
        keep = kept(view, query)
        found, counts = view.uids(scene_id, query.bbox, keep, query.limit)
        changeset = view.last_changeset(scene_id)
    states = {state.value: counts.get(state, 0) for state in FeatureState}
    return json_reply({"uids": found, **states, "changeset": changeset})


@features.get("/scenes/<int:scene_id>/queue")
@documented(
    "features",
    response=QueueReply,
    query=QueueQuery,
    description="At most 10,000 of them; `total` counts all. With `state`, features of those states in their place.",
)
def get_queue(scene_id: int) -> Response:
    """List the proposals to review, in the order asked for; the surest first where none is."""
    with current_state().store.reading() as view:
        view.scene(scene_id)  # 404 comes before what is wrong with the query
        query = read_query(QueueQuery)
        keep = kept(view, query)
        queue, total = view.queue(scene_id, keep, order=QueueOrder(query.order))
    items = [
        {
            "uid": item.uid,
            "class": item.class_key,
            "score": item.score,
            "bbox": list(item.bbox),
            "other": item.other,
            "overlap": item.overlap,
            "inside": item.inside,
        }
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
    with current_state().store.reading() as view:
        feature, history = view.feature(uid), view.history(uid)
    return json_reply(
        {
            "feature": feature_object(feature),
            "scene_id": feature.scene_id,
            "history": [revision_object(revision) for revision in history],
        }
    )


def revision_object(revision: Revision) -> dict[str, Any]:
    """Return one revision in the shape of `RevisionReply`."""
    return {
        "revision": revision.revision,
        "author": revision.author,
        "time": revision.time,
        "comment": revision.comment,
        "changeset": revision.changeset_id,
        "feature": feature_object(revision.feature),
    }


def kept(view: StoreView, query: FilterQuery) -> FeatureFilter:
    """Return the filter of a query, with the classes below those named.

    Raises:
        QueryError: The project has no class that is named, so that it would only ever find nothing.
    """
    label_classes = view.classes() if query.class_keys else []
    known = [label_class.key for label_class in label_classes]
    for key in query.class_keys or ():
        if key not in known:
            message = f"The project has no class {key!r}; it has {', '.join(known) or 'none'}."
            raise QueryError(message, [FieldError("class", message)])
    return query.keep(label_classes)


def crs_note(scene: Scene) -> str:
    """Return a sentence that names the CRS of the scene's coordinates."""
    crs = grid_facts(scene.grid).crs
    if crs is None:
        return "The scene's pixel plane: x = column, y = -row, in pixels from the upper left corner."
    return f"The scene's own CRS, {crs}, x before y; not WGS 84 as in RFC 7946 unless that is the scene's."
