"""The set-up script: what it makes of pip's words."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Heard:
    """Collects what the progress line was told."""

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
def test_what_is_shown_of_pip(bootstrap: ModuleType, line: str, said: list[tuple[str, bool]]) -> None:
    heard = Heard()
    bootstrap.show(line, heard)
    assert heard.said == said


def test_a_registry_out_of_reach_is_named_as_the_reason(bootstrap: ModuleType) -> None:
    output = (
        "WARNING: Retrying … NewConnectionError('…: Failed to establish …')\nERROR: No matching distribution"
    )
    assert bootstrap.reason_of(output, Path("/x/install.log")).startswith(
        "The Python package registry could not be reached"
    )


def test_other_failures_show_pips_last_error(bootstrap: ModuleType) -> None:
    said = bootstrap.reason_of(
        "ERROR: first\n  error: the client could not be built\nmore", Path("/x/install.log")
    )
    reason = "pip could not install the project (error: the client could not be built)"
    assert said == f"{reason}; /x/install.log has the whole story."
    assert bootstrap.reason_of("OSError: [Errno 28] No space left on device", Path("/x/l")).startswith(
        "The disk is full"
    )


def test_an_old_python_is_told_what_is_needed(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 9))
    stamp = tmp_path / "stamp"
    assert bootstrap.main(["--venv", str(tmp_path / "venv"), "--stamp", str(stamp)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "GeoEngine needs 3.11 or newer" in said
    assert not stamp.exists()
