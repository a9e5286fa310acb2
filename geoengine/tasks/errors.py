"""What can go wrong in a task and in no part below it."""

from __future__ import annotations

from geoengine.errors import GeoEngineError


class DownloadError(GeoEngineError, ConnectionError):
    """The demonstration's scene could not be fetched, or what came is not what was asked for."""


class DemoError(GeoEngineError, RuntimeError):
    """The demonstration cannot go on."""
