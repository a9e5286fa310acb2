"""`geoengine serve`: the web map of a project."""

from __future__ import annotations

from pathlib import Path

import click

from geoengine.cli.support.options import author_option, open_project, project_option

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8080
DEFAULT_TILE_CACHE_MB = 2000


@click.command()
@project_option
@click.option("--host", default=DEFAULT_HOST, show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--tile-cache-mb",
    type=click.IntRange(0),
    default=DEFAULT_TILE_CACHE_MB,
    show_default=True,
    help="Disk space for map tiles, in the project's cache/; 0 disables the cache.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the map in this machine's browser.")
@author_option
def serve(
    directory: Path, host: str, port: int, tile_cache_mb: int, open_browser: bool, author: str | None
) -> None:
    """Serve the web map of a project until Ctrl-C.

    The default address, 127.0.0.1, cannot be reached from other machines. On any other --host, everyone who can
    reach the port can read and change the labels: there is no log-in yet.
    """
    serve_project(
        directory,
        host=host,
        port=port,
        open_browser=open_browser,
        author=author,
        tile_cache_bytes=tile_cache_mb * 1_000_000,
    )


def serve_project(
    directory: Path,
    *,
    host: str,
    port: int,
    open_browser: bool = False,
    author: str | None = None,
    tile_cache_bytes: int = DEFAULT_TILE_CACHE_MB * 1_000_000,
) -> None:
    """Serve the project in `directory` until Ctrl-C or SIGTERM, and print the address."""
    from server.serve import serve as run

    project = open_project(directory)

    def ready(url: str) -> None:
        click.echo(f"{project.name} is on {url} (Ctrl-C stops; every edit is saved as it is made).")

    run(
        project,
        host=host,
        port=port,
        author=author,
        open_browser=open_browser,
        on_ready=ready,
        tile_cache_bytes=tile_cache_bytes,
    )
