"""Output of `geoengine prelabel`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from geoengine.cli.support import prelabel_output as output
from geoengine.model import Scene
from geoengine.model.changeset import UndoResult
from geoengine.tasks.prelabel.report import ScenePrelabel
from geoengine.tasks.prelabel.undo import SceneUndo
from tiling.progress import Progress


class Bars:
    """Bars that note what is shown and what is closed."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.echoed: list[str] = []
        self.echo = self.echoed.append

    @contextmanager
    def task(self, description: str) -> Iterator[Progress]:
        self.open.append(description)
        yield lambda share: None
        self.open.remove(description)


def test_a_scene_has_a_bar_until_it_is_complete(
    add_scene: Callable[..., Scene], capsys: pytest.CaptureFixture[str]
) -> None:
    bars, shares = Bars(), []
    shown = output._Shown(bars, shares.append, 2, quiet=False)  # type: ignore[arg-type]
    for key in ("east", "west"):
        scene = add_scene(key)
        shown.advance(scene, 0.5)
        shown.advance(scene, 0.7)
        assert bars.open == [key]
        shown.finished(ScenePrelabel(key, left_out="toy also finds house", warnings=["is dark"]))
    assert (bars.open, shares) == ([], [0.5, 1.0])
    assert [line.split(":")[0] for line in bars.echoed] == ["east", "west"]
    # What is left out is the same for all scenes, and said once.
    assert capsys.readouterr().err == "toy also finds house\neast: is dark\nwest: is dark\n"


def test_the_summary_says_what_was_found_and_what_made_room() -> None:
    report = ScenePrelabel(
        "town", proposed=3, kept_by_people=2, replaced=1, resumed_blocks=4, state="partial"
    )
    first = output.summary(report).splitlines()[0]
    assert first == (
        "town (in part): 3 proposals, 2 left to what people decided, 1 earlier ones replaced, 4 blocks taken over "
        "from an earlier run"
    )
    document = output.prelabel_document(report)
    assert (document["scene"], document["state"], document["proposed"]) == ("town", "partial", 3)


def test_what_was_taken_back_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [
        SceneUndo("a", UndoResult(3, "toy 1", None, removed=2, restored=1)),
        SceneUndo("b", None),
    ]
    output.tell_undone(outcomes, "toy", as_json=False)
    answer = capsys.readouterr()
    assert answer.out == "a: 2 proposals of toy 1 taken back, 1 earlier one back\n"
    assert answer.err == "b: toy has no run here that can be taken back\n"
    output.tell_undone(outcomes, "toy", as_json=True)
    first, second = json.loads(capsys.readouterr().out)
    assert (first["scene"], first["undone"]["removed"], second["undone"]) == ("a", 2, None)
