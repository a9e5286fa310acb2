"""Simulated prompts: they point at what is meant, and corrections at what is wrong."""

from __future__ import annotations

import torch

from detectors.architectures.prompt_simulation import (
    PER_IMAGE,
    STRIDE,
    Prompts,
    add_corrections,
    first_prompts,
)

SIDE = 64


def target(*boxes: tuple[int, int, int, int], outlined: bool = True) -> dict[str, torch.Tensor]:
    masks = torch.zeros(len(boxes), SIDE, SIDE, dtype=torch.uint8)
    for mask, (x0, y0, x1, y1) in zip(masks, boxes, strict=True):
        if outlined:
            mask[y0:y1, x0:x1] = 1
    return {
        "boxes": torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        "masks": masks,
        "has_masks": torch.full((len(boxes),), outlined),
    }


def many(outlined: bool) -> Prompts:
    torch.manual_seed(3)
    return first_prompts([target((10, 20, 42, 40), outlined=outlined) for _ in range(200)])


def test_a_click_lies_on_the_object_and_a_box_around_it() -> None:
    prompts = many(outlined=True)
    clicked = prompts.labels[:, 0] == 1
    assert 100 < int(clicked.sum()) < 180
    x, y = prompts.points[clicked, 0].T
    assert bool(((x > 10) & (x < 42) & (y > 20) & (y < 40)).all())
    assert bool((prompts.labels[clicked, 1] == -1).all())
    assert prompts.labels[~clicked].unique().tolist() == [2, 3]
    off = (prompts.points[~clicked].flatten(1) - torch.tensor([10.0, 20, 42, 40])).abs()
    assert float(off.max()) <= 0.13 * 32


def test_a_click_for_an_object_with_a_box_only_is_near_its_middle() -> None:
    prompts = many(outlined=False)
    x, y = prompts.points[prompts.labels[:, 0] == 1, 0].T
    assert bool(((x > 17) & (x < 35) & (y > 24) & (y < 36)).all())
    assert not bool(prompts.outlined.any())


def test_what_is_wanted_is_the_share_of_each_cell() -> None:
    prompts = many(outlined=True)
    assert prompts.wanted.shape == (200, SIDE // STRIDE, SIDE // STRIDE)
    assert float(prompts.wanted[0].sum()) * STRIDE**2 == 32 * 20
    assert float(prompts.wanted[0, 5, 2]) == 0.5


def test_only_a_few_objects_of_an_image_are_drawn_and_no_tiny_ones() -> None:
    crowd = target(*[(8 * n, 8, 8 * n + 7, 16) for n in range(7)])
    specks = target((3, 3, 6, 6))
    empty = target()
    prompts = first_prompts([crowd, specks, empty])
    assert prompts.image.tolist() == [0] * PER_IMAGE
    assert len(first_prompts([empty, specks])) == 0


def test_a_correction_lies_in_the_larger_error() -> None:
    prompts = many(outlined=True)
    found = torch.full_like(prompts.wanted, -5.0)
    found[:100, 5:10, 3:10] = 5.0  # little is missing
    found[:100, 5:10, 10:15] = 5.0  # much is invented, right of the object
    corrected = add_corrections(prompts, found)
    assert corrected.labels[:100, 2].unique().tolist() == [0]
    assert bool((corrected.points[:100, 2, 0] > 40).all())
    assert corrected.labels[100:, 2].unique().tolist() == [1]
    x, y = corrected.points[100:, 2].T
    assert bool(((x > 14) & (x < 38) & (y > 22) & (y < 38)).all())


def test_nothing_is_corrected_where_nothing_is_wrong_or_known() -> None:
    right = many(outlined=True)
    assert add_corrections(right, (right.wanted > 0.5).float() - 0.5).labels[:, 2].unique().tolist() == [-1]
    boxes = many(outlined=False)
    assert add_corrections(boxes, -boxes.wanted).labels[:, 2].unique().tolist() == [-1]
