"""Features from afar: density, scores, and what there is to filter by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response

from geoengine.model import FeatureState
from geoengine.store import Store
from server.api.features import check_classes
from server.http.documentation import documented
from server.http.replies import cached_reply
from server.http.wire import read_query
from server.schemas.overview import DensityReply, FacetsReply, ScoresReply
from server.schemas.queries import DensityQuery, ScoresQuery
from server.state import current_state

overview = Blueprint("overview", __name__, url_prefix="/api")


@overview.get("/scenes/<int:scene_id>/density")
@documented(
    "features",
    response=DensityReply,
    query=DensityQuery,
    problems=(422,),
    description="Counted by the centre of the feature's box. Cells are counted from the scene's upper left corner, so "
    "that they stay where they are when the view moves; those that meet `bbox` are counted whole.",
)
def get_density(scene_id: int) -> Response:
    """Count features in square cells."""
    query = read_query(DensityQuery)

    def count(store: Store) -> dict[str, Any]:
        origin = store.scene(scene_id).grid.transform
        cells = store.density(scene_id, query.cell, query.bbox, query.keep())
        return {
            "cell": query.cell,
            "origin": [origin.c, origin.f],
            "cells": [[each.col, each.row, *each.counts] for each in cells],
        }

    return _counted(scene_id, query.class_keys, count)


@overview.get("/scenes/<int:scene_id>/scores")
@documented(
    "features",
    response=ScoresReply,
    query=ScoresQuery,
    description="A bin has its lower edge; the last one has its upper edge too.",
)
def get_scores(scene_id: int) -> Response:
    """Return the histogram of scores by state."""
    query = read_query(ScoresQuery)

    def count(store: Store) -> dict[str, Any]:
        found = store.scores(scene_id, query.bins, query.bbox, query.keep())
        return {
            "edges": list(found.edges),
            **{each.value: list(found.counts[each]) for each in FeatureState},
            "unscored": {each.value: found.unscored[each] for each in FeatureState},
        }

    return _counted(scene_id, query.class_keys, count)


@overview.get("/scenes/<int:scene_id>/facets")
@documented(
    "features",
    response=FacetsReply,
    description="With the number of features of each; what no model proposed is in no model's number.",
)
def get_facets(scene_id: int) -> Response:
    """Count features by the values they can be filtered by."""
    return _counted(scene_id, None, lambda store: vars(store.facets(scene_id)))


def _counted(
    scene_id: int, class_keys: list[str] | None, count: Callable[[Store], dict[str, Any]]
) -> Response:
    """The reply to the current request about a scene, counted where nobody has asked it since the last edit."""
    state = current_state()
    changeset = state.store.last_changeset(scene_id)
    check_classes(state.store, class_keys)
    return cached_reply(state.replies, changeset, lambda: count(state.store))
