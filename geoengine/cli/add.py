"""`geoengine add`: register rasters as scenes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.failures import DONE, FAULT, PARTLY, WRONG_INPUT, one_line, report, sentence
from geoengine.cli.options import Nodata, json_option, open_project, project_option
from geoengine.cli.output import bars, count, print_json

if TYPE_CHECKING:
    from geoengine.project import Project
    from geoengine.store import Store


@click.command()
@project_option
@click.argument("rasters", metavar="RASTER…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--nodata",
    type=Nodata(),
    help="What stands for 'no image here' where the file does not say it: a number, or a colour.",
)
@click.option("--name", help="What people call the scene; for one raster only.  [default: the file's name]")
@json_option
def add(
    directory: Path,
    rasters: tuple[Path, ...],
    nodata: float | tuple[int, ...] | None,
    name: str | None,
    as_json: bool,
) -> int:
    """Register rasters as scenes of a project.

    A raster that is not yet tiled with overviews is copied, losslessly, into the project's folder `scenes`;
    the original is never changed. A raster that is a scene already is left as it is, so the same command may
    run twice. A file that cannot be read is listed, the others go in, and the exit code is 1.

    \b
        geoengine add -p town banepa.tif --nodata 255,255,255
    """
    if name and len(rasters) > 1:
        raise click.UsageError("--name is for one raster, and there are several")
    project = open_project(directory)
    outcome = Outcome()
    with project.store() as store, bars() as progress, progress.task("scenes") as overall:
        for number, path in enumerate(rasters):
            overall(number / len(rasters))
            with progress.task(path.name) as share:
                line = outcome.add(project, store, path, nodata=nodata, name=name, progress=share)
            if line and not as_json:
                progress.echo(line)
    if as_json:
        print_json({"added": outcome.added, "known": outcome.known, "failed": outcome.failed})
    elif len(rasters) > 1:
        click.echo(
            f"{len(outcome.added)} added, {len(outcome.known)} known already, {len(outcome.failed)} failed."
        )
    return outcome.exit_code


@dataclass
class Outcome:
    """What became of each raster, as `--json` prints it.

    Attributes:
        added: scenes that went in.
        known: rasters that were scenes already.
        failed: rasters that could not be added, and why.
        fault: whether one of them failed through a fault of the program.
    """

    added: list[dict[str, Any]] = field(default_factory=list)
    known: list[dict[str, str]] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)
    fault: bool = False

    def add(self, project: Project, store: Store, path: Path, **settings: Any) -> str | None:
        """Registers one raster; whatever is wrong with it, it does not stop the others.

        Returns:
            A line for people; None where it failed, and stderr has the reason.
        """
        from geoengine.errors import DuplicateSceneError
        from geoengine.tasks.register import register_scene

        try:
            scene = register_scene(project, store, path, **settings)
        except DuplicateSceneError as duplicate:
            self.known.append({"path": str(path), "key": duplicate.existing.key})
            return f"{path}: is scene {duplicate.existing.key} already"
        except Exception as error:
            self._fail(path, error)
            return None
        grid = scene.grid
        size = {"width": grid.width, "height": grid.height, "bands": scene.bands, "dtype": scene.dtype}
        self.added.append(
            {"path": str(path), "key": scene.key, **size, "gsd_m": grid.gsd_m, "raster": scene.uri}
        )
        gsd = f"{grid.gsd_m:.3g} m" if grid.gsd_m else "no CRS"
        bands = f"{count(scene.bands, 'band')} {scene.dtype}"
        return f"{path}: scene {scene.key}, {grid.width} x {grid.height} px, {bands}, {gsd}"

    def _fail(self, path: Path, error: Exception) -> None:
        known = sentence(error)
        if known is None:
            self.fault = True
            report(error)
        text = known[0] if known else f"{type(error).__name__}: {one_line(str(error))}"
        self.failed.append({"path": str(path), "error": text})
        click.echo(text if str(path) in text else f"{path}: {text}", err=True)

    @property
    def exit_code(self) -> int:
        """0 all there, 1 some, 2 none, 3 a fault."""
        if self.fault:
            return FAULT
        if not self.failed:
            return DONE
        return PARTLY if self.added or self.known else WRONG_INPUT
