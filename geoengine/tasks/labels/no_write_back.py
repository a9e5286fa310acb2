"""Write-back of a project that cannot be written: there is none."""

from __future__ import annotations

from geoengine.model.health import HealthFinding
from geoengine.tasks.labels.writeback import WriteBack


class NoWriteBack(WriteBack):
    """Label files stay as they are: nothing changes in the project, and no thread runs."""

    def __init__(self) -> None:
        """Start nothing."""

    def findings(self) -> list[HealthFinding]:
        """Return none: files that are behind are not kept up to date, and are made for who asks."""
        return []

    def mark(self, scene_id: int) -> None:
        """Do nothing."""

    def flush(self, scene_id: int | None = None) -> bool:
        """Return False: no file is brought up to date."""
        return False

    def close(self) -> None:
        """Do nothing."""
