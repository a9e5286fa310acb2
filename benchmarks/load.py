"""An HTTP client that keeps a server busy; `benchmarks/tiles.py` runs it as a process of its own.

    python benchmarks/load.py PORT CLIENTS < PATHS

Every client is a thread with one connection that it keeps. Prints one JSON object: wall-clock seconds, the
latency of each request in seconds, bytes received, statuses, and the CPU seconds the client itself took.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import threading
import time
from collections import Counter


class Connection:
    """One kept-alive HTTP/1.1 connection that reads as little Python as it can."""

    def __init__(self, port: int) -> None:
        """Connect to a port of this machine."""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = f"127.0.0.1:{port}"

    def get(self, path: str) -> tuple[int, int]:
        """(status, bytes of the body) of one request."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: */*\r\n\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self._socket.recv(1 << 17)
            if not piece:
                raise ConnectionError(f"The server closed the connection before it answered {path}.")
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        received = len(body)
        while received < length:
            received += len(self._socket.recv(min(1 << 17, length - received)))
        return int(head[9:12]), length


def measure(port: int, clients: int, paths: list[str]) -> dict[str, object]:
    """Request every path once, `clients` at a time."""
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    sizes = [0]
    todo = iter(paths)
    lock = threading.Lock()

    def work() -> None:
        connection = Connection(port)
        mine: list[tuple[float, int, int]] = []
        while True:
            with lock:
                path = next(todo, None)
            if path is None:
                break
            began = time.perf_counter()
            status, size = connection.get(path)
            mine.append((time.perf_counter() - began, status, size))
        with lock:
            for seconds, status, size in mine:
                latencies.append(seconds)
                statuses[status] += 1
                sizes[0] += size

    threads = [threading.Thread(target=work) for _ in range(clients)]
    cpu, began = time.process_time(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return {
        "seconds": seconds,
        "cpu_s": time.process_time() - cpu,
        "latencies_s": latencies,
        "bytes": sizes[0],
        "statuses": dict(statuses),
    }


def main() -> None:
    """Request the paths on standard input and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("port", type=int)
    parser.add_argument("clients", type=int)
    options = parser.parse_args()
    print(json.dumps(measure(options.port, options.clients, sys.stdin.read().split())))


if __name__ == "__main__":
    main()
