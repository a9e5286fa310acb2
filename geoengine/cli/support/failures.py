"""Failures as the shell sees them: one sentence and an exit code."""

from __future__ import annotations

import errno
import logging
import os
import sys
import traceback

import click

from geoengine.cli.support.ending import Terminated
from geoengine.cli.support.output import print_json
from geoengine.machine import machine_trouble

DONE = 0
PARTLY = 1
WRONG_INPUT = 2
FAULT = 3
MACHINE = 4
INTERRUPTED = 130

EXIT_CODES = {
    DONE: "done",
    PARTLY: "done in part; what was left out is listed",
    WRONG_INPUT: "nothing done because of the input; one sentence says why",
    FAULT: "a fault of the program",
    MACHINE: "trouble of the machine: a full disk, a failed write, no memory; the same command again goes on",
    INTERRUPTED: "interrupted by Ctrl-C; the same command again goes on",
    143: "ended by SIGTERM; the same command again goes on",
    129: "ended by SIGHUP; the same command again goes on",
}
"""Meaning of every exit code, for docs/cli.md."""


def report(error: BaseException, *, as_json: bool = False) -> int:
    """Print the sentence for `error` on stderr, with `--json` also as a document on stdout; return the exit code.

    An unexpected error is shown with its traceback: it is the program's fault, and a report needs it.
    """
    known = sentence(error)
    if known is None:
        traceback.print_exception(error)
        click.echo(
            "geoengine: this is a fault of the program, not of your input; the lines above belong in a report",
            err=True,
        )
        known = f"{type(error).__name__}: {error}", FAULT
    else:
        click.echo(known[0], err=True)
    text, code = known
    if as_json:
        print_json({"error": {"message": text, "code": code}})
    return code


def sentence(error: BaseException) -> tuple[str, int] | None:
    """Return one sentence and an exit code for an expected error, None for any other."""
    if isinstance(error, click.UsageError):
        where = error.ctx.command_path if error.ctx else "geoengine"
        return (
            f"{where}: {one_line(error.format_message())} ('{where} --help' tells how it is called)",
            error.exit_code,
        )
    if isinstance(error, click.ClickException):
        return one_line(error.format_message()), error.exit_code
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return _of_signal(error)
    trouble = machine_trouble(error)
    if trouble is not None:
        return (
            f"The machine cannot go on: {one_line(trouble)}. Mend that and run the same command again.",
            MACHINE,
        )
    if isinstance(error, _roots()):
        return one_line(str(error)), WRONG_INPUT
    if isinstance(error, OSError):
        return of_os_error(error), WRONG_INPUT
    return _of_database(error)


def _of_signal(error: BaseException) -> tuple[str, int]:
    # click makes an Abort of every KeyboardInterrupt.
    cause = error if isinstance(error, Terminated) else error.__cause__
    if isinstance(cause, Terminated):
        return f"Ended by {cause}; the same command again goes on.", 128 + cause.number
    return "Interrupted; the same command again goes on.", INTERRUPTED


def _roots() -> tuple[type[Exception], ...]:
    """Return the root errors of the packages; `server`'s is a `GeoEngineError`.

    Imported here because a run without failures needs none of them.
    """
    from detectors.errors import DetectorError
    from geoengine.errors import GeoEngineError
    from tiling.errors import TilingError

    return (TilingError, GeoEngineError, DetectorError)


def of_os_error(error: OSError) -> str:
    """Return the sentence for an error of the operating system, with the file it happened on."""
    where = f" ({os.fspath(error.filename)})" if error.filename else ""
    if error.errno == errno.EACCES:
        return f"Permission denied{where}."
    if error.errno is None:
        return one_line(str(error))
    return f"{error.strerror or os.strerror(error.errno)}{where}."


def _of_database(error: BaseException) -> tuple[str, int] | None:
    """Return the sentence for a database error that the store did not catch; None for other errors."""
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import DBAPIError

    if not isinstance(error, DBAPIError):
        return None
    reason = one_line(str(error.orig))
    return (
        f"The project's database could not be used: {reason}; nothing of this change was written.",
        WRONG_INPUT,
    )


def one_line(text: str) -> str:
    """Return `text` on one line, so that grep finds a sentence whole."""
    return " ".join(text.split())


class _EchoHandler(logging.Handler):
    """Sends log records to stderr the way the rest of the command line writes there."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(self.format(record), err=True)


def set_up_logging(verbose: int) -> None:
    """Send the libraries' log to stderr: warnings always, more with -v and -vv."""
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    handler = _EchoHandler()
    handler.setFormatter(
        logging.Formatter(
            "%(levelname)s: %(message)s" if verbose < 2 else "%(asctime)s %(name)s %(levelname)s: %(message)s"
        )
    )
    root = logging.getLogger()
    for old in [known for known in root.handlers if isinstance(known, _EchoHandler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    for package in ("geoengine", "tiling", "detectors", "server"):
        logging.getLogger(package).setLevel(level)
    # What GDAL warns of is for `tiling`, which makes sentences of it: kept from the terminal, not from the log.
    handler.addFilter(
        lambda record: (
            bool(verbose) or record.levelno >= logging.ERROR or not record.name.startswith("rasterio")
        )
    )
