"""One client's connection: how long it may take and how much it may send before a request is complete.

uvicorn keeps connections in an event loop, but waits for ever for one that sends nothing, or a byte now and then.
"""

from __future__ import annotations

import json
from asyncio import BaseTransport, TimerHandle, Transport
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 20.0
"""For the first request's line and headers, and for those of a later one from its first byte on."""
BODY_SECONDS = 120.0
"""For a body: 16 MB at 1 Mbit/s."""
STALL_SECONDS = 60.0
"""In which a client takes at least what the operating system's buffers hold of an answer."""
IDLE_SECONDS = 75
"""Between two requests; longer than browsers keep what they do not use."""
MAX_HEAD_BYTES = 32_768
MAX_CONNECTIONS = 4_000


class Connection(HttpToolsProtocol):
    """A connection with time-outs and a limit of header bytes, in number limited by closing those that only wait.

    Where there are `max_connections`, a new one takes the place of the one that has waited longest without a complete
    request: idle and half-open connections never keep new ones out.
    """

    waiting: dict[Connection, None] = {}  # noqa: RUF012  # shared by all on purpose: the process has one limit of files
    max_connections = MAX_CONNECTIONS
    head_seconds = HEAD_SECONDS
    body_seconds = BODY_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make a connection for uvicorn's arguments."""
        super().__init__(*args, **kwargs)
        self._deadline: TimerHandle | None = None
        self._stalled: TimerHandle | None = None
        self._head_bytes = 0
        self._in_head = False

    def connection_made(self, transport: BaseTransport) -> None:
        """Start to wait for the first request."""
        super().connection_made(cast(Transport, transport))
        while len(self.connections) > self.max_connections and self.waiting:
            oldest = next(iter(self.waiting))
            oldest._stop_waiting()
            oldest.transport.abort()
            self.connections.discard(oldest)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        self._resume_sending()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes of a request; the time for its head runs from the first of them on."""
        if self.transport.is_closing():
            return
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._wait_for_head()
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(431, f"The request's headers are longer than {MAX_HEAD_BYTES} bytes.")

    def on_message_begin(self) -> None:
        """Count the bytes of the next head."""
        self._in_head, self._head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Refuse headers that are too long, else start the time for the body."""
        length = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if length > MAX_HEAD_BYTES:
            self._refuse(
                431, f"The request's headers have {length} bytes; expected at most {MAX_HEAD_BYTES}."
            )
            return
        self._in_head = False
        self._start(self.body_seconds, "body")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body, unless the request was refused."""
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the time: from here on it is the server's turn."""
        if not self.transport.is_closing():
            self._stop_waiting()
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        if self.timeout_keep_alive_task is not None:
            self.waiting[self] = None

    def shutdown(self) -> None:
        """End a connection without a complete request, and any other after its answer."""
        if self in self.waiting:
            self.transport.close()
        super().shutdown()

    def pause_writing(self) -> None:
        """Wait for a client that reads slowly, but not for ever."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(STALL_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on sending."""
        self._resume_sending()
        super().resume_writing()

    def _wait_for_head(self) -> None:
        self._in_head, self._head_bytes = True, 0
        self._start(self.head_seconds, "headers")

    def _start(self, seconds: float, what: str) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self._too_slow, seconds, what)
        self.waiting.setdefault(self)

    def _stop_waiting(self) -> None:
        self.waiting.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _resume_sending(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _too_slow(self, seconds: float, what: str) -> None:
        self._refuse(408, f"The request's {what} did not come within {seconds:g} s.")

    def _refuse(self, status: int, detail: str) -> None:
        """Answer with a problem document and close."""
        self._stop_waiting()
        if self.transport.is_closing():
            return
        phrase = HTTPStatus(status).phrase
        name = phrase.lower().replace(" ", "-")
        problem = {
            "type": f"urn:geoengine:problem:{name}",
            "title": phrase,
            "status": status,
            "detail": detail,
        }
        body = json.dumps(problem).encode()
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(
                f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/problem+json\r\n"
                f"content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode()
                + body
            )
        self.transport.close()
