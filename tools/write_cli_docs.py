"""Writer of docs/cli.md from the commands themselves; a test fails where the two differ.

python tools/write_cli_docs.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from geoengine.cli import main
from geoengine.cli.support.failures import EXIT_CODES

TARGET = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
HEAD = """# The command line

Written by `make docs` from the commands themselves; `--help` prints the same.
Results go to stdout, everything else (progress, warnings, the sentence of a failure) to stderr.

| exit code | meaning |
|---|---|
{exit_codes}

With `--json` a failure is a document too: `{{"error": {{"message": …, "code": …}}}}`. Work goes on when
the reader of the output has gone, as in `| head`.

`GEOENGINE_AUTHOR` is the author of changes where `--author` is not given.
"""


def commands(command: click.Command, context: click.Context) -> Iterator[tuple[str, click.Context]]:
    """Yield every command below `command`, with its full name and a context to show its help in."""
    yield context.command_path, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from commands(
                child, click.Context(child, info_name=name, parent=context, terminal_width=100)
            )


def render() -> str:
    """Return docs/cli.md as it should be."""
    root = click.Context(main, info_name="geoengine", terminal_width=100, **main.context_settings)
    codes = "\n".join(f"| {code} | {meaning} |" for code, meaning in sorted(EXIT_CODES.items()))
    parts = [HEAD.format(exit_codes=codes)]
    for name, context in commands(main, root):
        parts.append(f"\n## {name}\n\n```\n{context.command.get_help(context).rstrip()}\n```\n")
    return "".join(parts)


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(render())
