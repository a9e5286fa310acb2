"""Between the event loop and a WSGI application: complete requests go to a thread, answers come back in pieces.

A thread is taken once the request is there, and given back before the answer is sent: what is slow about a client
costs memory in the event loop and no thread.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

READERS = 8
"""Threads for requests that only read; a browser opens six connections for tiles."""
WRITERS = 4
"""Threads for the others. They wait for the database's write lock, and reading never waits for them."""
LARGE_BODY_BYTES = 1_000_000
"""Longer bodies share one thread: JSON takes many times its own size while it is read, and one thread's is reused."""
MOST_READ = 4
"""Times the largest body: a client that sends one a little too large reads the answer; of more, no more is read."""
_IN_MEMORY_BYTES = 262_144
_PIECE_BYTES = 262_144

ReplyOrNone = Callable[["WSGIEnvironment", Callable[..., Any]], Iterable[bytes] | None]


@dataclass
class _Reply:
    """An answer: its status and headers, its first piece, and what makes the next ones."""

    status: int
    headers: list[tuple[bytes, bytes]]
    piece: bytes
    rest: Iterator[bytes] | None
    close: Callable[[], object]


class WsgiBridge:
    """ASGI application that answers by a WSGI one.

    Args:
        app: The WSGI application.
        at_once: Answers from memory within microseconds, in the event loop, or returns None.
        max_body_bytes: What of a body the application reads; it refuses a longer one by its length.
    """

    def __init__(self, app: WSGIApplication, at_once: ReplyOrNone | None, max_body_bytes: int) -> None:
        """Start no thread yet."""
        self._app = app
        self._at_once = at_once
        self._max_body_bytes = max_body_bytes
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="write")
        self._large = ThreadPoolExecutor(1, thread_name_prefix="large")

    def close(self) -> None:
        """Wait for the requests that have a thread."""
        self._readers.shutdown()
        self._writers.shutdown()
        self._large.shutdown()

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one HTTP request."""
        assert scope["type"] == "http"
        environ = environ_of(scope)
        reads = scope["method"] in ("GET", "HEAD", "OPTIONS")
        if reads and self._at_once is not None:
            started = _Started()
            parts = self._at_once(environ, started)
            if parts is not None:
                await self._send(started.reply(parts), self._readers, send)
                return
        with SpooledTemporaryFile(_IN_MEMORY_BYTES) as body:
            length = await self._read(receive, body)
            if length is None:
                return  # the client has gone
            body.seek(0)
            environ["wsgi.input"] = body
            environ["CONTENT_LENGTH"] = str(length) if length or not reads else ""
            pool = self._readers if reads else self._writers
            if length > LARGE_BODY_BYTES:
                pool = self._large
            reply = await self._in_thread(pool, self._answer, environ)
        if length > MOST_READ * self._max_body_bytes:
            reply.headers.append((b"connection", b"close"))  # the rest of the body is not read
        await self._send(reply, pool, send)

    async def _read(self, receive: ASGIReceiveCallable, body: IO[bytes]) -> int | None:
        """Read a body and return its length; of one that is too long, no more is kept, and not all is read."""
        length = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            piece = message.get("body", b"")
            length += len(piece)
            if length <= self._max_body_bytes:
                body.write(piece)
            if not message.get("more_body", False) or length > MOST_READ * self._max_body_bytes:
                return length

    def _answer(self, environ: WSGIEnvironment) -> _Reply:
        started = _Started()
        return started.reply(self._app(environ, started))

    async def _send(self, reply: _Reply, pool: ThreadPoolExecutor, send: ASGISendCallable) -> None:
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": reply.status,
                    "headers": reply.headers,
                    "trailers": False,
                }
            )
            piece, rest = reply.piece, reply.rest
            while True:
                for start in range(0, len(piece), _PIECE_BYTES):
                    part = piece[start : start + _PIECE_BYTES]
                    is_last = rest is None and start + _PIECE_BYTES >= len(piece)
                    await send({"type": "http.response.body", "body": part, "more_body": not is_last})
                if rest is None:
                    break
                piece, rest = await self._in_thread(pool, _next_piece, rest)
            if not piece:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            reply.close()

    async def _in_thread(self, pool: ThreadPoolExecutor, call: Callable[..., Any], *args: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(pool, call, *args)


class _Started:
    """WSGI's ``start_response``: takes status and headers down."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []

    def __call__(
        self, status: str, headers: Sequence[tuple[str, str]], error: object = None
    ) -> Callable[[bytes], object]:
        self._status = int(status[:3])
        self._headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return _no_write

    def reply(self, parts: Iterable[bytes]) -> _Reply:
        """Return the answer with its first piece made."""
        piece, rest = _next_piece(iter(parts))
        return _Reply(self._status, self._headers, piece, rest, getattr(parts, "close", _nothing))


def _next_piece(parts: Iterator[bytes]) -> tuple[bytes, Iterator[bytes] | None]:
    """Return some of the parts as one, and the iterator where it has more."""
    found: list[bytes] = []
    size = 0
    for part in parts:
        found.append(part)
        size += len(part)
        if size >= _PIECE_BYTES:
            return b"".join(found), parts
    return b"".join(found), None


def environ_of(scope: HTTPScope) -> WSGIEnvironment:
    """Return WSGI's environment of a request, still without its body (PEP 3333)."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1")
        # A name with an underscore would pass for the one with a dash; of a body, the bridge says the length itself.
        if "_" in name or name in ("content-length", "transfer-encoding"):
            continue
        key = "CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"
        value = raw_value.decode("latin-1")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


def _no_write(data: bytes) -> None:
    raise NotImplementedError("WSGI's write() was called; expected the body to be returned.")


def _nothing() -> None:
    pass
