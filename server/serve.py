"""Server process: serves a project until a signal stops it."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from flask import Flask

from geoengine.project import Project
from server.app import MAX_BODY_BYTES, close_app, create_app, tile_replies
from server.http.errors import ListenError
from server.http.security import LOOPBACK_NAMES, HostPolicy, is_address
from server.serving.memory import share_arenas
from server.serving.web_server import WebServer
from server.tiles.cache import DEFAULT_BYTES

log = logging.getLogger(__name__)

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8080
MAX_PORT = 65_535
EVERY_ADDRESS = frozenset({"", "0.0.0.0", "::", "*"})


def serve(
    project: Project,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    author: str | None = None,
    open_browser: bool = False,
    *,
    tile_cache_bytes: int = DEFAULT_BYTES,
    on_ready: Callable[[str], None] | None = None,
    runs_jobs: Callable[[], bool] = lambda: False,
    imagery: Iterable[Path] = (),
) -> None:
    """Serve `project` until SIGINT or SIGTERM, then finish running requests and write due label files.

    Args:
        project: The project directory.
        host: Name or address to listen on; nothing outside this machine reaches 127.0.0.1.
        port: TCP port; 0 takes a free one.
        author: Who an edit is by when a changeset doesn't say.
        tile_cache_bytes: How much of the disk encoded tiles may take; 0 for none.
        open_browser: Open the map in this machine's browser once it's there.
        on_ready: Called with the address once requests are answered.
        runs_jobs: Whether a worker of this server's own runs.
        imagery: Folders of which the page may list rasters and add them.

    Raises:
        ListenError: If the port is in use, needs privileges, or the address isn't this machine's.
        StoreError: If the project's database can't be opened.
        NotFoundError: A folder of `imagery` is not there.
        ProjectError: The project's rasters may not be read from one of them.
    """
    share_arenas()
    policy = host_policy(host)
    if policy.any_address or not policy.names <= set(LOOPBACK_NAMES):
        log.warning("listening on %s: everyone who can reach this port can read and change the labels", host)
    app = create_app(
        project,
        author=author,
        allowed_hosts=policy,
        tile_cache_bytes=tile_cache_bytes,
        runs_jobs=runs_jobs,
        imagery=imagery,
    )
    try:
        server = listen(app, host, port)
        with stopped_by_signals(server.stop):
            try:
                url = server_url(host, server.port)
                log.info("serving %s on %s", project.name, url)
                if on_ready is not None:
                    on_ready(url)
                if open_browser:
                    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
                server.run()  # ends once it is told to stop and running requests have been answered
            finally:
                server.close()
                close_app(app)
    finally:
        close_app(app)  # for when it never came to listening; the second time does nothing
    log.info("stopped; every label file is written")


def listen(app: Flask, host: str, port: int) -> WebServer:
    """Return a server that is bound and listening, not yet answering.

    Raises:
        ListenError: With one sentence saying why not.
    """
    if not 0 <= port <= MAX_PORT:  # the resolver would quietly take the number modulo 65536
        raise ListenError(f"Port {port} was asked for; expected 0 to {MAX_PORT}.")
    try:
        return WebServer(
            app,
            None if host in EVERY_ADDRESS else host.strip("[]"),
            port,
            max_body_bytes=MAX_BODY_BYTES,
            at_once=tile_replies(app).remembered,
        )
    except (OSError, ValueError) as error:
        raise ListenError(_reason(error, host, port)) from error


def host_policy(host: str) -> HostPolicy:
    """Return the hosts that a server on `host` answers to: that name; any address where it listens on all."""
    if host in EVERY_ADDRESS:
        return HostPolicy.of([*LOOPBACK_NAMES, socket.gethostname(), socket.getfqdn()], any_address=True)
    return HostPolicy.of([*LOOPBACK_NAMES, host])


def server_url(host: str, port: int) -> str:
    """Return the address to open in a browser on this machine."""
    name = DEFAULT_HOST if host in EVERY_ADDRESS else host.strip("[]")
    return f"http://[{name}]:{port}" if is_address(name) and ":" in name else f"http://{name}:{port}"


@contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at SIGTERM and SIGINT during the block, as often as they come: none interrupts its tidying up.

    Outside the main thread, which alone may handle signals, they're left as they are.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop()

    before = {
        number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _reason(error: Exception, host: str, port: int) -> str:
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use by another program; stop it or choose another with --port."
    if code == errno.EACCES:
        return f"Port {port} on {host} needs privileges this user lacks; choose one above 1023 with --port."
    if code == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror | ValueError):
        return f"The host {host!r} is not an address of this machine; use 127.0.0.1 or one it has."
    return f"Cannot listen on {host} port {port}: {error}."
