"""Batches of random crops from several data sets."""

from __future__ import annotations

import functools
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from torch import Tensor

from detectors.training.augment import random_crop
from detectors.training.config import TrainConfig
from detectors.training.paste import RareObjects
from detectors.training.samples import Sample, draw_chances
from detectors.training.settings import Schedule, SourceConfig
from detectors.training.split import Split

Batch = tuple[list[Tensor], list[dict[str, Tensor]]]


class DrawnSet:
    """Training samples of a data set, with the settings by which crops are drawn from them."""

    def __init__(self, source: SourceConfig, samples: list[Sample], plan: Schedule) -> None:
        """Take the samples to learn from of a data set."""
        self.samples, self.weight = samples, source.weight
        self.jitter = source.scale_jitter or plan.scale_jitter
        self.chances = draw_chances(samples, plan.repeat_rare)
        self.rare = RareObjects.of(samples, plan.repeat_rare)


def drawn_sets(config: TrainConfig, splits: dict[str, Split], plan: Schedule) -> list[DrawnSet]:
    """Return the data sets that a schedule draws its crops from."""
    return [DrawnSet(source, splits[source.name].train, plan) for source in config.sources]


def prefetched_batches(
    config: TrainConfig, splits: dict[str, Split], start: int
) -> Generator[Batch, None, None]:
    """Yield the batches of every step from `start` on; the next one is drawn while this one is trained on."""

    @functools.cache
    def drawn_for(plan: Schedule) -> list[DrawnSet]:
        return drawn_sets(config, splits, plan)

    def batch(step: int) -> Batch:
        plan, turn = config.phase_of(step)
        return draw_batch(drawn_for(plan), plan, turn)

    with ThreadPoolExecutor(1, thread_name_prefix="crops") as pool:
        following = pool.submit(batch, start)
        for step in range(start, config.steps):
            current = following.result()
            following = pool.submit(batch, step + 1)
            yield current


def draw_batch(sets: list[DrawnSet], plan: Schedule, step: int) -> Batch:
    """Draw the crops of a step and their targets; they follow from the schedule's seed and the step alone."""
    rng = np.random.default_rng([plan.seed, step])
    weights = np.array([drawn.weight for drawn in sets])
    crops = []
    for _ in range(plan.batch):
        drawn = sets[int(rng.choice(len(sets), p=weights / weights.sum()))]
        rare = drawn.rare if plan.paste_rare and rng.random() < plan.paste_rare else None
        crops.append(
            random_crop(
                drawn.samples, rng, plan.crop_px, drawn.jitter, drawn.chances, rare, plan.other_sensors
            )
        )
    return [image for image, _ in crops], [target for _, target in crops]
