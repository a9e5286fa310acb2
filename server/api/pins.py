"""Routes of pins: questions on places of a scene."""

from __future__ import annotations

from flask import Blueprint, Response

from geoengine.model import PinEdit, PinState
from server.api.changesets import check_project
from server.http.documentation import documented
from server.http.wire import json_reply, read_body
from server.representations.pin_json import pin_reply
from server.schemas.pins import PinBody, PinReply, PinsReply
from server.state import current_state

pins = Blueprint("pins", __name__, url_prefix="/api/scenes")


@pins.get("/<int:scene_id>/pins")
@documented("pins", response=PinsReply)
def get_pins(scene_id: int) -> Response:
    """List the open and resolved pins of a scene, oldest first."""
    with current_state().store.reading() as view:
        found = view.pins(scene_id)
    return json_reply(PinsReply(pins=[pin_reply(pin) for pin in found]))


@pins.post("/<int:scene_id>/pins")
@documented(
    "pins",
    response=PinReply,
    body=PinBody,
    problems=(403, 404, 409, 412, 422, 507),
    description="What a pin says already makes no revision, and the same again is safe. A change that was made on "
    "another revision than the current one is refused with 409 and the `pin` as it is now. A removed pin is opened "
    "again by a change of its state.",
)
def post_pin(scene_id: int) -> Response:
    """Make a pin, or change, resolve, reopen or remove one."""
    state = current_state()
    with state.store.reading() as view:
        view.scene(scene_id)  # 404 comes before what is wrong with the body
        body = read_body(PinBody)
        check_project(body.project, view.project_uuid(), state.project.name)
    edit = PinEdit(
        uid=body.uid,
        scene_id=scene_id,
        x=body.x,
        y=body.y,
        text=body.text,
        state=PinState(body.state),
        author=body.author or state.author,
        base_revision=body.revision,
    )
    return json_reply(pin_reply(state.store.put_pin(edit)))
