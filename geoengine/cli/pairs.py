"""`geoengine pairs`: scenes of the same ground on different dates."""

from __future__ import annotations

from pathlib import Path

import click

from geoengine.cli.support.options import json_option, open_project, project_option
from geoengine.cli.support.output import count, print_json, table


@click.command()
@project_option
@json_option
def pairs(directory: Path, as_json: bool) -> None:
    """List scenes of the same ground on different dates, the newest first.

    A pair is two scenes with different dates of acquisition whose footprints overlap by at least a tenth of the
    smaller one. The web map shows one over the other.
    """
    from geoengine.model import find_pairs

    with open_project(directory).store() as store, store.reading() as view:
        found = find_pairs(view.scenes())
    if as_json:
        print_json(
            {
                "pairs": [
                    {
                        "later": {"key": pair.later.key, "acquired_at": pair.later.acquired_at},
                        "earlier": {"key": pair.earlier.key, "acquired_at": pair.earlier.acquired_at},
                        "days": pair.days,
                        "overlap": pair.overlap,
                    }
                    for pair in found
                ]
            }
        )
        return
    click.echo(f"{count(len(found), 'pair')} of scenes.")
    if found:
        rows = [
            [
                pair.later.key,
                (pair.later.acquired_at or "")[:10],
                pair.earlier.key,
                (pair.earlier.acquired_at or "")[:10],
                pair.days,
                f"{pair.overlap:.0%}",
            ]
            for pair in found
        ]
        click.echo("\n" + table(["later", "date", "earlier", "date", "days", "overlap"], rows, right=(4, 5)))
