"""What a run tells: complete after it was stopped, and the same in TensorBoard's events."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from detectors.errors import ConfigError
from detectors.training.log import EVENTS, LOG, LOSS_PLOT, draw_losses, step_log

LOSSES = ("loss_class", "loss_box")


def losses(step: int) -> dict[str, float]:
    return {name: step + 0.1 * place for place, name in enumerate(LOSSES)}


def read_log(out: Path) -> list[dict[str, str]]:
    with (out / LOG).open() as file:
        return list(csv.DictReader(file))


def test_a_run_that_goes_on_writes_every_step_once(tmp_path: Path) -> None:
    with step_log(tmp_path, 0, LOSSES) as write:
        for step in range(4):
            write(step, 1e-4, losses(step))
            assert len(read_log(tmp_path)) == step + 1  # seen while it runs
    with step_log(tmp_path, 2, LOSSES) as write:
        write(2, 2e-4, losses(2))
    rows = read_log(tmp_path)
    assert [int(row["step"]) for row in rows] == [0, 1, 2]
    assert [row["learning_rate"] for row in rows] == ["1.00e-04", "1.00e-04", "2.00e-04"]
    assert float(rows[2]["loss"]) == pytest.approx(sum(losses(2).values()))
    draw_losses(tmp_path)
    assert (tmp_path / LOSS_PLOT).read_bytes().startswith(b"\x89PNG")
    assert not (tmp_path / EVENTS).exists()


def test_tensorboard_gets_the_same(tmp_path: Path) -> None:
    pytest.importorskip("tensorboardX")
    with step_log(tmp_path, 0, LOSSES, tensorboard=True) as write:
        write(0, 1e-4, losses(0))
    [events] = (tmp_path / EVENTS).iterdir()
    content = events.read_bytes()
    assert all(name.encode() in content for name in ("learning_rate", "loss", *LOSSES))
    assert len(read_log(tmp_path)) == 1


def test_without_tensorboard_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with (
        pytest.raises(ConfigError, match=r"tensorboardX.*install geoengine-labeling\[train\]"),
        step_log(tmp_path, 0, LOSSES, tensorboard=True),
    ):
        pass
    assert not (tmp_path / LOG).exists()
