"""Routes that note where an author left a scene, and tell it."""

from __future__ import annotations

from flask import Blueprint, Response

from geoengine.model import Bookmark, QueueOrder, utc_now
from server.api.changesets import check_project
from server.http.documentation import documented
from server.http.wire import json_reply, read_body, read_query
from server.schemas.bookmarks import AuthorQuery, BookmarkBody, BookmarkReply, BookmarksReply
from server.state import current_state

bookmarks = Blueprint("bookmarks", __name__, url_prefix="/api")


@bookmarks.get("/bookmarks")
@documented("bookmarks", response=BookmarksReply, query=AuthorQuery)
def get_bookmarks() -> Response:
    """List the scenes that an author was in, the last one first."""
    query = read_query(AuthorQuery)
    with current_state().store.reading() as view:
        found = view.bookmarks(query.author)
    return json_reply({"bookmarks": [{"scene_id": scene_id, "time": time} for scene_id, time in found]})


@bookmarks.get("/scenes/<int:scene_id>/bookmark")
@documented("bookmarks", response=BookmarkReply, query=AuthorQuery)
def get_bookmark(scene_id: int) -> Response:
    """Return where an author left a scene."""
    with current_state().store.reading() as view:
        view.scene(scene_id)  # 404 comes before what is wrong with the query
        found = view.bookmark(scene_id, read_query(AuthorQuery).author)
    return json_reply({"bookmark": None if found is None else _state(found)})


@bookmarks.put("/scenes/<int:scene_id>/bookmark")
@documented(
    "bookmarks",
    response=BookmarkReply,
    body=BookmarkBody,
    problems=(403, 404, 412, 422, 507),
    description="In place of what was noted of this author and scene.",
)
def put_bookmark(scene_id: int) -> Response:
    """Note where an author leaves a scene."""
    state = current_state()
    with state.store.reading() as view:
        view.scene(scene_id)  # 404 comes before what is wrong with the body
        body = read_body(BookmarkBody)
        check_project(body.project, view.project_uuid(), state.project.name)
    bookmark = Bookmark(
        scene_id=scene_id,
        author=body.author,
        time=utc_now(),
        order=QueueOrder(body.order),
        reviewing=body.reviewing,
        filter=body.filter.model_dump(),
        class_key=body.draw_class,
        view=None if body.view is None else (body.view.x, body.view.y, body.view.resolution),
        feature=body.feature,
        skipped=tuple(body.skipped),
    )
    state.store.put_bookmark(bookmark)
    return json_reply({"bookmark": _state(bookmark)})


def _state(bookmark: Bookmark) -> dict[str, object]:
    """Return a bookmark in the shape of `BookmarkState`."""
    view = bookmark.view
    return {
        "order": bookmark.order.value,
        "reviewing": bookmark.reviewing,
        "filter": dict(bookmark.filter),
        "draw_class": bookmark.class_key,
        "view": None if view is None else dict(zip(("x", "y", "resolution"), view, strict=True)),
        "feature": bookmark.feature,
        "skipped": list(bookmark.skipped),
    }
