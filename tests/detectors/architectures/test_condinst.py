"""The single-stage detector with conditional masks."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor

from detectors.architectures import build_network
from detectors.architectures.condinst import CondInst

SIZE = 128


def squares(
    corners: list[tuple[int, int]], labels: list[int], labelled: list[bool]
) -> tuple[Tensor, dict[str, Tensor]]:
    """An image with bright squares of 32 px, each with one dark corner of 16 px that is outside of its outline."""
    image = torch.full((3, SIZE, SIZE), 0.2)
    masks = torch.zeros(len(labels), SIZE, SIZE, dtype=torch.uint8)
    for mask, (x, y), label in zip(masks, corners, labels, strict=True):
        image[label - 1, y : y + 32, x : x + 32] = 0.9
        image[:, y : y + 16, x : x + 16] = 0.2
        mask[y : y + 32, x : x + 32] = 1
        mask[y : y + 16, x : x + 16] = 0
    corner = torch.tensor(corners, dtype=torch.float32).reshape(-1, 2)
    return image, {
        "boxes": torch.cat([corner, corner + 32], 1),
        "labels": torch.tensor(labels, dtype=torch.int64),
        "masks": masks,
        "labelled": torch.tensor(labelled),
        "has_masks": torch.ones(len(labels), dtype=torch.bool),
    }


@pytest.fixture(scope="module")
def network() -> CondInst:
    torch.manual_seed(5)
    built = build_network("condinst_efficientnet_lite0", 2)
    assert isinstance(built, CondInst)
    return built


def test_background_says_nothing_about_a_class_the_image_is_not_labelled_for(network: CondInst) -> None:
    learner = copy.deepcopy(network).train()
    image, target = squares([], [], [True, False])
    losses = learner([image], [target])
    assert set(losses) == set(CondInst.LOSSES)
    sum(losses.values()).backward()
    last = learner.head.scores
    assert last.bias.grad[0] > 0
    assert last.bias.grad[1] == 0
    assert not last.weight.grad[1].any()


def test_objects_without_outline_add_no_mask_loss(network: CondInst) -> None:
    learner = copy.deepcopy(network).train()
    image, target = squares([(16, 16)], [1], [True, True])
    target["has_masks"][:] = False
    losses = learner([image, image], [target, target])
    assert losses["loss_mask"] == 0
    assert losses["loss_box"] > 0


def test_what_is_found_does_not_depend_on_the_batch(network: CondInst) -> None:
    torch.manual_seed(6)
    images = [torch.rand(3, 100, 140), torch.rand(3, 192, 64)]
    eager = copy.deepcopy(network).eval()
    with torch.inference_mode():
        together, alone = eager.detect(images, 0.0), [eager.detect([image], 0.0)[0] for image in images]
    for image, one, other in zip(images, together, alone, strict=True):
        assert len(one["boxes"])
        assert one["masks"].shape[1:] == (1, 28, 28)
        assert (one["boxes"] >= 0).all()
        assert (one["boxes"][:, 2] <= image.shape[2]).all()
        assert (one["boxes"][:, 3] <= image.shape[1]).all()
        assert (one["scores"].diff() <= 0).all()
        shared = min(len(one["scores"]), len(other["scores"]), 20)
        assert torch.allclose(one["scores"][:shared], other["scores"][:shared], atol=1e-3)


def test_folded_norms_change_nothing(network: CondInst) -> None:
    eager = copy.deepcopy(network).eval()
    for name, buffer in eager.named_buffers():
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 1.5)
    folded = copy.deepcopy(eager)
    folded.fold_norms()
    image = torch.rand(3, SIZE, SIZE)
    with torch.inference_mode():
        before, after = eager.detect([image], 0.0)[0], folded.detect([image], 0.0)[0]
    assert torch.allclose(before["scores"][:50], after["scores"][:50], atol=1e-4)


@pytest.mark.slow
def test_it_learns_squares_without_their_corner(network: CondInst) -> None:
    learner = copy.deepcopy(network).train()
    optimizer = torch.optim.AdamW(learner.parameters(), lr=2e-3)
    image, target = squares([(8, 8), (64, 24), (24, 80)], [1, 2, 1], [True, True])
    torch.manual_seed(7)
    for _ in range(80):
        optimizer.zero_grad()
        losses = learner([image, image.flip(2)], [target, flipped(target)])
        sum(losses.values()).backward()
        optimizer.step()
    learner.eval()
    for norm in learner.modules():  # so few steps leave the running statistics behind
        if isinstance(norm, torch.nn.BatchNorm2d) and norm.momentum == 0.03:
            norm.train()
    with torch.inference_mode():
        found = learner.detect([image], 0.3)[0]
    order = [int((found["boxes"] - box).abs().amax(1).argmin()) for box in target["boxes"]]
    assert found["labels"][order].tolist() == [1, 2, 1]
    assert (found["boxes"][order] - target["boxes"]).abs().max() < 6
    masks = found["masks"][order, 0]
    assert masks[:, 16:26, 2:26].mean() > 0.7
    assert masks[:, 2:10, 2:10].mean() < 0.4


def flipped(target: dict[str, Tensor]) -> dict[str, Tensor]:
    """The target of the image mirrored left to right."""
    x0, y0, x1, y1 = target["boxes"].T
    boxes = torch.stack([SIZE - x1, y0, SIZE - x0, y1], 1)
    return {**target, "boxes": boxes, "masks": target["masks"].flip(2)}
