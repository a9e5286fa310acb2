"""Routes of imagery that is to be added: allowed folders, and uploads in pieces; a worker makes scenes of it."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime

from flask import Blueprint, Response, request

from geoengine.confined import confined, real_folder
from geoengine.errors import InvalidValueError, NotFoundError
from geoengine.model import Job
from geoengine.tasks.scenes.add_settings import KIND, AddSettings
from server.api.changesets import check_project
from server.api.jobs import job_replies
from server.http.documentation import documented
from server.http.errors import PieceTooLargeError
from server.http.wire import json_reply, read_body, read_query
from server.imagery.folders import FoundFile
from server.imagery.uploads import MAX_PIECE_BYTES, Upload
from server.schemas.imagery import (
    AddImageryBody,
    FinishUploadBody,
    ImageryFileReply,
    ImageryFilesReply,
    ImageryFolderReply,
    ImageryQuery,
    ImageryReply,
    NewUploadBody,
    PieceQuery,
    PieceReply,
    UploadFileReply,
    UploadReply,
)
from server.schemas.jobs import JobReply, JobSceneReply, NothingBody
from server.state import current_state

log = logging.getLogger(__name__)

imagery = Blueprint("imagery", __name__, url_prefix="/api")

BYTES = "application/octet-stream"


@imagery.get("/imagery")
@documented("imagery", response=ImageryReply)
def get_imagery() -> Response:
    """Return the places that imagery can be added from."""
    state = current_state()
    return json_reply(
        ImageryReply(
            folders=[ImageryFolderReply(name=name) for name in state.folders.by_name],
            worker=state.runs_jobs(),
            room_bytes=state.uploads.room(),
            piece_bytes=MAX_PIECE_BYTES,
        )
    )


@imagery.get("/imagery/files")
@documented("imagery", response=ImageryFilesReply, query=ImageryQuery, problems=(404,))
def get_files() -> Response:
    """List subfolders and rasters of an allowed folder."""
    query, state = read_query(ImageryQuery), current_state()
    try:
        listing = state.folders.listing(query.folder, query.path)
    except OSError as error:
        raise NotFoundError(
            f"{query.path or query.folder!r} cannot be read by the server: {error.strerror or error}"
        ) from error
    with state.store.reading() as view:
        sources = view.scene_sources()
    named: dict[str, list[str]] = {}
    for source in sources:
        named.setdefault(os.path.basename(source), []).append(source)
    files = []
    for file in listing.files:
        # The command line may have named it by way of a link.
        same = (
            one for one in named.get(file.name, ()) if os.path.realpath(one) == os.path.realpath(file.path)
        )
        files.append(_file_reply(file, sources.get(next(same, ""))))
    return json_reply(
        ImageryFilesReply(
            folders=list(listing.folders), files=files, left_out=listing.left_out, others=listing.others
        )
    )


def _file_reply(file: FoundFile, scene: tuple[int, str] | None) -> ImageryFileReply:
    return ImageryFileReply(
        name=file.name,
        size=file.size,
        modified_at=datetime.fromtimestamp(file.modified_s, UTC).isoformat(),
        scene=None if scene is None else JobSceneReply(id=scene[0], name=scene[1]),
    )


@imagery.post("/imagery")
@documented("imagery", response=JobReply, body=AddImageryBody, problems=(404, 507))
def post_imagery() -> Response:
    """Queue a job that adds rasters of an allowed folder."""
    state = current_state()
    state.store.check_writable()
    body = read_body(AddImageryBody)
    folder = state.folders.find(body.folder)
    below = f"{body.path}/" if body.path else ""
    for name in body.names:
        if "/" in name:
            raise InvalidValueError(
                f"{name[:200]!r} is a path, expected a name of what is in the folder", "names"
            )
        confined(folder, below + name)
    where = f"{body.folder}/{body.path}" if body.path else body.folder
    settings = AddSettings(
        folder, tuple(below + name for name in body.names), where, body.in_place, body.nodata
    )
    return _job_reply(_queue(body.token, settings))


@imagery.post("/uploads")
@documented(
    "imagery",
    response=UploadReply,
    body=NewUploadBody,
    problems=(412, 507),
    description="The pieces follow, of each file in turn; then `/finish`. An upload for which no piece comes for seven "
    "days is removed.",
)
def post_upload() -> Response:
    """Begin an upload, or go on with one."""
    state = current_state()
    state.store.check_writable()
    body = read_body(NewUploadBody)
    with state.store.reading() as view:
        check_project(body.project, view.project_uuid(), state.project.name)
    return _upload_reply(state.uploads.begin(body.token, [(file.name, file.size) for file in body.files]))


@imagery.get("/uploads/<token>")
@documented("imagery", response=UploadReply)
def get_upload(token: str) -> Response:
    """Return what is there of an upload."""
    return _upload_reply(current_state().uploads.get(token))


@imagery.put("/uploads/<token>/<int:file>")
@documented(
    "imagery",
    response=PieceReply,
    query=PieceQuery,
    body_type=BYTES,
    problems=(409, 507),
    description="Files are numbered from 0. The answer comes once the piece is on the disk. A piece that is not the "
    "next one gets 409, with the offset of the next one.",
)
def put_piece(token: str, file: int) -> Response:
    """Write the next piece of a file."""
    state = current_state()
    state.store.check_writable()
    offset = read_query(PieceQuery).offset
    if (request.content_length or 0) > MAX_PIECE_BYTES:
        raise PieceTooLargeError(
            f"The piece has {request.content_length} bytes; expected at most {MAX_PIECE_BYTES}."
        )
    piece = request.get_data(cache=False)
    return json_reply(PieceReply(offset=state.uploads.append(token, file, offset, piece)))


@imagery.post("/uploads/<token>/finish")
@documented(
    "imagery",
    response=JobReply,
    body=FinishUploadBody,
    problems=(409, 507),
    description="The files get a folder of their own in the project's `imagery`. Sending it again is safe and gets the "
    "same job.",
)
def post_finish(token: str) -> Response:
    """Queue a job that adds what was uploaded."""
    state = current_state()
    state.store.check_writable()
    body = read_body(FinishUploadBody)
    with state.store.reading() as view:
        done = view.jobs_of_request(_job_token(token))
    if done:  # the answer was lost
        state.uploads.remove(token)
        return _job_reply(done[0])
    upload = state.uploads.get(token)
    names = _to_add(upload)
    origin = f"{upload.files[0].name} (uploaded)"
    # Checked before anything is moved.
    AddSettings(state.project.directory, names, origin, nodata=body.nodata)
    folder = real_folder(state.uploads.place(token))
    settings = AddSettings(folder, names, origin, nodata=body.nodata, is_upload=True)
    job = _queue(_job_token(token), settings)
    state.uploads.remove(token)
    return _job_reply(job)


@imagery.post("/uploads/<token>/cancel")
@documented("imagery", response=UploadReply, body=NothingBody)
def post_cancel_upload(token: str) -> Response:
    """Remove an upload that is not finished, and return what was there of it."""
    state = current_state()
    state.store.check_writable()
    read_body(NothingBody)
    upload = state.uploads.get(token)
    state.uploads.remove(token)
    return _upload_reply(upload)


def _to_add(upload: Upload) -> tuple[str, ...]:
    """Return what becomes scenes: all rasters, or the VRTs where there are some, whose parts the others are."""
    mosaics = tuple(file.name for file in upload.files if file.name.lower().endswith(".vrt"))
    return mosaics or ("",)


def _job_token(upload: str) -> str:
    return f"upload-{upload}"


def _queue(token: str, settings: AddSettings) -> Job:
    [job] = current_state().store.create_jobs(KIND, {token: settings.to_params()})
    log.info("job %d adds imagery from %s", job.id, settings.origin)
    return job


def _job_reply(job: Job) -> Response:
    with current_state().store.reading() as view:
        [reply] = job_replies(view, [(job, view.job_progress(job.id))])
    return json_reply(reply)


def _upload_reply(upload: Upload) -> Response:
    files = [UploadFileReply(name=file.name, size=file.size, offset=file.offset) for file in upload.files]
    return json_reply(UploadReply(token=upload.token, files=files))
