"""Settings of a job that adds rasters: what may be read, and how it becomes scenes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geoengine.errors import InvalidValueError

KIND = "add"


@dataclass(frozen=True)
class AddSettings:
    """Rasters to add, as a job records them.

    Attributes:
        folder: Where the folder really is that all of them lie in; nothing outside it is taken.
        names: Files and folders below it; "" is all of it.
        origin: What people call the place they are from.
        in_place: Read the pixels from where they lie instead of copying them.
        nodata: Nodata value of files that have none, as `read_nodata` takes it; None for what the files say.
        is_upload: Whether the folder was made for what was uploaded into it.

    Raises:
        InvalidValueError: There is no name, or the nodata value is none.
    """

    folder: Path
    names: tuple[str, ...]
    origin: str
    in_place: bool = False
    nodata: str | None = None
    is_upload: bool = False

    def __post_init__(self) -> None:
        """Check that there is something to add."""
        if not self.names:
            raise InvalidValueError("names are empty, expected at least one file or folder", "names")
        if self.nodata is not None:
            read_nodata(self.nodata)

    def to_params(self) -> dict[str, Any]:
        """Return the parameters of the job."""
        return {
            "folder": str(self.folder),
            "names": list(self.names),
            "from": self.origin,
            "in_place": self.in_place,
            "nodata": self.nodata,
            "upload": self.is_upload,
        }

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> AddSettings:
        """Return the settings that a job was recorded with."""
        return cls(
            Path(params["folder"]),
            tuple(params["names"]),
            params["from"],
            bool(params.get("in_place")),
            params.get("nodata"),
            bool(params.get("upload")),
        )


def read_nodata(text: str) -> float | tuple[int, ...]:
    """Return a float for one number (`nan` is one), a tuple of ints, one for each band, for a colour.

    Whether it fits the raster's bands, the raster knows.

    Raises:
        InvalidValueError: It is neither.
    """
    parts = [part.strip() for part in text.split(",")]
    try:
        return float(parts[0]) if len(parts) == 1 else tuple(int(part) for part in parts)
    except ValueError:
        raise InvalidValueError(
            f"{text!r} is neither a number nor a colour such as 255,255,255", "nodata"
        ) from None
