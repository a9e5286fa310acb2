"""Start of the web process from a command."""

from __future__ import annotations

from pathlib import Path

import click

from geoengine.cli.support.options import F, open_project

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
) -> None:
    """Serve the project in `directory` until Ctrl-C or SIGTERM, and print the address."""
    from geoengine.store.read_only import is_writable
    from server.serve import serve as run

    project = open_project(directory)

    def ready(url: str) -> None:
        edits = (
            "every edit is saved as it is made"
            if is_writable(project.database_path)
            else "read-only: edits are refused"
        )
        click.echo(f"{project.name} is on {url} (Ctrl-C stops; {edits}).")

    run(
        project,
        host=host,
        port=port,
        author=author,
        open_browser=open_browser,
        on_ready=ready,
        tile_cache_bytes=tile_cache_bytes,
    )
