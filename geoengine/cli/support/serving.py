"""Start of the web process from a command."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

import click

from geoengine.cli.support.options import F, open_project
from geoengine.cli.support.own_worker import own_worker

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8080
DEFAULT_TILE_CACHE_MB = 2000


def address_options(command: F) -> F:
    """Add `--host` and `--port`, the address to listen on."""
    port = click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=DEFAULT_PORT,
        show_default=True,
        help="Port to listen on; 0 picks a free one.",
    )
    host = click.option("--host", default=DEFAULT_HOST, show_default=True, help="Address to listen on.")
    return host(port(command))


def serve_project(
    directory: Path,
    *,
    host: str,
    port: int,
    open_browser: bool = False,
    author: str | None = None,
    tile_cache_bytes: int = DEFAULT_TILE_CACHE_MB * 1_000_000,
    worker_device: str | None = None,
    imagery: Iterable[Path] = (),
) -> None:
    """Serve the project in `directory` until Ctrl-C or SIGTERM, and print the address.

    With `worker_device`, a worker beside it runs queued jobs on that device, unless nothing can be written. Of the
    folders in `imagery` the page may list rasters and add them.
    """
    from geoengine.store.read_only import is_writable
    from server.serve import serve as run

    project = open_project(directory)
    is_open = is_writable(project.database_path)
    runs: list[Callable[[], bool]] = []
    beside = ExitStack()  # what is begun once the port is this server's

    def ready(url: str) -> None:
        edits = "every edit is saved as it is made" if is_open else "read-only: edits are refused"
        click.echo(f"{project.name} is on {url} (Ctrl-C stops; {edits}).")
        if worker_device is not None and is_open:
            runs.append(beside.enter_context(own_worker(project.directory, worker_device)))

    with beside:
        run(
            project,
            host=host,
            port=port,
            author=author,
            open_browser=open_browser,
            on_ready=ready,
            tile_cache_bytes=tile_cache_bytes,
            runs_jobs=lambda: any(one() for one in runs),
            imagery=imagery,
        )
