"""Settings of a project for its rasters: the table `[rasters]` of geoengine.toml."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoengine.errors import ProjectError

if TYPE_CHECKING:
    from tiling.access.policy import ReadPolicy


@dataclass(frozen=True)
class RasterSettings:
    """Settings of the table `[rasters]`, all of it optional.

    ::

        [rasters]
        roots = ["/data/imagery", "deliveries"]
        network = false

    Attributes:
        roots: Folders that rasters, and whatever they refer to, may be read from, followed to where they really
            are; relative ones lie in the project's directory, which is always allowed. Without any, a raster
            may lie anywhere, and refers to files of its own folder only.
        network: Whether rasters may be fetched: URLs in a VRT, web map services. Off unless it says true.
    """

    roots: tuple[Path, ...] = ()
    network: bool = False

    @classmethod
    def of(cls, table: Any, file: Path) -> RasterSettings:
        """Return the settings in `table`, from `file`.

        Raises:
            ProjectError: A setting that there is none of, or a value of the wrong kind.
        """
        if not isinstance(table, Mapping):
            raise ProjectError(f"rasters in {file} is {table!r}, expected a table [rasters]")
        check_known(table, (field.name for field in fields(cls)), file, "rasters.")
        roots, network = table.get("roots", []), table.get("network", False)
        if not isinstance(roots, list) or not all(isinstance(root, str) and root.strip() for root in roots):
            raise ProjectError(f"rasters.roots in {file} is {roots!r}, expected a list of folders")
        if not isinstance(network, bool):
            raise ProjectError(f"rasters.network in {file} is {network!r}, expected true or false")
        return cls(tuple(file.parent / Path(root).expanduser() for root in roots), network)

    def policy(self, directory: Path, own: Path) -> ReadPolicy:
        """Return the read policy of a project in `directory`; VRTs in `own` were made by the project itself."""
        # Imported here: settings are read where no raster is.
        from tiling.access.policy import ReadPolicy

        return ReadPolicy((*self.roots, directory) if self.roots else (), self.network, (own,))


def check_known(table: Mapping[str, Any], known: Iterable[str], file: Path, prefix: str = "") -> None:
    """Reject unknown keys, so that a misspelt security setting fails instead of being ignored.

    Raises:
        ProjectError: With the name that is most like it.
    """
    known = list(known)
    for key in table:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {prefix}{close[0]}?" if close else f"there are {', '.join(known)}"
            raise ProjectError(f"{prefix}{key} in {file} is no setting of this version: {hint}")
