"""Standard output that outlives its reader: `| head` is no failure, and a full disk is said once, at the end."""

from __future__ import annotations

import errno
import io
import sys
from typing import Any


class _Forgiving(io.FileIO):
    """File descriptor that drops what cannot be written, and remembers why."""

    failure: OSError | None = None

    def write(self, data: Any, /) -> int:
        if self.failure is None:
            try:
                return super().write(data) or 0
            except OSError as error:
                self.failure = error
        return memoryview(data).nbytes


def protect_stdout() -> _Forgiving | None:
    """Replace standard output; return the descriptor that remembers a failure, or None where a test has replaced it.

    Work continues when the reader of the output has closed it. Characters that the locale lacks are escaped.
    """
    before = sys.stdout
    if before is not sys.__stdout__ or not isinstance(before, io.TextIOWrapper):
        return None
    try:
        before.flush()
        raw = _Forgiving(before.fileno(), "w", closefd=False)
    except (OSError, ValueError):
        return None
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=before.encoding,
        errors="backslashreplace",
        line_buffering=before.line_buffering or raw.isatty(),
    )
    return raw


def output_failure(raw: _Forgiving | None) -> str | None:
    """Flush standard output; return a sentence where some of it was lost to anything but a reader that has gone."""
    if raw is None:
        return None
    sys.stdout.flush()
    if raw.failure is None or raw.failure.errno == errno.EPIPE:
        return None
    return f"The output could not be written to the end: {(raw.failure.strerror or 'write error').lower()}."
