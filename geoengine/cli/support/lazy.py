"""Click group that imports a command when it is called, and reports every failure in one sentence."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from geoengine.cli.support.ending import signals_raise
from geoengine.cli.support.stdout import output_failure, protect_stdout


@dataclass(frozen=True)
class LazyCommand:
    """Location of a command, and its line in the group's `--help`.

    Attributes:
        module: Dotted name of the module.
        attribute: Name of the click command in it.
        summary: The short help, here so that `geoengine --help` imports no command.
    """

    module: str
    attribute: str
    summary: str

    def load(self) -> click.Command:
        """Import the module and return the command."""
        command = getattr(importlib.import_module(self.module), self.attribute)
        if not isinstance(command, click.Command):
            raise TypeError(
                f"{self.module}.{self.attribute} is {type(command).__name__}, expected a click command"
            )
        keep_examples(command)
        refuse_repeats(command)
        return command


def keep_examples(command: click.Command) -> None:
    """Mark the indented paragraphs of a command's help, and of its subcommands', so that click wraps none of them."""
    if command.help is not None:
        command.help = re.sub(r"\n\n(?=    )", "\n\n\b\n", inspect.cleandoc(command.help))
    if isinstance(command, click.Group):
        for each in command.commands.values():
            keep_examples(each)


def refuse_repeats(command: click.Command) -> None:
    """Make a command, and its subcommands, refuse an option given twice that takes one value; click takes the last."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            refuse_repeats(each)
        return
    parse = command.parse_args
    if parse.__name__ == "parse_once":
        return

    def parse_once(ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:
            _, _, given = command.make_parser(ctx).parse_args(list(args))
            for parameter, times in Counter(given).items():
                if isinstance(parameter, click.Option) and times > 1 and _takes_one(parameter):
                    listed = ", its values separated by commas" if parameter.type.name == "list" else ""
                    raise click.UsageError(
                        f"{parameter.opts[-1]} is given {times} times, expected once{listed}", ctx
                    )
        return parse(ctx, args)

    command.parse_args = parse_once  # type: ignore[method-assign]


def _takes_one(option: click.Option) -> bool:
    return not (option.multiple or option.is_flag or option.count)


class LazyGroup(click.Group):
    """A group whose commands are named in a table."""

    def __init__(
        self, *args: Any, lazy_commands: Mapping[str, LazyCommand] | None = None, **kwargs: Any
    ) -> None:
        """Make a group with click's own arguments and the table of commands."""
        super().__init__(*args, **kwargs)
        self.lazy_commands = dict(lazy_commands or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the table, which is the order of the work."""
        return list(self.lazy_commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command called `cmd_name`, None where there is none."""
        lazy = self.lazy_commands.get(cmd_name)
        return lazy.load() if lazy else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command; the error of an unknown one names similar commands."""
        if args and args[0] not in self.lazy_commands and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], self.lazy_commands, n=2)
            hint = (
                f": did you mean {' or '.join(near)}?"
                if near
                else f"; there is {', '.join(self.lazy_commands)}."
            )
            ctx.fail(f"There is no command {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.summary) for name, lazy in self.lazy_commands.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line.

        A command returns its exit code (None is 0). Whatever is raised on the way becomes one sentence
        on stderr and the exit code that goes with it; see `geoengine.cli.support.failures`.
        """
        name = prog_name or "geoengine"
        if not standalone_mode:
            return super().main(args, name, complete_var, standalone_mode=False, **extra)
        output = protect_stdout()
        with signals_raise():
            try:
                code = super().main(args, name, complete_var, standalone_mode=False, **extra)
            except (Exception, KeyboardInterrupt) as error:
                from geoengine.cli.support.failures import report

                code = report(error, as_json="--json" in (sys.argv[1:] if args is None else args))
        lost = output_failure(output)
        if lost is not None:
            from geoengine.cli.support.failures import MACHINE

            click.echo(lost, err=True)
            code = MACHINE
        sys.exit(code if isinstance(code, int) else 0)
