"""Imagery over HTTP: folders listed and added, files uploaded in pieces."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geoengine.model import Job, JobState
from geoengine.project import Project
from geoengine.store.read_only import ReadOnlyError
from geoengine.tasks.worker.worker import run_next
from server.app import close_app, create_app
from server.imagery.uploads import MAX_PIECE_BYTES, Uploads
from server.state import state_of
from tests.server.conftest import write_raster

Json = dict[str, Any]
Problem = Callable[..., Json]
TOKEN = "token-0001"
BYTES = "application/octet-stream"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    (folder / "may").mkdir(parents=True)
    write_raster(folder / "may/a.tif", hole=False)
    return folder


@pytest.fixture
def app(project: Project, archive: Path) -> Iterator[Flask]:
    app = create_app(project, imagery=[archive])
    yield app
    close_app(app)


def add(client: FlaskClient, *names: str, path: str = "may", **more: Any) -> TestResponse:
    body = {"token": TOKEN, "folder": "archive", "path": path, "names": list(names), **more}
    return client.post("/api/imagery", json=body)


def begin(client: FlaskClient, **sizes: int) -> TestResponse:
    """Begin an upload of files whose names have `_` for `.`."""
    files = [{"name": name.replace("_", "."), "size": size} for name, size in sizes.items()]
    return client.post("/api/uploads", json={"token": TOKEN, "files": files})


def put(client: FlaskClient, offset: int, piece: bytes, number: int = 0, **more: Any) -> TestResponse:
    more = {"content_type": BYTES, **more}
    return client.put(f"/api/uploads/{TOKEN}/{number}?offset={offset}", data=piece, **more)


def finish(client: FlaskClient, **body: Any) -> TestResponse:
    return client.post(f"/api/uploads/{TOKEN}/finish", json=body)


def run(app: Flask) -> Job:
    state = state_of(app)
    job = run_next(state.project, state.store)
    assert job is not None
    return job


def test_a_folder_is_listed_and_added(app: Flask, client: FlaskClient, archive: Path) -> None:
    places = client.get("/api/imagery").json
    assert places["folders"] == [{"name": "archive"}]
    assert places["piece_bytes"] == MAX_PIECE_BYTES
    assert client.get("/api/imagery/files?folder=archive").json["folders"] == ["may"]
    query = "/api/imagery/files?folder=archive&path=may"
    [file] = client.get(query).json["files"]
    assert (file["name"], file["scene"]) == ("a.tif", None)
    assert file["size"] == (archive / "may/a.tif").stat().st_size
    reply = add(client, "a.tif")
    assert reply.status_code == 200
    assert reply.json["params"] == {"from": "archive/may", "names": 1}
    assert add(client, "a.tif").json["id"] == reply.json["id"]  # the answer may have been lost
    assert str(archive.parent) not in reply.text
    job = run(app)
    assert job.message == "1 scene added"
    detail = client.get(f"/api/jobs/{job.id}").json
    [scene] = detail["added"]
    assert scene["name"] == "a"
    assert str(archive.parent) not in client.get("/api/jobs").text
    assert client.get(query).json["files"][0]["scene"] == scene
    assert client.get(f"/api/scenes/{scene['id']}").status_code == 200


def test_errors_do_not_tell_where_files_are(app: Flask, client: FlaskClient, archive: Path) -> None:
    (archive / "may/broken.tif").write_text("no raster")
    add(client, "broken.tif")
    job = run(app)
    assert job.state == JobState.FAILED
    reply = client.get(f"/api/jobs/{job.id}")
    assert "may/broken.tif" in reply.json["errors"][0]["message"]
    assert str(archive.parent) not in reply.text


@pytest.mark.parametrize("path", ["..", "/etc", "may/../..", "out", "a%00b", "%2e%2e"])
def test_no_other_folder_is_listed(client: FlaskClient, archive: Path, problem: Problem, path: str) -> None:
    (archive / "out").symlink_to(archive.parent)
    problem(client.get(f"/api/imagery/files?folder=archive&path={path}"), 404, "not-found")
    problem(client.get("/api/imagery/files?folder=etc"), 404, "not-found")


@pytest.mark.parametrize("name", ["..", "out.tif", "gone.tif", "a\0.tif"])
def test_nothing_outside_is_added(client: FlaskClient, archive: Path, problem: Problem, name: str) -> None:
    (archive.parent / "secret.tif").write_text("secret")
    (archive / "may/out.tif").symlink_to(archive.parent / "secret.tif")
    problem(add(client, name), 404, "not-found")
    problem(add(client, "a.tif", path="../archive/may"), 404, "not-found")
    problem(add(client, "../a.tif"), 422, "invalid-value")
    assert client.get("/api/jobs").json["jobs"] == []


def test_bad_settings_are_refused(client: FlaskClient, problem: Problem) -> None:
    said = problem(add(client, "a.tif", nodata="white"), 422, "invalid-value")
    assert "neither a number nor a colour" in said["detail"]
    problem(add(client), 422, "invalid-body")


def test_without_a_folder_nothing_is_allowed(still_client: FlaskClient, problem: Problem) -> None:
    assert still_client.get("/api/imagery").json["folders"] == []
    said = problem(still_client.get("/api/imagery/files?folder=archive"), 404, "not-found")
    assert "geoengine serve --imagery" in said["detail"]


def test_an_upload_becomes_a_scene(app: Flask, client: FlaskClient, project: Project, archive: Path) -> None:
    data = (archive / "may/a.tif").read_bytes()
    reply = begin(client, up_tif=len(data), up_tif_aux_xml=25)
    assert [file["offset"] for file in reply.json["files"]] == [0, 0]
    assert put(client, 0, data[:1000]).json == {"offset": 1000}
    assert put(client, 1000, data[1000:]).json == {"offset": len(data)}
    assert put(client, 0, b"<PAMDataset></PAMDataset>", 1).json == {"offset": 25}
    reply = finish(client)
    assert reply.json["params"] == {"from": "up.tif (uploaded)", "names": 1}
    assert finish(client).json["id"] == reply.json["id"]
    assert run(app).message == "1 scene added; skipped: 1 side-car"
    folder = project.directory / "imagery/up"
    assert sorted(path.name for path in folder.iterdir()) == ["up.tif", "up.tif.aux.xml"]
    assert not list((project.directory / "imagery/.uploads").glob("[!.]*"))
    names = [scene["name"] for scene in client.get("/api/scenes").json["scenes"]]
    assert names == ["Town", "up"]


def test_an_upload_goes_on_after_the_server_was_killed(
    app: Flask, client: FlaskClient, project: Project, archive: Path, problem: Problem
) -> None:
    data = (archive / "may/a.tif").read_bytes()
    begin(client, up_tif=len(data))
    put(client, 0, data[:1000])
    again = create_app(project)
    try:
        after = again.test_client()
        said = problem(put(after, 0, data), 409, "upload-offset")
        assert said["offset"] == 1000
        assert after.get(f"/api/uploads/{TOKEN}").json["files"][0]["offset"] == 1000
        problem(finish(after), 409, "upload-incomplete")
        assert begin(after, up_tif=len(data)).json["files"][0]["offset"] == 1000
        assert put(after, 1000, data[1000:]).json == {"offset": len(data)}
        assert finish(after).status_code == 200
        assert run(again).message == "1 scene added"
    finally:
        close_app(again)


def test_what_is_uploaded_twice_is_kept_once(
    app: Flask, client: FlaskClient, project: Project, archive: Path
) -> None:
    data = (archive / "may/a.tif").read_bytes()
    messages = []
    for token in (TOKEN, "token-0002"):
        files = [{"name": "up.tif", "size": len(data)}]
        client.post("/api/uploads", json={"token": token, "files": files})
        client.put(f"/api/uploads/{token}/0?offset=0", data=data, content_type=BYTES)
        client.post(f"/api/uploads/{token}/finish", json={})
        messages.append(run(app).message)
    assert messages == [
        "1 scene added",
        "0 scenes added; 1 was a scene already; what was uploaded is removed again",
    ]
    assert [path.name for path in (project.directory / "imagery").glob("[!.]*")] == ["up"]
    assert len(client.get("/api/scenes").json["scenes"]) == 2


def test_an_upload_that_is_no_raster_fails_and_stays(
    app: Flask, client: FlaskClient, project: Project
) -> None:
    begin(client, a_xyz=4)
    put(client, 0, b"nope")
    finish(client)
    job = run(app)
    assert job.state == JobState.FAILED
    assert (job.message or "").startswith("0 scenes added; 1 file failed: a.xyz could not be read")
    assert (project.directory / "imagery/a/a.xyz").read_bytes() == b"nope"


def test_of_a_mosaic_the_vrt_alone_becomes_a_scene(app: Flask, client: FlaskClient, archive: Path) -> None:
    data = (archive / "may/a.tif").read_bytes()
    vrt = (
        b'<VRTDataset rasterXSize="700" rasterYSize="500"><SRS>EPSG:32645</SRS>'
        b"<GeoTransform>300000,0.5,0,3050000,0,-0.5</GeoTransform>"
        b'<VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename relativeToVRT="1">part.tif'
        b"</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    begin(client, part_tif=len(data), all_vrt=len(vrt))
    put(client, 0, data)
    put(client, 0, vrt, 1)
    finish(client, nodata="0")
    job = run(app)
    assert job.message == "1 scene added"
    assert client.get(f"/api/jobs/{job.id}").json["added"][0]["name"] == "all"


def test_pieces_come_from_our_own_page_only(client: FlaskClient, problem: Problem) -> None:
    begin(client, a_tif=10)
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None):
        problem(put(client, 0, b"x", content_type=media_type), 415, "media-type")
    problem(put(client, 0, b"{}", content_type="application/json"), 415, "media-type")
    problem(put(client, 0, b"x", headers={"Origin": "https://evil.example"}), 403, "foreign-origin")
    problem(put(client, 0, b"x", headers={"Host": "evil.example"}), 421, "foreign-host")
    said = problem(client.post("/api/uploads", data=b"{}", content_type=BYTES), 415, "media-type")
    assert said["detail"].endswith("application/json is expected.")
    assert client.get(f"/api/uploads/{TOKEN}").json["files"][0]["offset"] == 0
    assert put(client, 0, b"x", headers={"Origin": "http://localhost"}).status_code == 200


def test_what_does_not_fit_is_refused(client: FlaskClient, problem: Problem) -> None:
    problem(begin(client, a_zip=10), 422, "invalid-value")
    problem(begin(client, a_tif=-1), 422, "invalid-body")
    problem(client.post("/api/uploads", json={"token": "../../x", "files": []}), 422, "invalid-body")
    begin(client, a_tif=10)
    problem(begin(client, a_tif=11), 422, "token-reuse")
    other = {"token": "token-0009", "project": "another", "files": [{"name": "a.tif", "size": 1}]}
    problem(client.post("/api/uploads", json=other), 412, "other-project")
    problem(put(client, 0, b"x" * 11), 422, "invalid-value")
    problem(put(client, 0, b"x", 3), 404, "not-found")
    problem(put(client, -1, b"x"), 400, "bad-query")
    problem(put(client, 0, b" " * (MAX_PIECE_BYTES + 1)), 413, "piece-too-large")
    for path in ("..%2f..", "gone-0000", "x"):
        problem(client.get(f"/api/uploads/{path}"), 404, "not-found")
    removed = client.post(f"/api/uploads/{TOKEN}/cancel", json={})
    assert removed.json["files"][0]["name"] == "a.tif"
    problem(put(client, 0, b"x"), 404, "not-found")
    problem(finish(client), 404, "not-found")


def test_a_full_disk_is_told(client: FlaskClient, problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: type(usage)(10**12, 10**12 - 10**9, 10**9))
        said = problem(begin(client, a_tif=10), 507, "no-room")
        assert "free some, or upload less" in said["detail"]
    begin(client, a_tif=10)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Uploads, "append", full)
        problem(put(client, 0, b"x"), 507, "disk-full")
    assert put(client, 0, b"x").json == {"offset": 1}


def test_a_read_only_project_refuses_all_of_it(
    app: Flask, client: FlaskClient, problem: Problem, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client, a_tif=10)

    def refuse() -> None:
        raise ReadOnlyError(project.database_path)

    monkeypatch.setattr(state_of(app).store, "check_writable", refuse)
    for reply in (
        add(client, "a.tif"),
        begin(client, b_tif=10),
        put(client, 0, b"x"),
        finish(client),
        client.post(f"/api/uploads/{TOKEN}/cancel", json={}),
    ):
        problem(reply, 403, "read-only")
