"""Pictures: drawn, of the right size, with ink in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from detectors.evaluation.charts import draw_counts, draw_curves, draw_mistakes, worst_mistakes
from detectors.evaluation.confusion import Mistake


def colours(path: Path) -> set[tuple[int, ...]]:
    with Image.open(path) as picture:
        return {colour for _, colour in picture.convert("RGB").getcolors(1 << 20)}


def test_curves(tmp_path: Path) -> None:
    x = np.linspace(0, 1, 20)
    draw_curves(tmp_path / "a.png", "loss", {"one": (x, x**2), "two": (x, 1 - x)}, ("step", "loss"))
    assert {(0, 114, 178), (213, 94, 0)} <= colours(tmp_path / "a.png")
    draw_curves(tmp_path / "b.png", "nothing", {"one": (np.empty(0), np.empty(0))}, ("x", "y"))
    assert (tmp_path / "b.png").exists()


def test_counts(tmp_path: Path) -> None:
    draw_counts(
        tmp_path / "a.png", ("house", "tree", "(nothing)"), np.array([[9, 1, 0], [0, 5, 5], [0, 0, 0]])
    )
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (170 + 3 * 64, 170 + 3 * 64)
        assert picture.getpixel((175, 175)) < picture.getpixel(
            (175 + 64, 175)
        )  # nine of ten are darker than one


def test_mistakes_are_cut_out(tmp_path: Path) -> None:
    Image.new("RGB", (300, 200), (10, 120, 30)).save(tmp_path / "a.png")
    mistakes = [
        Mistake("a.png", (10, 10, 40, 30), "house", None, None),
        Mistake("a.png", (290, 190, 10, 10), None, "tree", 0.9),
        Mistake("absent.png", (0, 0, 5, 5), "house", "tree", 0.5),
    ]
    draw_mistakes(tmp_path / "sheet.png", mistakes, tmp_path, columns=2)
    with Image.open(tmp_path / "sheet.png") as picture:
        assert picture.size == (400, 218)
    assert {(10, 120, 30), (255, 204, 0), (255, 51, 51)} <= colours(tmp_path / "sheet.png")
    draw_mistakes(tmp_path / "none.png", [], tmp_path)


def test_the_worst_are_the_surest_and_the_largest() -> None:
    wrong = [Mistake("a", (0, 0, 1, 1), None, "tree", score) for score in (0.2, 0.9, 0.5)]
    missed = [Mistake("a", (0, 0, side, side), "tree", None, None) for side in (3, 9, 5)]
    worst = worst_mistakes([*wrong, *missed], 4)
    assert [m.score for m in worst[:2]] == [0.9, 0.5]
    assert [m.bbox[2] for m in worst[2:]] == [9, 5]
    assert worst_mistakes(wrong, 4) == sorted(wrong, key=lambda m: -(m.score or 0))
