from __future__ import annotations

import threading
import time

import pytest

from geoengine.watched_thread import WatchedThread


def test_an_error_is_reported_and_the_thread_continues() -> None:
    fails, rounds = threading.Event(), threading.Semaphore(0)
    fails.set()

    def step() -> None:
        time.sleep(0.001)
        rounds.release()
        if fails.is_set():
            raise RuntimeError("no luck")

    thread = WatchedThread(step, "digging", pause_s=0.001)
    for _ in range(3):
        assert rounds.acquire(timeout=10)
    assert thread.watch() == "digging failed and is tried again: no luck"
    fails.clear()
    for _ in range(3):
        assert rounds.acquire(timeout=10)
    assert thread.watch() is None
    thread.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_ended_is_started_again() -> None:
    ended, rounds = threading.Event(), threading.Semaphore(0)

    def step() -> None:
        time.sleep(0.001)
        if not ended.is_set():
            ended.set()
            raise SystemExit
        rounds.release()

    thread = WatchedThread(step, "digging")
    assert ended.wait(10)
    thread._thread.join(10)
    assert thread.watch() == "digging had ended; it was started again"
    assert rounds.acquire(timeout=10)
    thread.stop()
