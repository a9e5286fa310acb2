"""Time as the project writes it."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> str:
    """The present moment as UTC ISO 8601 with milliseconds, e.g. ``2025-03-01T12:30:05.123Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
