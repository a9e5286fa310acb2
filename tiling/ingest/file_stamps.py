"""Stamps of files that scenes and VRTs of ours read from, to notice later changes."""

from __future__ import annotations

import hashlib
import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tiling.access.side_cars import side_car_states
from tiling.errors import RasterReadError


@dataclass(frozen=True)
class FileStamp:
    """State of a file and its side-cars, which tells whether they were changed since; the file is not read for it.

    Attributes:
        path: the file, absolute.
        size: bytes.
        modified_ns: modification time, nanoseconds since 1970.
        side_cars: (what follows the name, state) of each side-car; None where an older version noted none.
    """

    path: Path
    size: int
    modified_ns: int
    side_cars: tuple[tuple[str, str], ...] | None = None

    @classmethod
    def of(cls, path: Path) -> FileStamp:
        """Return the stamp of a file as it is now.

        Raises:
            RasterReadError: The file is not there.
        """
        status = check_there(path)
        return cls(path, status.st_size, status.st_mtime_ns, tuple(sorted(side_car_states(path).items())))

    def problem(self) -> str | None:
        """Return one sentence where the file or a side-car is gone or was changed; None where all is as it was."""
        return self.compare()[0]

    def compare(self) -> tuple[str | None, str]:
        """Return the sentence of `problem`, and a short hash of the present state: empty where nothing changed."""
        try:
            now = self.of(self.path)
        except RasterReadError:
            return f"{self.path} cannot be found any more.", "gone"
        state = hashlib.sha256(repr(now).encode()).hexdigest()[:12]
        if (now.size, now.modified_ns) != (self.size, self.modified_ns):
            return f"{self.path} was changed since it was registered.", state
        if self.side_cars is None or now.side_cars == self.side_cars:
            return None, ""
        before, after = dict(self.side_cars), dict(now.side_cars or ())
        suffix = next(key for key in sorted(before | after) if before.get(key) != after.get(key))
        how = "was removed" if suffix not in after else "was added" if suffix not in before else "was changed"
        return f"The side-car *{suffix} of {self.path} {how} since it was registered.", state

    def to_json(self) -> dict[str, Any]:
        """Return everything but the path, as a dict that `json` writes."""
        values: dict[str, Any] = {"bytes": self.size, "modified_ns": self.modified_ns}
        return values if self.side_cars is None else values | {"side_cars": dict(self.side_cars)}

    @classmethod
    def from_json(cls, path: Path, values: Mapping[str, Any]) -> FileStamp:
        """Return the stamp that `to_json` described.

        Raises:
            KeyError, ValueError: It did not.
        """
        noted = values.get("side_cars")
        side_cars = None if noted is None else tuple(sorted((str(key), str(noted[key])) for key in noted))
        return cls(path, int(values["bytes"]), int(values["modified_ns"]), side_cars)


def check_there(path: Path) -> os.stat_result:
    """Return the status of a file.

    Raises:
        RasterReadError: It is not there.
    """
    try:
        return path.stat()
    except OSError as error:
        raise RasterReadError(f"{path} could not be opened ({error.strerror or error}).") from error


def note_originals(root: ET.Element, paths: Iterable[Path]) -> None:
    """Note files, as they are now, in a VRT that reads from them; GDAL skips elements that it does not know.

    Raises:
        RasterReadError: A file is not there.
    """
    for stamp in map(FileStamp.of, paths):
        values = {"path": str(stamp.path), "bytes": str(stamp.size), "modifiedNs": str(stamp.modified_ns)}
        values["sideCars"] = json.dumps(dict(stamp.side_cars or ()))
        ET.SubElement(root, "OriginalFile", values)


def originals_of(path: Path) -> list[FileStamp]:
    """Return the files that a VRT of ours reads from, as they were when it was written.

    Raises:
        RasterReadError: The VRT cannot be read.
    """
    try:
        return [_noted(original.attrib) for original in ET.parse(path).iter("OriginalFile")]
    except (OSError, ET.ParseError, ValueError, KeyError) as error:
        raise RasterReadError(f"{path} could not be read as a VRT ({error}).") from error


def _noted(values: Mapping[str, str]) -> FileStamp:
    noted = values.get("sideCars")
    return FileStamp.from_json(
        Path(values["path"]),
        {
            "bytes": values["bytes"],
            "modified_ns": values["modifiedNs"],
            "side_cars": None if noted is None else json.loads(noted),
        },
    )
