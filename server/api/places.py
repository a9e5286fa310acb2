"""Route of named places: where a name of the project's gazetteer is."""

from __future__ import annotations

import shapely
from flask import Blueprint, Response

from geoengine.store.gazetteer import find_places
from server.http.documentation import documented
from server.http.wire import json_reply, read_query
from server.schemas.places import MAX_PLACES, PlaceReply, PlacesQuery, PlacesReply
from server.state import current_state
from tiling.grid.footprint import footprint_lonlat
from tiling.grid.grid_transform import lonlat_bounds

places = Blueprint("places", __name__, url_prefix="/api/scenes")


@places.get("/<int:scene_id>/places")
@documented(
    "places",
    response=PlacesReply,
    query=PlacesQuery,
    problems=(404,),
    description="Names are those of `geoengine gazetteer load`; nothing is asked of another server.",
)
def get_places(scene_id: int) -> Response:
    """Find places by name, those in the scene first."""
    state = current_state()
    query = read_query(PlacesQuery)
    grid = state.catalog.get(str(scene_id)).scene.grid
    gazetteer = state.project.gazetteer_path
    if not gazetteer.exists():
        return json_reply(PlacesReply(gazetteer=False, places=[]))
    found = find_places(gazetteer, query.text, lonlat_bounds(grid), MAX_PLACES)
    footprint = footprint_lonlat(grid)
    replies = [
        PlaceReply(
            name=one.name,
            lon=one.lon,
            lat=one.lat,
            kind=one.kind,
            country=one.country,
            in_scene=footprint is not None and bool(shapely.intersects_xy(footprint, one.lon, one.lat)),
        )
        for one in found
    ]
    return json_reply(PlacesReply(gazetteer=True, places=replies))
