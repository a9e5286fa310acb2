"""Errors of the store that carry what is there already: a feature's current revision, a registered scene."""

from __future__ import annotations

from collections.abc import Sequence

from geoengine.errors import GeoEngineError, StoreError
from geoengine.model import Conflict, Pin, Scene


class ConflictError(GeoEngineError, RuntimeError):
    """An edit whose base revision is no longer the feature's current one.

    Attributes:
        conflicts: One for every edit that did not fit; nothing of the changeset was applied.
    """

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        """Make the sentence from the first conflict."""
        self.conflicts: list[Conflict] = list(conflicts)
        first = self.conflicts[0]
        more = f" (and {len(self.conflicts) - 1} more)" if len(self.conflicts) > 1 else ""
        super().__init__(f"{first.sentence()}{more}; nothing of the changeset was applied")


class ClassesChangedError(GeoEngineError, RuntimeError):
    """A change of the list of classes that was made on a list which is no longer the current one."""


class PinConflictError(GeoEngineError, RuntimeError):
    """A change of a pin that was made on a revision which is no longer its current one.

    Attributes:
        current: The pin as it is now.
    """

    def __init__(self, current: Pin, seen: int) -> None:
        """Make the sentence from the pin and the revision that was seen, 0 for none."""
        self.current = current
        was = f"revision {seen}" if seen else "no pin there"
        super().__init__(
            f"pin {current.uid} has revision {current.revision} by now, by {current.author}, and the change was made "
            f"on {was}; nothing was changed"
        )


class EmptyDatabaseError(StoreError):
    """A database without a table, where a project's was expected."""


class DuplicateSceneError(GeoEngineError, ValueError):
    """A raster, or a scene key, that is already in the project.

    Attributes:
        existing: The scene that has it.
    """

    def __init__(self, message: str, existing: Scene) -> None:
        """Take the sentence and the scene."""
        super().__init__(message)
        self.existing = existing
