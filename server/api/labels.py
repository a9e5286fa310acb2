"""Route of a scene's label file, as it is on disk."""

from __future__ import annotations

import logging
from io import BytesIO

from flask import Blueprint, Response, send_file

from geoengine.model import Scene
from geoengine.tasks.labels.write_labels import label_file_bytes, write_labels
from server.http.documentation import documented
from server.http.errors import LabelsFileError
from server.state import ServerState, current_state

log = logging.getLogger(__name__)

labels = Blueprint("labels", __name__, url_prefix="/api")

GEOJSON = "application/geo+json"


@labels.get("/scenes/<int:scene_id>/labels.geojson")
@documented(
    "features",
    media_types=(GEOJSON,),
    problems=(503,),
    description="The file the server keeps in the project's `labels` folder, brought up to date first: "
    "RFC 7946 with longitude and latitude (pixel coordinates where the scene has no CRS).",
)
def get_labels(scene_id: int) -> Response:
    """Return the scene's label file."""
    state = current_state()
    with state.store.reading() as view:
        scene = view.scene(scene_id)
    path = state.project.labels_path(scene.key)
    if state.store.is_read_only:
        made = BytesIO(label_file_bytes(state.store, scene))  # the one in its folder may be behind
        return send_file(made, mimetype=GEOJSON, as_attachment=True, download_name=path.name, max_age=0)
    if not bring_up_to_date(state, scene):
        raise LabelsFileError(
            f"The label file of scene {scene.key!r} could not be written and is older than the labels; "
            "the edits are safe in the store and the file is tried again."
        )
    return send_file(path, mimetype=GEOJSON, as_attachment=True, download_name=path.name, max_age=0)


def bring_up_to_date(state: ServerState, scene: Scene) -> bool:
    """Write the scene's label file where it is stale or missing; return whether it is current now."""
    if not state.write_back.flush(scene.id):
        return False
    if not state.project.labels_path(scene.key).is_file():
        # The file was removed since it was written, which the write-back does not watch for.
        try:
            write_labels(state.project, state.store, scene)
        except OSError:
            log.exception("label file of scene %s", scene.key)
            return False
    return True
