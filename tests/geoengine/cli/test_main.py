"""The shell around the commands: lazy, quick, and one sentence for every failure."""

from __future__ import annotations

import importlib.util
import os
import resource
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from geoengine.cli import COMMANDS, main
from geoengine.cli.support.failures import FAULT, WRONG_INPUT

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


def test_a_fault_of_the_program_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    from geoengine.project import Project

    def broken(directory: Path) -> None:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr(Project, "open", broken)
    result = CliRunner().invoke(main, ["status"])
    assert result.exit_code == FAULT
    assert "ZeroDivisionError: nobody thought of this" in result.stderr
    assert "fault of the program" in result.stderr.splitlines()[-1]


def test_the_reference_is_what_the_commands_say() -> None:
    spec = importlib.util.spec_from_file_location("write_cli_docs", ROOT / "tools" / "write_cli_docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "cli.md").read_text() == module.render(), "run `make docs`"
