"""Sentences and exit codes of errors."""

from __future__ import annotations

import errno
import logging

import click
import pytest

from geoengine.cli.support.failures import (
    INTERRUPTED,
    MACHINE,
    WRONG_INPUT,
    one_line,
    sentence,
    set_up_logging,
)


@pytest.mark.parametrize(
    ("error", "text", "code"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/d/out.geojson"),
            "the disk is full (/d/out.geojson)",
            MACHINE,
        ),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "the disk is full", MACHINE),
        (PermissionError(errno.EACCES, "Permission denied", "/d"), "Permission denied (/d).", 2),
        (
            FileNotFoundError(errno.ENOENT, "No such file or directory", "/d/x"),
            "No such file or directory (/d/x).",
            2,
        ),
        (KeyboardInterrupt(), "Interrupted", INTERRUPTED),
        (click.Abort(), "Interrupted", INTERRUPTED),
        (MemoryError(), "out of memory", MACHINE),
    ],
)
def test_expected_errors_have_a_sentence(error: BaseException, text: str, code: int) -> None:
    known = sentence(error)
    assert known is not None
    assert text in known[0]
    assert "\n" not in known[0]
    assert known[1] == code


def test_every_root_error_is_one_sentence() -> None:
    from detectors.errors import UnknownModelError
    from geoengine.errors import ProjectError
    from server.http.errors import ListenError
    from tiling.errors import RasterReadError

    for kind in (UnknownModelError, ProjectError, ListenError, RasterReadError):
        assert sentence(kind("two\n lines")) == ("two lines", WRONG_INPUT)


def test_an_error_of_the_database_is_one_sentence() -> None:
    import sqlite3

    from sqlalchemy.exc import OperationalError

    known = sentence(OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")))
    assert known is not None
    assert "the disk is full" in known[0]


def test_the_libraries_log_reaches_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(0)
    logging.getLogger("tiling.ingest.cog").warning("a word of warning")
    logging.getLogger("tiling.ingest.cog").info("chatter")
    assert capsys.readouterr().err == "WARNING: a word of warning\n"
    set_up_logging(1)
    logging.getLogger("tiling.ingest.cog").info("chatter")
    assert capsys.readouterr().err == "INFO: chatter\n"
    set_up_logging(0)


def test_one_line() -> None:
    assert one_line(" a\n\tb  c ") == "a b c"
