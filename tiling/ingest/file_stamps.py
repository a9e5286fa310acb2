"""Files that a VRT of ours reads from, as they were when it was written, to notice later changes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tiling.errors import RasterReadError


@dataclass(frozen=True)
class FileStamp:
    """Size and modification time of a file, which tell without reading it whether it was changed since.

    Attributes:
        path: the file, absolute.
        size: bytes.
        modified_ns: modification time, nanoseconds since 1970.
    """

    path: Path
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> FileStamp:
        """Return the stamp of a file as it is now.

        Raises:
            RasterReadError: The file is not there.
        """
        try:
            status = path.stat()
        except OSError as error:
            raise RasterReadError(f"{path} could not be opened ({error.strerror or error}).") from error
        return cls(path, status.st_size, status.st_mtime_ns)

    def problem(self) -> str | None:
        """Return one sentence where the file is gone or was changed; None where it is as it was."""
        try:
            now = self.of(self.path)
        except RasterReadError:
            return f"{self.path} cannot be found any more."
        if now != self:
            return f"{self.path} was changed since it was registered."
        return None


def note_originals(root: ET.Element, paths: Iterable[Path]) -> None:
    """Note files, as they are now, in a VRT that reads from them; GDAL skips elements that it does not know.

    Raises:
        RasterReadError: A file is not there.
    """
    for stamp in map(FileStamp.of, paths):
        values = {"path": str(stamp.path), "bytes": str(stamp.size), "modifiedNs": str(stamp.modified_ns)}
        ET.SubElement(root, "OriginalFile", values)


def originals_of(path: Path) -> list[FileStamp]:
    """Return the files that a VRT of ours reads from, as they were when it was written.

    Raises:
        RasterReadError: The VRT cannot be read.
    """
    try:
        return [
            FileStamp(
                Path(original.attrib["path"]),
                int(original.attrib["bytes"]),
                int(original.attrib["modifiedNs"]),
            )
            for original in ET.parse(path).iter("OriginalFile")
        ]
    except (OSError, ET.ParseError, ValueError, KeyError) as error:
        raise RasterReadError(f"{path} could not be read as a VRT ({error}).") from error
