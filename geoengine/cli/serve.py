"""`geoengine serve`: the web map of a project."""

from __future__ import annotations

from pathlib import Path

import click

from geoengine.cli.support.options import author_option, project_option
from geoengine.cli.support.serving import DEFAULT_TILE_CACHE_MB, address_options, serve_project


@click.command()
@project_option
@address_options
@click.option(
    "--tile-cache-mb",
    type=click.IntRange(0),
    default=DEFAULT_TILE_CACHE_MB,
    show_default=True,
    help="Disk space for map tiles, in the project's cache/; 0 disables the cache.",
)
@click.option("--no-worker", is_flag=True, help="Leave queued jobs to geoengine worker, here or elsewhere.")
@click.option(
    "--device", default="cpu", show_default=True, help="Device of the worker's models: cpu, cuda or cuda:N."
)
@click.option(
    "--imagery",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="Folder whose rasters, with those below it, the page may list and add. May be given several times.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the map in this machine's browser.")
@author_option
def serve(
    directory: Path,
    host: str,
    port: int,
    tile_cache_mb: int,
    no_worker: bool,
    device: str,
    imagery: tuple[Path, ...],
    open_browser: bool,
    author: str | None,
) -> None:
    """Serve the web map of a project until Ctrl-C.

    The default address, 127.0.0.1, cannot be reached from other machines. On any other --host, everyone who can
    reach the port can read and change the labels: there is no log-in yet.

    Everyone who can use the page can also upload rasters into the project, and add those in the folders that --imagery
    names; no other folder is shown.

    A worker of its own runs queued jobs in a process beside it, and ends with it; a job that it has not finished then
    is queued again.
    """
    serve_project(
        directory,
        host=host,
        port=port,
        open_browser=open_browser,
        author=author,
        worker_device=None if no_worker else device,
        tile_cache_bytes=tile_cache_mb * 1_000_000,
        imagery=imagery,
    )
