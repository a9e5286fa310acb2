"""Uploads in pieces: what is answered is there, and nothing is overwritten."""

from __future__ import annotations

import os
import shutil
import time
from collections import namedtuple
from pathlib import Path

import pytest

from geoengine.errors import InvalidValueError, NotFoundError, TokenReuseError
from geoengine.project import Project
from server.http.errors import NoRoomError, OffsetError, UploadIncompleteError
from server.imagery import uploads as module
from server.imagery.uploads import KEPT_S, RESERVE_BYTES, Uploads

TOKEN, OTHER = "token-0001", "token-0002"
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def uploads(project: Project) -> Uploads:
    return Uploads(project)


def upload(uploads: Uploads, token: str, **files: bytes) -> Path:
    """Upload whole files, whose names have `_` for `.`."""
    names = {name.replace("_", "."): data for name, data in files.items()}
    uploads.begin(token, [(name, len(data)) for name, data in names.items()])
    for number, data in enumerate(names.values()):
        uploads.append(token, number, 0, data)
    return uploads.place(token)


def test_pieces_come_one_after_the_other_also_to_another_server(uploads: Uploads, project: Project) -> None:
    begun = uploads.begin(TOKEN, [("a.tif", 10), ("a.tfw", 3)])
    assert [(file.name, file.size, file.offset) for file in begun.files] == [
        ("a.tif", 10, 0),
        ("a.tfw", 3, 0),
    ]
    assert uploads.append(TOKEN, 0, 0, b"01234") == 5
    again = Uploads(project)
    assert again.begin(TOKEN, [("a.tif", 10), ("a.tfw", 3)]).left == 8
    assert again.append(TOKEN, 0, 5, b"56789") == 10
    with pytest.raises(UploadIncompleteError, match=r"a\.tfw has 0 of 3 bytes"):
        again.place(TOKEN)
    again.append(TOKEN, 1, 0, b"abc")
    folder = again.place(TOKEN)
    assert folder == project.directory / "imagery/a"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "a.tif": b"0123456789",
        "a.tfw": b"abc",
    }
    assert again.place(TOKEN) == folder  # the answer may have been lost
    again.remove(TOKEN)
    with pytest.raises(NotFoundError, match="it was finished or removed"):
        again.get(TOKEN)
    assert folder.is_dir()


def test_a_piece_that_is_not_the_next_one_is_told_the_right_place(uploads: Uploads) -> None:
    uploads.begin(TOKEN, [("a.tif", 10)])
    uploads.append(TOKEN, 0, 0, b"0123")
    for wrong in (0, 3, 5):
        with pytest.raises(OffsetError, match="expected 4") as caught:
            uploads.append(TOKEN, 0, wrong, b"x")
        assert caught.value.offset == 4
    with pytest.raises(InvalidValueError, match="would have 11 bytes, expected 10"):
        uploads.append(TOKEN, 0, 4, b"4567890")
    with pytest.raises(NotFoundError, match="no file 1"):
        uploads.append(TOKEN, 1, 0, b"")
    assert uploads.get(TOKEN).files[0].offset == 4


def test_half_a_piece_is_as_good_as_a_short_one(uploads: Uploads, project: Project) -> None:
    """A server was killed while it wrote."""
    uploads.begin(TOKEN, [("a.tif", 10)])
    uploads.append(TOKEN, 0, 0, b"0123")
    with (project.directory / "imagery/.uploads" / TOKEN / "0.part").open("ab") as part:
        part.write(b"45")
    assert Uploads(project).get(TOKEN).files[0].offset == 6
    uploads.append(TOKEN, 0, 6, b"6789")
    assert (uploads.place(TOKEN) / "a.tif").read_bytes() == b"0123456789"


def test_a_second_one_of_the_same_name_gets_a_folder_of_its_own(uploads: Uploads) -> None:
    first, second = upload(uploads, TOKEN, a_tif=b"1"), upload(uploads, OTHER, a_tif=b"2")
    assert (first.name, second.name) == ("a", "a-2")
    assert [(folder / "a.tif").read_bytes() for folder in (first, second)] == [b"1", b"2"]


def test_the_folder_may_be_a_link_to_another_disk(uploads: Uploads, project: Project, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (project.directory / "imagery").symlink_to(tmp_path / "disk")
    folder = upload(uploads, TOKEN, a_tif=b"1")
    assert (tmp_path / "disk/a/a.tif").read_bytes() == b"1"
    assert folder.resolve() == tmp_path / "disk/a"


def test_a_move_that_was_cut_short_goes_on(
    uploads: Uploads, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads.begin(TOKEN, [("a.tif", 1), ("a.tfw", 1)])
    for number in (0, 1):
        uploads.append(TOKEN, number, 0, b"x")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            uploads.place(TOKEN)
    folder = Uploads(project).place(TOKEN)
    assert folder.name == "a"
    assert sorted(path.name for path in folder.iterdir()) == ["a.tfw", "a.tif"]


def test_one_of_other_files_needs_another_token(uploads: Uploads) -> None:
    uploads.begin(TOKEN, [("a.tif", 1)])
    with pytest.raises(TokenReuseError, match="expected a new one"):
        uploads.begin(TOKEN, [("a.tif", 2)])
    with pytest.raises(InvalidValueError, match="the same name"):
        uploads.begin(OTHER, [("a.tif", 1), ("A.TIF", 2)])
    for bad in ("../../x", "x", "", "a" * 65):
        with pytest.raises(NotFoundError):
            uploads.get(bad)


def test_the_disk_keeps_some_room(
    uploads: Uploads, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = RESERVE_BYTES + 100
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 * RESERVE_BYTES, 0, free))
    with pytest.raises(NoRoomError, match=r"room for 0\.0 MB more \(1\.0 GB stay free\)"):
        uploads.begin(TOKEN, [("a.tif", 101)])
    assert not list((project.directory / "imagery/.uploads").glob("[!.]*"))
    uploads.begin(TOKEN, [("a.tif", 60)])
    assert uploads.room() == 40
    with pytest.raises(NoRoomError):  # what is promised to the first is not there for a second
        uploads.begin(OTHER, [("b.tif", 60)])
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 * RESERVE_BYTES, 0, RESERVE_BYTES))
    with pytest.raises(NoRoomError):  # others have filled it meanwhile
        uploads.append(TOKEN, 0, 0, b"x")
    assert uploads.get(TOKEN).files[0].offset == 0


def test_what_nobody_goes_on_with_is_removed_after_seven_days(uploads: Uploads, project: Project) -> None:
    uploads.begin(TOKEN, [("a.tif", 10)])
    uploads.begin(OTHER, [("b.tif", 10)])
    old = time.time() - KEPT_S - 60
    folder = project.directory / "imagery/.uploads" / TOKEN
    for path in (*folder.iterdir(), folder):
        os.utime(path, (old, old))
    assert uploads.sweep() == 1
    assert uploads.get(OTHER).left == 10
    with pytest.raises(NotFoundError, match="no piece for seven days"):
        uploads.get(TOKEN)


def test_too_many_unfinished_ones_are_refused(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_UPLOADS", 1)
    uploads.begin(TOKEN, [("a.tif", 1)])
    with pytest.raises(InvalidValueError, match="1 uploads are unfinished"):
        uploads.begin(OTHER, [("a.tif", 1)])
