"""Routes of the project as a whole and the OpenAPI document."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from geoengine import __version__
from geoengine.model.limits import MAX_NOTE_CHARACTERS
from geoengine.store.classes import version_of
from server.api.classes import class_reply
from server.http.documentation import documented
from server.http.openapi import openapi_document
from server.http.wire import json_reply
from server.schemas.changesets import MAX_EDITS
from server.schemas.outline import MAX_POINTS
from server.schemas.project import LimitsReply, ProjectReply
from server.schemas.queries import MAX_FEATURES
from server.state import current_state

project = Blueprint("project", __name__, url_prefix="/api")


@project.get("/project")
@documented("project", response=ProjectReply)
def get_project() -> Response:
    """Return the project that is served."""
    state = current_state()
    with state.store.reading() as view:
        classes = view.classes()
        uuid = view.project_uuid()
    return json_reply(
        ProjectReply(
            uuid=uuid,
            name=state.project.name,
            confidence=state.project.confidence,
            marking=state.project.marking,
            read_only=state.store.is_read_only,
            author=state.author,
            version=__version__,
            classes_version=version_of(classes),
            classes=[class_reply(label_class) for label_class in classes],
            limits=LimitsReply(
                edits=MAX_EDITS,
                features=MAX_FEATURES,
                prompt_points=MAX_POINTS,
                note=MAX_NOTE_CHARACTERS,
                body_bytes=current_app.config["MAX_CONTENT_LENGTH"],
            ),
        )
    )


@project.get("/openapi.json")
@documented("server", media_types=("application/json",))
def get_openapi() -> Response:
    """Return this API as an OpenAPI 3.1 document."""
    return json_reply(openapi_document(current_app))
