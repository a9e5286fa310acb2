"""The check of commit messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_commit import main, problems

BODY = "\n\nBecause it was missing."


@pytest.mark.parametrize(
    "message",
    [
        "Add a hook for commit messages" + BODY,
        "Process rasters in blocks"
        + BODY
        + "\n# a comment of git's, which is left out, however long it may be "
        + "x" * 80,
        "Merge branch 'main' into work",
        "Say where data lies" + BODY + "\nhttps://example.org/" + "a" * 120,
    ],
)
def test_good_messages_pass(message: str) -> None:
    assert problems(message) == []


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("", "empty"),
        ("# only a comment", "empty"),
        ("Add " + "x" * 70 + BODY, "74 characters"),
        ("Add a hook." + BODY, "period"),
        ("add a hook" + BODY, "capital"),
        ("Added a hook" + BODY, "imperative"),
        ("Adds a hook" + BODY, "imperative"),
        ("tests: a hook" + BODY, "capital"),
        ("Add a hook\nBecause.", "not blank"),
        ("Add a hook\n\n", "no body"),
        ("Add a hook\n\n" + "word " * 30, "A line of the body"),
    ],
)
def test_bad_messages_are_told_why(message: str, problem: str) -> None:
    assert any(problem in found for found in problems(message))


def test_the_hook_reads_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "COMMIT_EDITMSG"
    path.write_text("Fixed it\n")
    assert main([str(path)]) == 1
    assert "imperative" in capsys.readouterr().err
    path.write_text("Fix it" + BODY)
    assert main([str(path)]) == 0
    assert main([]) == 2
