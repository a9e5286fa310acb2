"""The set-up script: lock files, their fallback, and what is shown of pip's output."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import pytest

from tools import bootstrap


class RecordedProgress:
    """Progress line that records what it is told."""

    def __init__(self) -> None:
        self.said: list[tuple[str, bool]] = []

    def say(self, text: str, lasting: bool = False) -> None:
        self.said.append((text, lasting))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "  Downloading torch-2.15.0-cp311-cp311-manylinux_2_28_x86_64.whl (912.3 MB)",
            [("fetching torch-2.15.0 (912.3 MB)", True)],
        ),
        ("Downloading click-8.5.1-py3-none-any.whl (110 kB)", [("fetching click-8.5.1 (110 kB)", False)]),
        ("Installing collected packages: a, b, c", [("unpacking 3 packages", True)]),
        (
            "  Preparing editable metadata (pyproject.toml): started",
            [("building the web client", True)],
        ),
        ("Collecting torch>=2.11", []),
    ],
)
def test_what_is_shown_of_pip(line: str, said: list[tuple[str, bool]]) -> None:
    progress = RecordedProgress()
    bootstrap.show(line, progress)
    assert progress.said == said


def test_a_registry_out_of_reach_is_named_as_the_reason() -> None:
    output = (
        "WARNING: Retrying … NewConnectionError('…: Failed to establish …')\nERROR: No matching distribution"
    )
    assert bootstrap.reason_of(output, Path("/x/install.log")).startswith(
        "The Python package registry could not be reached"
    )


def test_other_failures_show_pips_last_error() -> None:
    said = bootstrap.reason_of(
        "ERROR: first\n  error: the client could not be built\nmore", Path("/x/install.log")
    )
    reason = "pip could not install the project (error: the client could not be built)"
    assert said == f"{reason}; /x/install.log has the whole story."
    assert bootstrap.reason_of("OSError: [Errno 28] No space left on device", Path("/x/l")).startswith(
        "The disk is full"
    )


def test_an_old_python_is_told_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 9))
    stamp = tmp_path / "stamp"
    assert bootstrap.main(["--venv", str(tmp_path / "venv"), "--stamp", str(stamp)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "GeoEngine needs 3.11 or newer" in said
    assert not stamp.exists()


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """Arguments of each pip run, on a machine that the lock file is made for; every run succeeds."""
    runs: list[list[str]] = []

    def succeed(_python: Path, arguments: list[str], *_rest: object) -> tuple[int, str]:
        runs.append(arguments)
        return 0, ""

    monkeypatch.setattr(bootstrap, "run_pip", succeed)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "version_info", (3, 11, 7))
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    (tmp_path / "requirements-dev.lock").touch()
    return runs


def test_the_lock_is_installed_and_then_the_project_alone(locked: list[list[str]], tmp_path: Path) -> None:
    bootstrap.install(tmp_path / "python", ["dev"], tmp_path / "log")
    assert locked == [
        ["--require-hashes", "-r", str(tmp_path / "requirements-dev.lock")],
        ["--no-deps", "-e", str(tmp_path)],
    ]


def test_another_python_uses_the_ranges_and_is_told_so(
    locked: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 13, 1))
    bootstrap.install(tmp_path / "python", ["dev"], tmp_path / "log")
    assert locked == [["-e", f"{tmp_path}[dev]"]]
    said = capsys.readouterr().err
    assert "requirements-dev.lock is for Python 3.11 on linux x86_64, and this is Python 3.13" in said
    assert "using the ranges of pyproject.toml" in said


def test_a_wrong_hash_uses_the_ranges_and_is_told_so(
    locked: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse_the_lock(_python: Path, arguments: list[str], *_rest: object) -> tuple[int, str]:
        locked.append(arguments)
        failed = "--require-hashes" in arguments
        return int(failed), "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES\n" if failed else ""

    monkeypatch.setattr(bootstrap, "run_pip", refuse_the_lock)
    bootstrap.install(tmp_path / "python", ["dev"], tmp_path / "log")
    assert locked[1:] == [["-e", f"{tmp_path}[dev]"]]
    assert "DO NOT MATCH THE HASHES" in capsys.readouterr().err


def test_a_registry_out_of_reach_is_not_asked_twice(
    locked: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(_python: Path, arguments: list[str], *_rest: object) -> tuple[int, str]:
        locked.append(arguments)
        return 1, "NewConnectionError"

    monkeypatch.setattr(bootstrap, "run_pip", fail)
    with pytest.raises(bootstrap.SetUpError, match="could not be reached"):
        bootstrap.install(tmp_path / "python", ["dev"], tmp_path / "log")
    assert len(locked) == 1


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_pin_every_package_and_name_no_index(name: str) -> None:
    text = (Path(__file__).resolve().parents[1] / name).read_text()
    requirements = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(requirements) > 50
    assert all("==" in line and line.endswith("\\") for line in requirements)
    assert "://" not in text
    assert "file:" not in text
    assert "--index" not in text
    assert "--find-links" not in text
