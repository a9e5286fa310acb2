"""Clicks and boxes as a person would place them, drawn from training targets.

The first prompt is a click anywhere on the object, most likely near its middle, or a box that is a little off. A
correction is a click into the largest kind of error of the last proposal, as RITM trains them (Sofiiuk et al., 2022,
arXiv:2102.06583). All random numbers are torch's, so the step's seed decides them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from detectors.architectures.network import Targets

STRIDE = 4
"""Pixels of the image for one cell of a mask."""

PER_IMAGE = 3
_LEAST_PX2 = 48.0
_BOXES = 0.3  # share of prompts that are boxes
_BOX_OFF = 0.1  # of a side


@dataclass(frozen=True)
class Prompts:
    """Prompts with what was meant by them.

    Attributes:
        image: (P,) int64, which image of the batch.
        points: (P, N, 2) float32 x, y in pixels.
        labels: (P, N) float32: 1 on the object, 0 beside it, 2 and 3 corners of a box, -1 nothing.
        wanted: (P, h, w) float32, the share of each cell that the object, or its box, covers.
        outlined: (P,) bool, whether `wanted` is an outline and not only a box.
    """

    image: Tensor
    points: Tensor
    labels: Tensor
    wanted: Tensor
    outlined: Tensor

    def __len__(self) -> int:
        """Return the number of prompts."""
        return len(self.image)


def first_prompts(targets: Targets) -> Prompts:
    """Draw at most `PER_IMAGE` objects of each image, and a click on each or a box around it."""
    images, points, labels, wanted, outlined = [], [], [], [], []
    for number, target in enumerate(targets):
        boxes, flags = target["boxes"], target["has_masks"]
        masks = target["masks"]
        area = torch.where(flags, masks.flatten(1).sum(1), (boxes[:, 2:] - boxes[:, :2]).prod(1))
        fit = torch.nonzero(area >= _LEAST_PX2)[:, 0]
        for index in fit[torch.randperm(len(fit))[:PER_IMAGE]].tolist():
            mask = masks[index].float() if flags[index] else _filled(boxes[index], masks.shape[-2:])
            images.append(number)
            wanted.append(functional.avg_pool2d(mask[None, None], STRIDE)[0, 0])
            outlined.append(bool(flags[index]))
            shape = mask if flags[index] else _filled(_middle(boxes[index]), masks.shape[-2:])
            point, label = _first(shape, boxes[index])
            points.append(point)
            labels.append(label)
    device = targets[0]["boxes"].device
    height, width = targets[0]["masks"].shape[-2:]
    empty = torch.zeros(0, height // STRIDE, width // STRIDE, device=device)
    return Prompts(
        torch.tensor(images, dtype=torch.int64, device=device),
        torch.stack(points) if points else torch.zeros(0, 2, 2, device=device),
        torch.stack(labels) if labels else torch.zeros(0, 2, device=device),
        torch.stack(wanted) if wanted else empty,
        torch.tensor(outlined, dtype=torch.bool, device=device),
    )


def add_corrections(prompts: Prompts, logits: Tensor) -> Prompts:
    """Add a click for each prompt in the middle of the larger error, where its outline is known.

    Args:
        prompts: So far.
        logits: (P, h, w), the masks proposed for them.
    """
    found = (logits > 0).float()
    wanted = (prompts.wanted > 0.5).float()
    missed, invented = wanted * (1 - found), found * (1 - wanted)
    more = missed.sum((1, 2)) >= invented.sum((1, 2))
    errors = torch.where(more[:, None, None], missed, invented)
    # The middle of the widest part: where most of the neighbourhood is wrong as well.
    depth = functional.avg_pool2d(functional.avg_pool2d(errors[:, None], 5, 1, 2), 5, 1, 2)[:, 0] * errors
    depth = depth + 0.02 * torch.rand_like(depth) * errors
    value, at = depth.flatten(1).max(1)
    width = logits.shape[-1]
    point = torch.stack([at % width, at // width], dim=1).float() * STRIDE + STRIDE / 2
    label = torch.where((value > 0) & prompts.outlined, more.float(), -torch.ones_like(value))
    return replace(
        prompts,
        points=torch.cat([prompts.points, point[:, None]], dim=1),
        labels=torch.cat([prompts.labels, label[:, None]], dim=1),
    )


def _first(mask: Tensor, box: Tensor) -> tuple[Tensor, Tensor]:
    """Return the points (2, 2) and labels (2,) of the first prompt: a click and nothing, or a box."""
    if torch.rand(()) < _BOXES:
        off = (box[2:] - box[:2]).repeat(2) * (torch.rand(4, device=box.device) * 2 - 0.7) * _BOX_OFF
        low, high = box[:2] - off[:2], box[2:] + off[2:]
        return torch.stack([low, high]), box.new_tensor([2.0, 3.0])
    blurred = functional.avg_pool2d(mask[None, None], 9, 1, 4)[0, 0] * mask
    chance = blurred.flatten() ** 2
    at = torch.multinomial(chance, 1)[0]
    width = mask.shape[-1]
    click = torch.stack([at % width, at // width]).float() + 0.5
    return torch.stack([click, torch.zeros_like(click)]), box.new_tensor([1.0, -1.0])


def _filled(box: Tensor, shape: torch.Size) -> Tensor:
    """Return (H, W): 1 in the pixels whose centre lies in the box."""
    y, x = (torch.arange(n, device=box.device) + 0.5 for n in shape)
    rows, columns = (y >= box[1]) & (y < box[3]), (x >= box[0]) & (x < box[2])
    return (rows[:, None] & columns[None]).float()


def _middle(box: Tensor) -> Tensor:
    """Return the middle of a box, of half its sides, and at least a pixel."""
    quarter = ((box[2:] - box[:2]) / 4 - 0.5).clamp(min=0)
    return torch.cat([box[:2] + quarter, box[2:] - quarter])
