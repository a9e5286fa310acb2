"""The worker that a web process runs beside itself, as a process of its own: it ends when the web process does."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-c", "import sys; from geoengine.cli import main; main(sys.argv[1:])", "worker")
NICENESS = 10
AGAIN_S = 10.0
# To put its job back, and then for the process to end; a worker that is killed loses its current block only.
ENDING_S, KILLING_S = 2.0, 8.0


@contextmanager
def own_worker(directory: Path, device: str) -> Iterator[Callable[[], bool]]:
    """Run a worker for as long as the block lasts, anew where it ends by itself.

    It ends when its standard input does: at the end of the block, and when this process is killed.

    Args:
        directory: The project's.
        device: Device that models run on.

    Yields:
        Whether it runs, or is about to be started again.
    """
    closing = threading.Event()
    keeper = _Keeper(directory, device, closing)
    thread = threading.Thread(target=keeper.run, name="worker of this server", daemon=True)
    thread.start()
    try:
        yield thread.is_alive
    finally:
        closing.set()
        keeper.end()
        thread.join(ENDING_S + KILLING_S)


def end_with_parent(end: threading.Event) -> None:
    """Set `end` when the standard input of this process ends, and leave the processor to the web process."""
    os.nice(NICENESS)

    def wait() -> None:
        sys.stdin.buffer.read()
        end.set()

    threading.Thread(target=wait, name="end with the web process", daemon=True).start()


class _Keeper:
    """Starts the process, and starts it again."""

    def __init__(self, directory: Path, device: str, closing: threading.Event) -> None:
        self._arguments = ("-p", str(directory), "--device", device, "--with-parent")
        self._closing = closing
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def run(self) -> None:
        while True:
            with self._lock:
                if self._closing.is_set():
                    return
                # A session of its own: Ctrl-C is for the web process, which ends its worker itself.
                self._process = process = subprocess.Popen(
                    [*COMMAND, *self._arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    text=True,
                    start_new_session=True,
                )
            assert process.stderr is not None
            last = _relay(process.stderr)
            code = process.wait()
            if self._closing.is_set():
                return
            if code == 2:  # what it was asked for cannot be done, and will not be next time
                log.error("this server's worker cannot run: %s", last)
                return
            log.warning("this server's worker ended with %d; it is started again in %g s", code, AGAIN_S)
            if self._closing.wait(AGAIN_S):
                return

    def end(self) -> None:
        """End the process: asked first, then told, then killed."""
        with self._lock:
            process = self._process
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        for act, patience in ((None, ENDING_S), (process.terminate, KILLING_S), (process.kill, KILLING_S)):
            if act is not None:
                act()
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
            return


def _relay(stream: IO[str]) -> str:
    """Log what the worker says on its standard error; return the last line."""
    last = ""
    for line in stream:
        last = line.strip() or last
        log.info("worker: %s", line.rstrip())
    return last
