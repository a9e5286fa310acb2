"""Output of `geoengine import`: what went in, what did not and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.output import count

if TYPE_CHECKING:
    from geoengine.tasks.labels.import_options import ImportReport

LISTED = 20
"""So many problems and unknown classes are printed; `--json` has all."""


def import_document(report: ImportReport) -> dict[str, Any]:
    """Return a report as `--json` prints it."""
    return {**asdict(report), "changeset": next(iter(report.changesets.values()), None)}


def tell_import(report: ImportReport, scenes: Sequence[str]) -> None:
    """Print a report for people.

    Args:
        report: What was imported.
        scenes: Keys of the scenes that were asked for or, where none was, that changed.
    """
    where = f" to {scenes[0]}" if len(scenes) == 1 else f" to {count(len(scenes), 'scene')}" if scenes else ""
    parts = [f"{count(report.added, 'feature')} added{where}"]
    parts += [f"{report.changed:,} changed"] if report.changed else []
    parts += [f"{report.deleted:,} deleted"] if report.deleted else []
    parts += [f"{report.known:,} there already"] if report.known else []
    parts += [f"{len(report.problems):,} left out"] if report.problems else []
    click.echo(f"{', '.join(parts)}.")
    click.echo(f"Read as {report.format}.", err=True)
    if report.newer:
        click.echo(
            f"{count(report.newer, 'object')} changed here since the file was written: kept.", err=True
        )
    if report.repaired:
        click.echo(f"{count(report.repaired, 'feature')} with rings repaired.", err=True)
    for note in report.notes:
        click.echo(f"Note: {note}.", err=True)
    _tell_problems(report)


def _tell_problems(report: ImportReport) -> None:
    if report.unknown_classes:
        names = sorted(report.unknown_classes.items(), key=lambda pair: -pair[1])
        listed = ", ".join(f"{name!r} ({number:,})" for name, number in names[:LISTED])
        click.echo(f"Unknown classes: {listed}; --map NAME=CLASS says what they mean.", err=True)
    if any(problem.reason.startswith("is not valid") for problem in report.problems):
        click.echo("Rings cross or touch themselves, or parts overlap; --repair repairs them.", err=True)
    for problem in report.problems[:LISTED]:
        click.echo(f"  {problem.sentence()}", err=True)
    if len(report.problems) > LISTED:
        click.echo(f"  … and {len(report.problems) - LISTED:,} more (--json lists them all)", err=True)
