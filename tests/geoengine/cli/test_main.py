"""The shell around the commands: lazy, quick, and one sentence for every failure."""

from __future__ import annotations

import errno
import importlib.util
import logging
import os
import resource
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from geoengine.cli import COMMANDS, main
from geoengine.cli.support.failures import FAULT, INTERRUPTED, WRONG_INPUT, one_line, sentence, set_up_logging

ROOT = Path(__file__).resolve().parents[3]


def geoengine(*arguments: str, **kwargs: object) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a process of its own, as a shell would."""
    code = "import sys; from geoengine.cli import main; main(sys.argv[1:])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        **kwargs,
    )  # type: ignore[call-overload, no-any-return]


def test_help_answers_in_under_half_a_second(tmp_path: Path) -> None:
    def spent_s() -> float:
        # Processor time, for a machine that is busy with something else would make the clock tell of that.
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    times = []
    for _ in range(3):
        before = spent_s()
        done = geoengine("--help", cwd=tmp_path)
        times.append(spent_s() - before)
        assert done.returncode == 0
    assert all(name in done.stdout for name in COMMANDS)
    assert min(times) < 0.5


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name: str) -> None:
    command = COMMANDS[name].load()
    assert command.name == name
    assert command.get_short_help_str(limit=200).rstrip(".") + "." == COMMANDS[name].summary
    # A help page must not need the heavy libraries, and no option may go without an explanation.
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[-1]} has no help"


def test_an_unknown_command_names_the_one_that_was_meant() -> None:
    result = CliRunner().invoke(main, ["exprot"])
    assert result.exit_code == WRONG_INPUT
    assert (
        result.stderr
        == "geoengine: There is no command 'exprot': did you mean export? ('geoengine --help' tells how it is called)\n"
    )
    assert result.stdout == ""


def test_a_wrong_option_is_one_sentence_and_exit_code_2() -> None:
    result = CliRunner().invoke(main, ["status", "--jsn"])
    assert result.exit_code == WRONG_INPUT
    assert result.stderr.count("\n") == 1
    assert "No such option" in result.stderr


@pytest.mark.parametrize(
    "command",
    ["status", "prelabel", "serve", "add x.tif", "export out.geojson", "jobs list", "worker --once"],
)
def test_a_directory_that_is_no_project(command: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [*command.split(), "-p", str(tmp_path)])
    assert result.exit_code == WRONG_INPUT
    assert result.stderr == f"{tmp_path} is not a GeoEngine project: it has no geoengine.toml\n"


def test_version() -> None:
    from geoengine import __version__

    assert CliRunner().invoke(main, ["--version"]).stdout == f"geoengine, version {__version__}\n"


@pytest.mark.parametrize(
    ("error", "text", "code"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/d/out.geojson"),
            "The disk is full (/d/out.geojson)",
            2,
        ),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "The disk is full", 2),
        (PermissionError(errno.EACCES, "Permission denied", "/d"), "Permission denied (/d).", 2),
        (
            FileNotFoundError(errno.ENOENT, "No such file or directory", "/d/x"),
            "No such file or directory (/d/x).",
            2,
        ),
        (KeyboardInterrupt(), "Interrupted", INTERRUPTED),
        (click.Abort(), "Interrupted", INTERRUPTED),
        (MemoryError(), "out of memory", 2),
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


def test_a_fault_of_the_program_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    from geoengine.project import Project

    def broken(directory: Path) -> None:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr(Project, "open", broken)
    result = CliRunner().invoke(main, ["status"])
    assert result.exit_code == FAULT
    assert "ZeroDivisionError: nobody thought of this" in result.stderr
    assert "fault of the program" in result.stderr.splitlines()[-1]


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


def test_the_reference_is_what_the_commands_say() -> None:
    spec = importlib.util.spec_from_file_location("write_cli_docs", ROOT / "tools" / "write_cli_docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "cli.md").read_text() == module.render(), "run `make docs`"
