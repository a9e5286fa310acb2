"""Errors of the core: one root, and beside it the builtin that a caller would catch."""

from __future__ import annotations


class GeoEngineError(Exception):
    """The root of the errors of the core; its text is one sentence for the person at the keyboard."""


class ProjectError(GeoEngineError, ValueError):
    """A directory is not a project, is one already, or belongs to a newer GeoEngine."""


class StoreError(GeoEngineError, OSError):
    """The database could not be opened, read or written (damaged file, full disk, locked too long)."""


class NotFoundError(GeoEngineError, LookupError):
    """No scene, feature, class or job of that name exists."""


class InvalidValueError(GeoEngineError, ValueError):
    """A value breaks a rule of the model.

    Attributes:
        field: Where the value stood (``"edits[3].score"``, ``"bbox"``), or None.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        """Take the sentence and the field."""
        super().__init__(message)
        self.field = field


class InvalidGeometryError(InvalidValueError):
    """A geometry is not valid, finite and non-empty, off its scene, or none that its class has."""


class UnknownClassError(GeoEngineError, LookupError):
    """A label class is not among the project's.

    Attributes:
        class_key: The class that was asked for.
        field: Where it stood, or None.
    """

    def __init__(self, message: str, class_key: str, field: str | None = None) -> None:
        """Take the sentence, the class and the field."""
        super().__init__(message)
        self.class_key = class_key
        self.field = field


class TokenReuseError(GeoEngineError, ValueError):
    """An idempotency token came back with other content than the first time."""


class JobStateError(GeoEngineError, RuntimeError):
    """A job is not in a state in which this can be done to it, or another process works on it."""


class LeaseLostError(JobStateError):
    """A worker writes to a job that it does not hold any more; nothing was written."""


class NotSeenError(GeoEngineError, RuntimeError):
    """Too little of a scene or an area has been seen for it to be complete."""


class ExchangeError(GeoEngineError, ValueError):
    """A label file as a whole cannot be read or written (single bad features are listed, not raised)."""
