"""Time as the project writes it."""

from __future__ import annotations

from datetime import UTC, date, datetime


def utc_now() -> str:
    """The present moment as UTC ISO 8601 with milliseconds, e.g. ``2025-03-01T12:30:05.123Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def date_of(text: str | None) -> date | None:
    """The UTC date of a time in ISO 8601; None for None, and for what is no time."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
