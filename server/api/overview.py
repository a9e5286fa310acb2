"""Routes that count features: density, histogram of scores, and values to filter by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response

from geoengine.model import FeatureFilter, FeatureState
from geoengine.store.view import StoreView
from server.api.features import kept
from server.http.documentation import documented
from server.http.replies import cached_reply
from server.http.wire import read_query
from server.schemas.overview import DensityReply, FacetsReply, ScoresReply
from server.schemas.queries import DensityQuery, FilterQuery, ScoresQuery
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

    def count(view: StoreView, keep: FeatureFilter) -> dict[str, Any]:
        origin = view.scene(scene_id).grid.transform
        cells = view.density(scene_id, query.cell, query.bbox, keep)
        return {
            "cell": query.cell,
            "origin": [origin.c, origin.f],
            "cells": [[each.col, each.row, *each.counts] for each in cells],
        }

    return _counted(scene_id, query, count)


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

    def count(view: StoreView, keep: FeatureFilter) -> dict[str, Any]:
        found = view.scores(scene_id, query.bins, query.bbox, keep)
        return {
            "edges": list(found.edges),
            **{each.value: list(found.counts[each]) for each in FeatureState},
            "unscored": {each.value: found.unscored[each] for each in FeatureState},
        }

    return _counted(scene_id, query, count)


@overview.get("/scenes/<int:scene_id>/facets")
@documented(
    "features",
    response=FacetsReply,
    description="With the number of features of each; what no model proposed is in no model's number.",
)
def get_facets(scene_id: int) -> Response:
    """Count features by the values they can be filtered by."""
    return _counted(scene_id, FilterQuery.model_validate({}), lambda view, _: vars(view.facets(scene_id)))


def _counted(
    scene_id: int, query: FilterQuery, count: Callable[[StoreView, FeatureFilter], dict[str, Any]]
) -> Response:
    """Return the reply to the current request, counted only where it was not since the scene's last changeset."""
    state = current_state()
    with state.store.reading() as view:
        changeset = view.last_changeset(scene_id)
        keep = kept(view, query)
        facts = list(keep.classes or ())
        if keep.incomplete is not None:  # goes by what classes require, too
            facts += [f"{one.key} {one.attributes}" for one in view.classes()]
        return cached_reply(state.replies, changeset, facts, lambda: count(view, keep))
