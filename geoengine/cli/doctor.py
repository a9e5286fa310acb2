"""`geoengine doctor`: check the machine, and say what to do about each fault."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from geoengine.cli.support.failures import DONE, PARTLY
from geoengine.cli.support.options import json_option, project_option
from geoengine.cli.support.output import print_json

MARKS = {"ok": "ok  ", "note": "note", "bad": "BAD "}


@click.command()
@project_option
@json_option
def doctor(directory: Path, as_json: bool) -> int:
    """Check this machine and say what to do.

    The checks cover versions, GDAL's drivers, torch and torchvision as a pair, models, the web client, the
    database, disk, memory and browser. Each problem comes with what to do about it, and the exit code is then
    1.
    """
    from geoengine.cli.support.checkup import examine
    from geoengine.cli.support.checkup_machine import BAD

    findings = examine(directory)
    well = all(finding.level != BAD for finding in findings)
    if as_json:
        print_json({"well": well, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            click.echo(f"{MARKS[finding.level]}  {finding.name:<11} {finding.found}")
            if finding.advice:
                click.echo(f"{'':19}→ {finding.advice}")
    return DONE if well else PARTLY
