"""Connections that wait hold nobody up; what is too slow, too long or ambiguous is refused; a large answer arrives."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from server.serving import bridge
from server.serving.connection import MAX_HEAD_BYTES, Connection
from server.serving.web_server import WebServer, raise_file_limit

MAX_BODY = 100_000
GATE = threading.Event()


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    """Answer with what was asked for, or with pieces, or once `GATE` is open."""
    path = environ["PATH_INFO"]
    if path == "/wait":
        GATE.wait(30)
    if path == "/pieces":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (b"x" * 100_000 for _ in range(30))
    body = environ["wsgi.input"].read()
    told = {name: value for name, value in environ.items() if isinstance(value, str)}
    data = json.dumps({**told, "read": len(body)}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(data)))])
    return [data]


@contextmanager
def running() -> Iterator[int]:
    GATE.clear()
    server = WebServer(app, "127.0.0.1", 0, max_body_bytes=MAX_BODY)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.port
    finally:
        GATE.set()
        server.stop()
        thread.join(timeout=40)
        server.close()
        assert not thread.is_alive()


@pytest.fixture
def port() -> Iterator[int]:
    with running() as number:
        yield number


def ask(port: int, path: str = "/", method: str = "GET", **more: Any) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, **more)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def send(port: int, data: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(data)
    return connection


def read_all(connection: socket.socket) -> bytes:
    """Everything up to the end of the connection."""
    found = b""
    with connection:
        while piece := connection.recv(65_536):
            found += piece
    return found


def open_waiting(port: int, count: int) -> ExitStack:
    """Connections of which every other has sent a part of a request."""
    stack = ExitStack()
    for number in range(count):
        part = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " if number % 2 else b""
        stack.enter_context(send(port, part))
    return stack


def test_idle_connections_do_not_delay_requests(port: int) -> None:
    with open_waiting(port, 300):
        assert all(ask(port)[0] == 200 for _ in range(20))


@pytest.mark.soak
def test_a_thousand_idle_connections_do_not_delay_requests(port: int) -> None:
    if raise_file_limit() < 2500:
        pytest.skip("This user may not open files for a thousand connections in one process.")
    with open_waiting(port, 1000):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            began = time.monotonic()
            assert ask(port)[0] == 200
            assert time.monotonic() - began < 5


def test_the_connection_idle_for_longest_is_closed(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "max_connections", 20)
    with open_waiting(port, 50):
        assert ask(port)[0] == 200
    with ThreadPoolExecutor(8) as pool:
        busy = [pool.submit(ask, port, "/wait") for _ in range(4)]
        time.sleep(0.5)  # until their requests are there
        with open_waiting(port, 50):
            GATE.set()
            assert [each.result()[0] for each in busy] == [200] * 4, "who has asked is not closed"


def test_slow_headers(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "head_seconds", 0.5)
    silent = send(port, b"")
    slow = send(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    began = time.monotonic()
    for _ in range(3):  # a byte now and then wins no time
        time.sleep(0.1)
        slow.sendall(b"x")
    for connection in (silent, slow):
        answer = read_all(connection)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["status"] == 408
    assert 0.4 < time.monotonic() - began < 10


def test_slow_bodies_take_no_thread(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "body_seconds", 1.5)
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf"
    slow = [send(port, head) for _ in range(2 * bridge.WRITERS)]
    assert ask(port, method="POST", body=b"whole")[0] == 200
    for connection in slow:
        assert read_all(connection).startswith(b"HTTP/1.1 408 ")


def test_writers_do_not_delay_readers(port: int) -> None:
    with ThreadPoolExecutor(2 * bridge.WRITERS) as pool:
        writers = [pool.submit(ask, port, "/wait", "POST", body=b"{}") for _ in range(2 * bridge.WRITERS)]
        time.sleep(0.2)
        assert ask(port)[0] == 200
        GATE.set()
        assert [each.result()[0] for each in writers] == [200] * len(writers)


@pytest.mark.parametrize("header", [b"X: " + b"x" * MAX_HEAD_BYTES, b"X: " + b"x" * 400_000])
def test_long_headers(port: int, header: bytes) -> None:
    assert ask(port, headers={"X": "x" * 20_000})[0] == 200
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    try:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + header + b"\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 431 ")
    except ConnectionError:  # closed while it was still sending
        pass
    finally:
        connection.close()
    assert ask(port)[0] == 200


def test_two_lengths_close_the_connection(port: int) -> None:
    """With Content-Length and Transfer-Encoding both, proxies may see another request in the body (RFC 9112, 6.3)."""
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
    answer = read_all(
        send(
            port,
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            + smuggled,
        )
    )
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "request_",
    [b"NONSENSE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01"],
)
def test_malformed_requests(port: int, request_: bytes) -> None:
    assert read_all(send(port, request_)).startswith(b"HTTP/1.1 400 ")
    assert ask(port)[0] == 200


def test_environment(port: int) -> None:
    status, body = ask(
        port,
        "/a%20b%ff?q=%C3%A9",
        "POST",
        body=b"12345",
        headers={"Content-Type": "text/x", "X-Y": "1", "X_Y": "2"},
    )
    found = json.loads(body)
    assert status == 200
    assert found["PATH_INFO"] == "/a b\xff"
    assert (found["QUERY_STRING"], found["CONTENT_LENGTH"], found["read"]) == ("q=%C3%A9", "5", 5)
    assert (found["CONTENT_TYPE"], found["HTTP_X_Y"], found["REMOTE_ADDR"]) == ("text/x", "1", "127.0.0.1")
    assert found["HTTP_HOST"] == f"127.0.0.1:{port}"


def test_chunked_bodies(port: int) -> None:
    found = json.loads(
        ask(
            port,
            method="POST",
            body=iter([b"123", b"45"]),
            encode_chunked=True,
            headers={"Transfer-Encoding": "chunked"},
        )[1]
    )
    assert (found["CONTENT_LENGTH"], found["read"]) == ("5", 5)


def test_long_bodies_are_not_kept(port: int) -> None:
    """The application is told the length, which it refuses, and gets no more than it would read."""
    found = json.loads(ask(port, method="POST", body=b"x" * (2 * MAX_BODY))[1])
    assert found["CONTENT_LENGTH"] == str(2 * MAX_BODY)
    assert found["read"] <= MAX_BODY


def test_answers_in_pieces(port: int) -> None:
    status, body = ask(port, "/pieces")
    assert (status, len(body)) == (200, 3_000_000)


def test_clients_that_do_not_read_take_no_thread(port: int) -> None:
    asking = b"GET /pieces HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(2 * bridge.READERS):
            stack.enter_context(send(port, asking))
        time.sleep(0.2)
        assert ask(port)[0] == 200


def test_kept_connections_and_pipelines(port: int) -> None:
    one = b"GET /%d HTTP/1.1\r\nHost: localhost\r\n"
    requests = (
        b"".join(one % number + b"\r\n" for number in range(5)) + one % 5 + b"Connection: close\r\n\r\n"
    )
    answers = read_all(send(port, requests))
    assert [b'"/%d"' % number in answers for number in range(6)] == [True] * 6


def test_a_request_is_finished_before_the_server_stops() -> None:
    with ThreadPoolExecutor(1) as pool:
        with running() as port:
            asked = pool.submit(ask, port, "/wait")
            time.sleep(0.3)
        assert asked.result()[0] == 200
