"""Web application: `create_app` puts the parts together and opens the project."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Flask

from geoengine.project import Project
from server.api import BLUEPRINTS
from server.http import problems, security
from server.http.converters import IdConverter
from server.http.security import LOOPBACK_NAMES, HostPolicy
from server.pages import pages
from server.state import EXTENSION, ServerState, state_of
from server.tiles.cache import DEFAULT_BYTES
from server.tiles.reply_cache import TileReplyCache

MAX_BODY_BYTES = 16 * 1024 * 1024


def create_app(
    project: Project,
    *,
    author: str | None = None,
    allowed_hosts: Iterable[str] | HostPolicy = LOOPBACK_NAMES,
    tile_cache_bytes: int = DEFAULT_BYTES,
    runs_jobs: Callable[[], bool] = lambda: False,
    imagery: Iterable[Path] = (),
) -> Flask:
    """Make the WSGI application that serves one project; `close_app` ends it.

    Args:
        project: The project directory.
        author: Who an edit is by when a changeset doesn't say; the project's default where None.
        allowed_hosts: The host names (without ports) this server may be asked by; see `HostPolicy`.
        tile_cache_bytes: How much of the disk encoded tiles may take, in the project's ``cache/tiles``; 0 for none.
        runs_jobs: Whether a worker of this server's own runs.
        imagery: Folders of which the page may list rasters and add them.

    Raises:
        StoreError: If the project's database can't be opened.
        NotFoundError: A folder of `imagery` is not there.
        ProjectError: The project's rasters may not be read from one of them.
    """
    policy = allowed_hosts if isinstance(allowed_hosts, HostPolicy) else HostPolicy.of(allowed_hosts)
    app = routed_app()
    security.protect(app, policy)
    problems.install(app)
    state = ServerState.open(project, author, tile_cache_bytes, runs_jobs, imagery)
    app.extensions[EXTENSION] = state
    app.wsgi_app = TileReplyCache(app.wsgi_app, state.catalog, policy)  # type: ignore[method-assign]
    return app


def routed_app() -> Flask:
    """Return an application with every route and no project behind them: enough for the OpenAPI document."""
    app = Flask("server", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.url_map.converters["int"] = IdConverter
    # A doubled slash is a mistake to be told, not one to be redirected.
    app.url_map.merge_slashes = False
    for blueprint in (*BLUEPRINTS, pages):
        app.register_blueprint(blueprint)
    return app


def tile_replies(app: Flask) -> TileReplyCache:
    """Return the replies with tiles that `create_app` has put in front of `app`."""
    found = app.wsgi_app
    assert isinstance(found, TileReplyCache)
    return found


def close_app(app: Flask) -> None:
    """Write the label files that are still due and close the store and the rasters."""
    state_of(app).close()
