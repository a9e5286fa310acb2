"""Batches: what a step draws follows from the seed and the step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from detectors.training.batches import Batch, draw_batch, drawn_sets, prefetched_batches
from detectors.training.config import TrainConfig, read_config
from detectors.training.sources import read_source
from detectors.training.split import Split
from tests.support.training_sets import write_training_set


def training_set(tmp_path: Path) -> tuple[TrainConfig, dict[str, Split]]:
    config = read_config(write_training_set(tmp_path))
    return config, {source.name: read_source(source, config) for source in config.sources}


def is_same(one: Batch, other: Batch) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one[0], other[0], strict=True)) and all(
        torch.equal(a[key], b[key]) for a, b in zip(one[1], other[1], strict=True) for key in a
    )


def test_a_batch_follows_from_its_step_and_the_seed(tmp_path: Path) -> None:
    config, splits = training_set(tmp_path)
    plan = config.phases[0]
    sets = drawn_sets(config, splits, plan)
    one = draw_batch(sets, plan, 3)
    assert [image.shape for image in one[0]] == [(3, plan.crop_px, plan.crop_px)] * plan.batch
    assert is_same(one, draw_batch(sets, plan, 3))
    assert not is_same(one, draw_batch(sets, plan, 4))
    assert not is_same(one, draw_batch(sets, replace(plan, seed=plan.seed + 1), 3))


def test_batches_drawn_ahead_are_those_of_their_steps(tmp_path: Path) -> None:
    config, splits = training_set(tmp_path)
    ahead = [*prefetched_batches(config, splits, config.steps - 2)]
    assert len(ahead) == 2
    for step, batch in enumerate(ahead, config.steps - 2):
        plan, turn = config.phase_of(step)
        assert is_same(batch, draw_batch(drawn_sets(config, splits, plan), plan, turn))


def test_a_set_without_weight_in_the_draw_is_never_drawn(tmp_path: Path) -> None:
    config, splits = training_set(tmp_path)
    first, *others = config.sources
    only = replace(config, sources=(replace(first, weight=1e9), *others))
    plan = config.phases[0]
    labels = {
        int(label)
        for step in range(5)
        for target in draw_batch(drawn_sets(only, splits, plan), plan, step)[1]
        for label in target["labels"]
    }
    assert labels == {1 + config.class_keys.index(key) for key in first.classes.values()}
