"""Background threads that outlive any error and tell of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


class WatchedThread:
    """Thread that calls a function again and again until it is stopped, whatever the function raises.

    An error is logged once, kept in `problem` until a call ends well, and followed by a pause.
    """

    def __init__(self, step: Callable[[], None], name: str, *, pause_s: float = 1.0) -> None:
        """Start the thread.

        Args:
            step: One round of the work; it waits for itself where there is nothing to do.
            name: What the thread does, for the log and for `problem`.
            pause_s: Seconds from an error to the next call.
        """
        self._step = step
        self._name = name
        self._pause_s = pause_s
        self._stopped = threading.Event()
        self._problem: str | None = None
        self._thread = self._started()

    def watch(self) -> str | None:
        """Start the thread again where it ended without `stop`.

        Returns:
            Why the last call failed, in one sentence; None where it did not.
        """
        if not self._stopped.is_set() and not self._thread.is_alive():
            problem = f"{self._name} had ended; it was started again"
            _log.error("%s", problem)
            self._thread = self._started()
            return problem
        return self._problem

    def stop(self, wake: Callable[[], None] = lambda: None) -> None:
        """End the thread after the call in progress, which `wake` may shorten, and wait for it."""
        self._stopped.set()
        wake()
        self._thread.join()

    def _started(self) -> threading.Thread:
        thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._step()
            except Exception as error:
                problem = f"{self._name} failed and is tried again: {error or type(error).__name__}"
                if self._problem != problem:
                    _log.exception("%s", problem)
                self._problem = problem
                self._stopped.wait(self._pause_s)
            else:
                self._problem = None
