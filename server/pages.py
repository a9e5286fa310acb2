"""Routes of the built web client: one page and its hashed assets, all from this machine."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, send_from_directory

from server.http.documentation import documented
from server.http.errors import ClientMissingError

STATIC = Path(__file__).resolve().parent / "static"
STATIC_SETTING = "GEOENGINE_STATIC"
# Vite puts a hash of the content into every asset's name.
IMMUTABLE = "public, max-age=31536000, immutable"

pages = Blueprint("pages", __name__)


def static_directory() -> Path:
    """Return the folder of the built client; a setting of the app, so that tests can bring their own."""
    return Path(current_app.config.get(STATIC_SETTING, STATIC))


@pages.get("/")
@documented("client", media_types=("text/html",), problems=(503,))
def index() -> Response:
    """Return the page of the web client."""
    directory = static_directory()
    if not (directory / "index.html").is_file():
        raise ClientMissingError(
            "The web client has not been built: server/static/index.html is missing; `make client` builds it."
        )
    reply = send_from_directory(directory, "index.html", mimetype="text/html")
    # The page names the hashed assets, so it's asked for anew each time (and answered with 304).
    reply.headers["Cache-Control"] = "no-cache"
    return reply


@pages.get("/assets/<path:name>")
@documented("client", media_types=("*/*",))
def asset(name: str) -> Response:
    """Return a script, style sheet or image of the web client."""
    reply = send_from_directory(static_directory() / "assets", name)
    reply.headers["Cache-Control"] = IMMUTABLE
    return reply


@pages.get("/favicon.ico")
@pages.get("/favicon.svg")
@documented("client", media_types=("image/svg+xml",), problems=(404,))
def icon() -> Response:
    """Return the icon of the web client."""
    reply = send_from_directory(static_directory(), "favicon.svg", mimetype="image/svg+xml")
    reply.headers["Cache-Control"] = "no-cache"
    return reply
