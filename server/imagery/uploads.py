"""Uploads in pieces, kept in the project until they are complete: a piece is on the disk before it is answered."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from geoengine.atomic import atomic_write, sync_directory
from geoengine.errors import InvalidValueError, NotFoundError, TokenReuseError
from geoengine.locks import locked
from geoengine.model import slugify
from geoengine.project import Project
from server.http.errors import NoRoomError, OffsetError, UploadIncompleteError
from server.imagery.names import safe_name

log = logging.getLogger(__name__)

MAX_PIECE_BYTES = 8 * 1024 * 1024
MAX_FILES = 500
"""Of one upload: a raster with its side-cars, or a VRT with its parts."""
MAX_UPLOADS = 500
"""Unfinished ones."""
KEPT_S = 7 * 86_400
"""How long an unfinished upload stays after its last piece."""
RESERVE_BYTES, RESERVE_SHARE = 1_000_000_000, 0.05
"""What stays free on the disk: 1 GB, on small disks a twentieth."""

_TOKEN = re.compile(r"[0-9a-zA-Z-]{8,64}")
_NOTE = "upload.json"


@dataclass(frozen=True)
class UploadFile:
    """One file of an upload.

    Attributes:
        name: What it is called once it is complete.
        size: Bytes that it will have.
        offset: Bytes that are there.
    """

    name: str
    size: int
    offset: int


@dataclass(frozen=True)
class Upload:
    """Files that are uploaded together.

    Attributes:
        token: Made by the client; it names the upload.
        files: In the order in which they were asked for.
        place: Name of the folder that they were put into, once they were complete.
    """

    token: str
    files: tuple[UploadFile, ...]
    place: str | None = None

    @property
    def left(self) -> int:
        """Bytes that are still to come."""
        return sum(file.size - file.offset for file in self.files)


class Uploads:
    """Unfinished uploads of a project, each a folder in ``imagery/.uploads``; complete ones go to ``imagery``."""

    def __init__(self, project: Project) -> None:
        """Touch nothing yet."""
        self._project = project.directory
        self._imagery = project.directory / "imagery"
        # On the same disk also where `imagery` is a link to a larger one.
        self._folder = self._imagery / ".uploads"

    def begin(self, token: str, files: Sequence[tuple[str, int]]) -> Upload:
        """Begin an upload of files of these names and sizes, or go on with the one of this token.

        Raises:
            InvalidValueError: A name or a size does not fit, two names are the same, or too many are unfinished.
            TokenReuseError: The token belongs to an upload of other files.
            NoRoomError: The disk has too little room.
        """
        wanted = [(safe_name(name), size) for name, size in files]
        if len({name.casefold() for name, _ in wanted}) < len(wanted):
            raise InvalidValueError("two of the files have the same name, expected each once", "files")
        self.sweep()
        folder = self._of(token)
        with locked(self._folder / ".lock"):
            if (folder / _NOTE).is_file():
                found = self.get(token)
                if [(file.name, file.size) for file in found.files] != wanted:
                    raise TokenReuseError(
                        f"token {token!r} belongs to an upload of other files, expected a new one"
                    )
                return found
            unfinished = self._all()
            if len(unfinished) >= MAX_UPLOADS:
                raise InvalidValueError(
                    f"{len(unfinished)} uploads are unfinished, expected fewer: go on with them or remove some"
                )
            self._check_room(sum(size for _, size in wanted), sum(one.left for one in unfinished))
            folder.mkdir(exist_ok=True)
            for number in range(len(wanted)):
                (folder / f"{number}.part").touch()
            values = {"files": [{"name": name, "size": size} for name, size in wanted]}
            atomic_write(folder / _NOTE, json.dumps(values).encode())
        return self.get(token)

    def get(self, token: str) -> Upload:
        """Return an upload, with what of it is there.

        Raises:
            NotFoundError: There is none, or it was finished or removed.
        """
        folder = self._of(token)
        try:
            note = json.loads((folder / _NOTE).read_bytes())
            place = note.get("place")
            files = []
            for number, file in enumerate(note["files"]):
                part = folder / f"{number}.part"
                offset = file["size"] if place is not None else part.stat().st_size
                files.append(UploadFile(file["name"], file["size"], offset))
        except (FileNotFoundError, NotADirectoryError):
            raise NotFoundError(
                f"there is no upload {token[:64]!r}: it was finished or removed, or had no piece for seven days"
            ) from None
        return Upload(token, tuple(files), place)

    def append(self, token: str, number: int, offset: int, piece: bytes) -> int:
        """Write a piece of a file and make it durable; return how many bytes of the file are there then.

        A write that fails leaves what came before it, and perhaps the beginning of the piece, which is just as good.

        Raises:
            NotFoundError: There is no such upload or file.
            OffsetError: The piece is not the next one.
            InvalidValueError: The file would become longer than was said.
            NoRoomError: The disk has too little room.
            OSError: The piece cannot be written.
        """
        folder = self._of(token)
        self.get(token)
        with locked(folder / ".lock"):
            upload = self.get(token)
            if number >= len(upload.files) or upload.place is not None:
                raise NotFoundError(
                    f"the upload has no file {number} to write, expected one of {len(upload.files)}"
                )
            file = upload.files[number]
            if offset != file.offset:
                raise OffsetError(file.name, offset, file.offset)
            if offset + len(piece) > file.size:
                raise InvalidValueError(
                    f"{file.name} would have {offset + len(piece)} bytes, expected {file.size} as was said at first",
                    "offset",
                )
            self._check_room(len(piece), 0)
            with (folder / f"{number}.part").open("r+b") as part:
                part.seek(offset)
                part.write(piece)
                part.flush()
                os.fsync(part.fileno())
        return offset + len(piece)

    def place(self, token: str) -> Path:
        """Put the files of a complete upload into a folder of their own in ``imagery/``, and return it.

        Nothing is overwritten: the folder has the name of the first file, with a number where there is one already.
        Done again it returns the same folder, until `remove`.

        Raises:
            NotFoundError: There is no such upload.
            UploadIncompleteError: Bytes are missing.
            OSError: The files cannot be moved.
        """
        folder = self._of(token)
        self.get(token)
        with locked(folder / ".lock"):
            upload = self.get(token)
            if upload.place is None:
                for file in upload.files:
                    if file.offset != file.size:
                        raise UploadIncompleteError(
                            f"{file.name} has {file.offset} of {file.size} bytes, expected all of them"
                        )
                upload = self._reserve(upload)
            target = self._imagery / str(upload.place)
            ready = folder / "files"
            if any(target.iterdir()):
                return target
            ready.mkdir(exist_ok=True)
            for number, file in enumerate(upload.files):
                with suppress(FileNotFoundError):  # moved by an attempt before
                    (folder / f"{number}.part").rename(ready / file.name)
            ready.replace(target)  # which is empty until then
            sync_directory(self._imagery)
        return target

    def _reserve(self, upload: Upload) -> Upload:
        """Make an empty folder for an upload, and note its name."""
        slug = slugify(Path(upload.files[0].name).stem)
        name, number = slug, 2
        while True:
            try:
                (self._imagery / name).mkdir()
                break
            except FileExistsError:
                name, number = f"{slug}-{number}", number + 1
        files = [{"name": file.name, "size": file.size} for file in upload.files]
        values = {"files": files, "place": name}
        atomic_write(self._of(upload.token) / _NOTE, json.dumps(values).encode())
        return Upload(upload.token, upload.files, name)

    def remove(self, token: str) -> None:
        """Remove an upload with all that is there of it; files that were placed stay."""
        shutil.rmtree(self._of(token), ignore_errors=True)

    def room(self) -> int:
        """Return how many bytes a new upload may have."""
        free, reserve = self._disk()
        return max(0, free - reserve - sum(one.left for one in self._all()))

    def sweep(self) -> int:
        """Remove the uploads that no piece came for since seven days; return how many."""
        removed = 0
        for folder in self._folders():
            with suppress(OSError):
                newest = max(each.stat().st_mtime for each in (folder, *folder.iterdir()))
                if time.time() - newest > KEPT_S:
                    shutil.rmtree(folder)
                    removed += 1
        if removed:
            log.info("%d uploads that were begun and not finished for seven days are removed", removed)
        return removed

    def _of(self, token: str) -> Path:
        if not _TOKEN.fullmatch(token):
            raise NotFoundError(f"there is no upload {token[:64]!r}")
        return self._folder / token

    def _folders(self) -> list[Path]:
        try:
            return [each for each in self._folder.iterdir() if _TOKEN.fullmatch(each.name)]
        except FileNotFoundError:
            return []

    def _all(self) -> list[Upload]:
        found = []
        for folder in self._folders():
            with suppress(NotFoundError, ValueError, KeyError):
                found.append(self.get(folder.name))
        return found

    def _disk(self) -> tuple[int, int]:
        """Return the bytes that are free, and those that stay so."""
        usage = shutil.disk_usage(self._imagery if self._imagery.is_dir() else self._project)
        return usage.free, min(RESERVE_BYTES, int(RESERVE_SHARE * usage.total))

    def _check_room(self, wanted: int, promised: int) -> None:
        free, reserve = self._disk()
        room = max(0, free - reserve - promised)
        if wanted > room:
            raise NoRoomError(
                f"The server's disk has room for {_size(room)} more ({_size(reserve)} stay free), and {_size(wanted)} "
                "are to come: free some, or upload less."
            )


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
