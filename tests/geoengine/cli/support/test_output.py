"""Output of commands."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from geoengine.cli.support.output import Bars, bars, count, print_json, table


def test_columns_are_aligned_and_none_is_a_dash() -> None:
    assert (
        table(["key", "count"], [["a", 7], ["town", None]], right=(1,))
        == "key   count\na         7\ntown      -"
    )


def test_counts_have_their_noun() -> None:
    assert [count(number, "feature") for number in (0, 1, 3214)] == [
        "0 features",
        "1 feature",
        "3,214 features",
    ]
    assert count(2, "class", "classes") == "2 classes"


def test_json_has_text_for_what_it_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"path": Path("/d/x"), "day": date(2026, 1, 2), "name": "Bānepā"})
    text = capsys.readouterr().out
    assert "Bānepā" in text
    assert json.loads(text) == {"path": "/d/x", "day": "2026-01-02", "name": "Bānepā"}
    with pytest.raises(ValueError, match="not JSON compliant"):
        print_json({"score": float("nan")})


def test_bars_are_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with bars() as shown, shown.task("reading") as report:
        report(0.5)
        shown.echo("done")
    assert capsys.readouterr() == ("done\n", "")


def test_a_bar_shows_the_share_done_and_goes_when_its_work_ends() -> None:
    from rich.progress import Progress

    progress = Progress(disable=True)
    with Bars(progress).task("reading") as report:
        report(0.25)
        assert [(task.description, task.completed) for task in progress.tasks] == [("reading", 0.25)]
    assert progress.tasks == []
