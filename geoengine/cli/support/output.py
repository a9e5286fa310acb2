"""Output of commands: text for people, one JSON document for scripts, progress bars."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich import progress as rich_progress

    from tiling.progress import Progress


def print_json(document: Any) -> None:
    """Print `document` as JSON; values that JSON lacks (paths, enums, dates) as their text.

    Any name comes out as JSON that can be read: what the terminal's encoding lacks, and bytes that are no text, are
    escaped.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False, default=str, allow_nan=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(document, indent=2, ensure_ascii=True, default=str, allow_nan=False)
    click.echo(text)


def table(headers: Sequence[str], rows: Sequence[Sequence[Any]], right: Sequence[int] = ()) -> str:
    """Return rows as aligned columns, plain enough for grep and awk.

    Args:
        headers: The names of the columns.
        rows: Their cells; None prints as '-'.
        right: Indices of columns set flush right, as numbers want.
    """
    cells = [[str(header) for header in headers]]
    cells += [["-" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headers))]
    lines = []
    for row in cells:
        parts = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(parts).rstrip())
    return "\n".join(lines)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun: `1 feature`, `3,214 features`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


class Bars:
    """Progress bars on stderr; silent where stderr is no terminal."""

    def __init__(self, progress: rich_progress.Progress | None) -> None:
        """Show tasks on a `rich` display, or nowhere."""
        self._progress = progress

    @contextmanager
    def task(self, description: str) -> Iterator[Progress]:
        """Show a bar during the work inside the `with`.

        Yields:
            A function to call with the share done, 0 to 1.
        """
        progress = self._progress
        if progress is None:
            yield lambda share: None
            return
        task = progress.add_task(description, total=1.0)
        try:
            yield lambda share: progress.update(task, completed=share)
        finally:
            progress.remove_task(task)

    def echo(self, message: str) -> None:
        """Print a line of the result: on stdout, and above the bars where both go to the same terminal."""
        if self._progress is None or not sys.stdout.isatty():
            click.echo(message)
        else:
            self._progress.console.print(message, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def bars() -> Iterator[Bars]:
    """Show progress bars for the work inside the `with`."""
    if not sys.stderr.isatty():
        yield Bars(None)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        # stdout may be a file; what is printed there must not end up on the terminal.
        redirect_stdout=False,
    )
    with progress:
        yield Bars(progress)
