"""Checkpoints: everything comes back, damage is noticed, a killed writer harms nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
import torch
from torch import nn

from detectors.errors import TrainingError
from detectors.training.checkpoint import read_checkpoint, run_identity, write_checkpoint
from detectors.training.config import TrainConfig, read_config
from detectors.training.samples import Sample
from detectors.training.split import Split
from tests.support.training_sets import write_training_set


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> TrainConfig:
    return read_config(write_training_set(tmp_path_factory.mktemp("checkpoint")))


def identity(config: TrainConfig, image: int = 7, label: int = 1, start: str = "ImageNet") -> dict[str, str]:
    pixels = np.full((8, 8, 3), image, np.uint8)
    square = np.array([shapely.box(1, 1, 6, 6)], dtype=object)
    sample = Sample("a", "town", pixels, square, np.array([label]), np.ones(2, bool), np.ones(1, bool))
    return run_identity(config, {"town": Split([sample], [])}, start)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"image": 8}, r"\(other data, mapping or split\)"),
        ({"label": 2}, r"\(other data, mapping or split\)"),
        ({"start": "vhr10"}, r"\(it was started from ImageNet, and this one from vhr10\)"),
    ],
)
def test_other_data_mapping_or_start_are_refused(
    config: TrainConfig, tmp_path: Path, changed: dict[str, Any], sentence: str
) -> None:
    write_checkpoint(tmp_path / "c.pt", identity(config), *Run(1).parts, 1)
    with pytest.raises(TrainingError, match=sentence):
        read_checkpoint(tmp_path / "c.pt", identity(config, **changed), *Run(1).parts)


class Run:
    """Two small networks and an optimizer with a state."""

    def __init__(self, seed: int) -> None:
        torch.manual_seed(seed)
        self.network, self.average = nn.Linear(3, 2), nn.Linear(3, 2)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=0.1)
        self.step()

    def step(self) -> None:
        self.optimizer.zero_grad()
        self.network(torch.ones(1, 3)).square().sum().backward()
        self.optimizer.step()

    @property
    def parts(self) -> tuple[Any, ...]:
        return self.network, self.average, self.optimizer

    def weights(self) -> list[torch.Tensor]:
        return [*self.network.parameters(), *self.average.parameters()]


def test_a_run_goes_on_exactly_where_it_was(config: TrainConfig, tmp_path: Path) -> None:
    run, other = Run(1), Run(2)
    write_checkpoint(tmp_path / "c.pt", identity(config), *run.parts, 17)
    assert read_checkpoint(tmp_path / "c.pt", identity(config), *other.parts) == 17
    run.step()
    other.step()
    assert all(torch.equal(a, b) for a, b in zip(run.weights(), other.weights(), strict=True))
    assert [path.name for path in tmp_path.iterdir()] == ["c.pt"]


def test_a_writer_that_dies_leaves_the_checkpoint_before(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.pt"
    write_checkpoint(path, identity(config), *Run(1).parts, 1)
    before = path.read_bytes()

    def die(state: object, file: Any) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", die)
    with pytest.raises(OSError, match="No space left"):
        write_checkpoint(path, identity(config), *Run(2).parts, 2)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "values",
    [
        {"name": "other"},
        {"gsd_m": 0.3},
        {"classes": ()},
        {"architecture": "other"},
        {"schedule": {"steps": 5}},
        {"schedule": {"seed": 4}},
    ],
)
def test_a_checkpoint_of_another_configuration_is_refused(
    config: TrainConfig, tmp_path: Path, values: dict[str, Any]
) -> None:
    write_checkpoint(tmp_path / "c.pt", identity(config), *Run(1).parts, 1)
    if "schedule" in values:
        values = {"phases": (replace(config.phases[0], **values["schedule"]),)}
    with pytest.raises(
        TrainingError, match=r"c\.pt is of another configuration \(other .*train into another folder"
    ):
        read_checkpoint(tmp_path / "c.pt", identity(replace(config, **values)), *Run(1).parts)


def test_a_damaged_file_is_refused(config: TrainConfig, tmp_path: Path) -> None:
    path = tmp_path / "c.pt"
    write_checkpoint(path, identity(config), *Run(1).parts, 1)
    content = path.read_bytes()
    for damaged in (b"", b"hello", content[: len(content) // 2]):
        path.write_bytes(damaged)
        with pytest.raises(TrainingError, match=r"c\.pt cannot be read as a checkpoint"):
            read_checkpoint(path, identity(config), *Run(1).parts)
    torch.save(torch.zeros(3), path)
    with pytest.raises(TrainingError, match="is of another configuration"):
        read_checkpoint(path, identity(config), *Run(1).parts)


def test_no_code_is_run_while_reading(config: TrainConfig, tmp_path: Path) -> None:
    path = tmp_path / "c.pt"
    torch.save({"identity": Path("x")}, path)
    with pytest.raises(TrainingError, match="cannot be read as a checkpoint"):
        read_checkpoint(path, identity(config), *Run(1).parts)
