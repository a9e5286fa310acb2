"""Masks by a small network for each object, beside a reference that goes object by object."""

from __future__ import annotations

import torch
from torch.nn import functional

from detectors.architectures.dynamic_masks import FEATURES, PARAMETERS, Controller, mask_logits, mask_loss

SIZE = 14


def test_each_object_is_outlined_by_its_own_network() -> None:
    torch.manual_seed(1)
    x, y = torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing="xy")
    # The first two features say where a cell lies, in pixels of the image at stride 4.
    features = torch.zeros(2, FEATURES, 32, 32)
    features[:, 0], features[:, 1] = (x + 0.5) * 4, (y + 0.5) * 4
    boxes = [
        torch.tensor([[8.0, 16.0, 64.0, 72.0], [40.0, 40.0, 96.0, 80.0]]),
        torch.tensor([[0.0, 8, 56, 36]]),
    ]
    parameters = torch.randn(3, PARAMETERS) * 0.1
    found = mask_logits(features, boxes, parameters, 1 / 4, SIZE)
    for logits, (x0, y0, x1, y1), own in zip(found, torch.cat(boxes).tolist(), parameters, strict=True):
        steps = (torch.arange(SIZE) + 0.5) / SIZE
        py, px = torch.meshgrid(y0 + steps * (y1 - y0), x0 + steps * (x1 - x0), indexing="ij")
        v, u = torch.meshgrid(2 * steps - 1, 2 * steps - 1, indexing="ij")
        inputs = torch.cat(
            [torch.stack([px, py]), torch.zeros(FEATURES - 2, SIZE, SIZE), torch.stack([u, v])]
        ).flatten(1)
        parts = own.split([8 * (FEATURES + 2), 8, 64, 8, 8, 1])
        hidden = functional.relu(parts[0].view(8, -1) @ inputs + parts[1][:, None])
        hidden = functional.relu(parts[2].view(8, 8) @ hidden + parts[3][:, None])
        wanted = (parts[4].view(1, 8) @ hidden + parts[5]).view(SIZE, SIZE)
        assert torch.allclose(logits, wanted, atol=1e-3)


def test_the_loss_is_small_where_the_mask_is_right_and_zero_of_nothing() -> None:
    wanted = torch.zeros(2, SIZE, SIZE)
    wanted[:, 3:9, 4:11] = 1
    right, wrong = (wanted - 0.5) * 20, (0.5 - wanted) * 20
    assert mask_loss(right, wanted) < 0.05 < 1 < mask_loss(wrong, wanted)
    none = torch.zeros(0, SIZE, SIZE, requires_grad=True)
    mask_loss(none, torch.zeros(0, SIZE, SIZE)).backward()


def test_the_first_masks_are_near_one_half() -> None:
    torch.manual_seed(2)
    parameters = Controller(16)(torch.randn(5, 16))
    boxes = [torch.tensor([[0.0, 0, 40, 40]]).repeat(5, 1)]
    masks = mask_logits(torch.randn(1, FEATURES, 16, 16), boxes, parameters, 1 / 4, SIZE).sigmoid()
    assert ((masks > 0.2) & (masks < 0.8)).all()
