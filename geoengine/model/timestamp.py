"""Times in UTC ISO 8601."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

LONGEST_DATE = len("2026-03-01")


def utc_now() -> str:
    """Return the present time as UTC ISO 8601 with milliseconds, e.g. ``2025-03-01T12:30:05.123Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def date_of(text: str | None) -> date | None:
    """Return the UTC date of a time in ISO 8601; None for None, and for text that is no time."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()


def moment_of(text: str, *, day_ends: bool = False) -> str:
    """Return a date or time in ISO 8601 in the form of `utc_now`, in which comparing texts compares times.

    Args:
        text: A time without an offset is UTC; a date is the first moment of that day in UTC.
        day_ends: A date is the first moment of the day after it instead.

    Raises:
        ValueError: It is neither.
    """
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if day_ends and len(text) <= LONGEST_DATE:
            moment += timedelta(days=1)
    except (ValueError, OverflowError):
        raise ValueError(f"got {text!r}, expected a date or a time such as 2026-03-01T12:30:00Z") from None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
