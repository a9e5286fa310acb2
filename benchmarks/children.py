"""What benchmarks run in processes of their own, and how the figures of two sides become one.

Only the standard library is imported: a child's peak of memory begins with its parent's.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

GEOENGINE = (sys.executable, "-c", "from geoengine.cli import main; main()")
_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Ended:
    """What a process wrote to its standard output, its seconds, and the peak of its resident memory, bytes."""

    output: str
    seconds: float
    peak: int


def watched(command: Sequence[object]) -> Ended:
    """Run a command to its end, with its standard error passed through.

    Raises:
        SystemExit: it failed.
    """
    began = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{_name(command)} ended with {process.returncode}")
    return Ended(output, seconds, usage.ru_maxrss * _MAXRSS_BYTES)


def output(command: Sequence[object], **environment: str) -> str:
    """Return what a command prints; `environment` is added to this process's own.

    Raises:
        SystemExit: it failed.
    """
    environ = {**os.environ, **environment}
    child = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=environ)
    if child.returncode:
        sys.exit(f"{_name(command)} ended with {child.returncode}: {child.stderr[-1500:]}")
    return child.stdout


def figures(command: Sequence[object], **environment: str) -> dict[str, float]:
    """Return the last line that a command prints, which is JSON.

    Raises:
        SystemExit: it failed.
    """
    found: dict[str, float] = json.loads(output(command, **environment).splitlines()[-1])
    return found


def peak_bytes() -> int:
    """Return the peak of this process's resident memory so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_BYTES


@dataclass(frozen=True)
class Ratio:
    """One side by the other, pair by pair, so that a machine that is busy for a while is busy for both."""

    median: float
    least: float
    most: float
    pairs: int

    @classmethod
    def of(cls, one: Sequence[float], other: Sequence[float]) -> Ratio:
        """Of figures that were taken in turns; both have as many."""
        ratios = [a / b for a, b in zip(one, other, strict=True)]
        return cls(statistics.median(ratios), min(ratios), max(ratios), len(ratios))

    def __str__(self) -> str:
        """Write the figures for a table."""
        return f"{self.median:.3f} ({self.least:.3f} to {self.most:.3f}, {self.pairs} pairs)"


def _name(command: Sequence[object]) -> str:
    return " ".join(str(part) for part in command[:4])
