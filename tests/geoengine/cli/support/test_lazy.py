"""Group of commands that are imported when they are called."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from geoengine.cli.support.lazy import LazyCommand, LazyGroup, keep_examples
from tests.support.samples import Run

COMMANDS = {
    "status": LazyCommand("geoengine.cli.status", "status", "Show counts."),
    "missing": LazyCommand("geoengine.cli.no_such_module", "missing", "Cannot be imported."),
}


def test_help_imports_no_command() -> None:
    result = CliRunner().invoke(LazyGroup("tool", lazy_commands=COMMANDS), ["--help"])
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["status", "Show", "counts."] in lines
    assert ["missing", "Cannot", "be", "imported."] in lines


def test_a_command_is_found_by_its_name() -> None:
    group = LazyGroup("tool", lazy_commands=COMMANDS)
    context = click.Context(group)
    assert group.list_commands(context) == ["status", "missing"]
    found = group.get_command(context, "status")
    assert found is not None
    assert found.name == "status"
    assert group.get_command(context, "stat") is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("statsu", "no command 'statsu': did you mean status?"),
        ("xyz", "no command 'xyz'; there is status, missing."),
    ],
)
def test_an_unknown_command_lists_what_there_is(name: str, message: str) -> None:
    result = CliRunner().invoke(LazyGroup("tool", lazy_commands=COMMANDS), [name])
    assert result.exit_code == 2
    assert message in result.stderr


def test_what_is_not_a_command_is_a_fault_of_the_table() -> None:
    with pytest.raises(TypeError, match="is str, expected a click command"):
        LazyCommand("geoengine", "__version__", "").load()


def test_an_example_keeps_its_lines_whatever_the_group_is_asked_twice() -> None:
    @click.group()
    def group() -> None:
        """Do things."""

    @group.command()
    def one() -> None:
        """Do one thing.

        Some words about it.

            tool one a
            tool one b
        """

    keep_examples(group)
    keep_examples(group)
    lines = CliRunner().invoke(group, ["one", "--help"]).stdout.splitlines()
    assert [lines.index(text) for text in ("      tool one a", "      tool one b")] == [6, 7]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("export", "--state", "accepted", "--state", "rejected", "o.geojson"), "--state is given 2 times"),
        (("scenes", "list", "-p", "a", "--project", "b"), "--project is given 2 times, expected once"),
    ],
)
def test_an_option_of_one_value_given_twice_is_refused(
    arguments: tuple[str, ...], message: str, run: Run
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_options_of_many_values_and_flags_may_be_given_twice(run: Run) -> None:
    result = run("jobs", "list", "-p", "nothing", "--state", "done", "--state", "failed", "--json", "--json")
    assert "given" not in result.stderr + result.stdout
