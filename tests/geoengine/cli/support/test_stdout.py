"""Tests of standard output whose reader has gone, or whose disk is full."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from geoengine.cli.support import stdout
from tests.support.samples import Town

COMMAND = [sys.executable, "-c", "from geoengine.cli import main; main()"]


def test_what_a_test_has_replaced_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert stdout.protect_stdout() is None
    assert stdout.output_failure(None) is None


def test_a_pipe_without_a_reader_takes_what_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    with open(writer, "w") as before:
        monkeypatch.setattr(sys, "__stdout__", before)
        monkeypatch.setattr(sys, "stdout", before)
        raw = stdout.protect_stdout()
        assert raw is not None
        os.close(reader)
        sys.stdout.write("x" * 100_000)
        assert stdout.output_failure(raw) is None
        assert raw.failure is not None


@pytest.mark.processes
def test_a_reader_that_has_gone_is_no_failure(town: Town) -> None:
    process = subprocess.Popen(
        [*COMMAND, "status", "-p", str(town.directory), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    assert process.wait(120) == 0
    assert errors == b""


@pytest.mark.processes
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full on this system")
def test_output_that_cannot_be_written_is_said(town: Town) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, "status", "-p", str(town.directory)], stdout=full, stderr=subprocess.PIPE, timeout=120
        )
    assert done.returncode == 4
    assert (
        done.stderr.decode().strip() == "The output could not be written to the end: no space left on device."
    )
