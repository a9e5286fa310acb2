"""Tests of how a command ends: by a signal, and as JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geoengine.cli.support.ending import Terminated, signals_raise
from tests.support.samples import Run, Town

COMMAND = [sys.executable, "-c", "from geoengine.cli import main; main()"]
# A command that says when it has begun, and holds something until it ends.
SLOW = """
import sys, time, click
from pathlib import Path
from geoengine.cli import main
from geoengine.cli.support.lazy import LazyCommand
@click.command()
def slow():
    Path(sys.argv[2]).touch()
    try:
        time.sleep(60)
    finally:
        Path(sys.argv[3]).touch()
import geoengine.cli
module = type(sys)("slow"); module.slow = slow; sys.modules["slow"] = module
main.lazy_commands["slow"] = LazyCommand("slow", "slow", "Wait.")
slow.params = [click.Argument(["paths"], nargs=-1, expose_value=False)]
main()
"""


@pytest.mark.processes
@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGINT, 130, "Interrupted; the same command again goes on."),
        (signal.SIGTERM, 143, "Ended by SIGTERM; the same command again goes on."),
        (signal.SIGHUP, 129, "Ended by SIGHUP; the same command again goes on."),
    ],
)
def test_a_signal_ends_the_command_in_order(tmp_path: Path, number: int, code: int, said: str) -> None:
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, "slow", str(begun), str(ended)], stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 120
    while not begun.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == code
    assert errors.strip() == said
    assert ended.exists()


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals_raise():
            os.kill(os.getpid(), signal.SIGHUP)
            with pytest.raises(Terminated):
                signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "-p", "NOWHERE", "--json"),
        ("jobs", "show", "77", "-p", "TOWN", "--json"),
        ("jobs", "show", "9" * 23, "-p", "TOWN", "--json"),
        ("prelabel", "-p", "TOWN", "--model", "none", "--json"),
        ("export", "-p", "TOWN", "out.geojson", "--scene", "none", "--json"),
    ],
)
def test_a_failure_is_json_too(arguments: tuple[str, ...], town: Town, tmp_path: Path, run: Run) -> None:
    names = {"TOWN": str(town.directory), "NOWHERE": str(tmp_path / "nowhere")}
    result = run(*(names.get(argument, argument) for argument in arguments))
    assert result.exit_code == 2
    said = json.loads(result.stdout)["error"]
    assert said["code"] == 2
    assert said["message"] == result.stderr.strip()


@pytest.mark.processes
def test_any_name_in_any_locale_is_json(town: Town, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xe6\x97\xa5.tif"
    Path(os.fsdecode(name)).write_bytes(b"no raster")
    done = subprocess.run(
        [*COMMAND, "add", "-p", str(town.directory), "--json", os.fsdecode(name)],
        capture_output=True,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        timeout=120,
    )
    assert b"Traceback" not in done.stderr
    json.loads(done.stdout)
