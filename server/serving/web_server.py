"""Listening on an address, and answering until told to stop."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import uvicorn

from server.serving.bridge import ReplyOrNone, WsgiBridge
from server.serving.connection import IDLE_SECONDS, MAX_CONNECTIONS, Connection

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

BACKLOG = 1024
STOP_SECONDS = 30
"""For requests that are being answered when the server stops."""
_OTHER_FILES = 256


class WebServer:
    """A WSGI application on a port; bound and listening once made, answering while it runs.

    Args:
        app: The WSGI application.
        host: Name or address to listen on; None for all of this machine's.
        port: TCP port; 0 takes a free one.
        at_once: See `WsgiBridge`.
        max_body_bytes: See `WsgiBridge`.

    Raises:
        OSError: The address cannot be listened on.
    """

    def __init__(
        self,
        app: WSGIApplication,
        host: str | None,
        port: int,
        *,
        max_body_bytes: int,
        at_once: ReplyOrNone | None = None,
    ) -> None:
        """Listen."""
        self._sockets = bind(host, port)
        self._bridge = WsgiBridge(app, at_once, max_body_bytes)
        Connection.max_connections = min(MAX_CONNECTIONS, max(64, raise_file_limit() - _OTHER_FILES))
        # What clients send wrong is told to them; a line in the log for each would be theirs to write.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        config = uvicorn.Config(
            self._bridge,
            http=Connection,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self._server = _Server(config)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._sockets[0].getsockname()[1])

    def run(self) -> None:
        """Answer requests until `stop`, then finish those that are being answered."""
        self._server.run(list(self._sockets))

    def stop(self) -> None:
        """Make `run` return; may be called from signal handlers and other threads, before `run` too."""
        self._server.should_exit = True

    def close(self) -> None:
        """Stop listening and wait for the threads."""
        for each in self._sockets:
            each.close()
        self._bridge.close()


class _Server(uvicorn.Server):
    """uvicorn's server, which leaves signals to `server.serve`."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


def bind(host: str | None, port: int) -> Sequence[socket.socket]:
    """Return sockets that listen on every address of `host`, all on the same port.

    Raises:
        OSError: There is none, or none can be bound.
    """
    found: list[socket.socket] = []
    failure: OSError | None = None
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    # IPv4 first, whose port a URL with 127.0.0.1 names.
    for family, kind, protocol, _, address in sorted(addresses, key=lambda each: each[0] != socket.AF_INET):
        one = socket.socket(family, kind, protocol)
        try:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            taken = found[0].getsockname()[1] if found else port
            one.bind((address[0], taken, *address[2:]))
            one.listen(BACKLOG)
            one.setblocking(False)
            found.append(one)
        except OSError as error:
            one.close()
            failure = failure or error
    if not found:
        raise failure or OSError(f"no address for {host!r}")
    return found


def raise_file_limit() -> int:
    """Raise the number of files this process may open to what connections need, where it may; return it."""
    try:
        import resource
    except ImportError:  # not on Windows
        return 512
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + _OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return MAX_CONNECTIONS + _OTHER_FILES if soft == resource.RLIM_INFINITY else soft
