"""Settings of a project for complete scenes: the table `[complete]` of geoengine.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from geoengine.errors import ProjectError
from geoengine.raster_settings import check_known


@dataclass(frozen=True)
class CompletionSettings:
    """Settings of the table `[complete]`, all of it optional.

    ::

        [complete]
        min_seen = 0.95

    Attributes:
        min_seen: Share of a scene's valid pixels that somebody has to have seen before it can be complete, 0 to 1.
    """

    min_seen: float = 0.95

    @classmethod
    def of(cls, table: Any, file: Path) -> CompletionSettings:
        """Return the settings in `table`, from `file`.

        Raises:
            ProjectError: A setting that there is none of, or a value of the wrong kind.
        """
        if not isinstance(table, Mapping):
            raise ProjectError(f"complete in {file} is {table!r}, expected a table [complete]")
        check_known(table, (field.name for field in fields(cls)), file, "complete.")
        share = table.get("min_seen", cls.min_seen)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise ProjectError(f"complete.min_seen in {file} is {share!r}, expected a number from 0 to 1")
        return cls(float(share))
