"""Masks by a small network for each object, whose weights the object's own cell predicts.

Conditional convolutions after CondInst (Tian et al., 2020, arXiv:2003.05664). Theirs run over the whole image; here the
shared features are sampled in the object's box first, so that the cost follows the number of objects and not their
size times the image's.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import roi_align

FEATURES = 12
_HIDDEN = 8
_INPUTS = FEATURES + 2  # beside the features, where in the box a point lies
_SHAPES = ((_HIDDEN, _INPUTS), (_HIDDEN, _HIDDEN), (1, _HIDDEN))
PARAMETERS = sum(out * (into + 1) for out, into in _SHAPES)


def mask_logits(features: Tensor, boxes: list[Tensor], parameters: Tensor, scale: float, size: int) -> Tensor:
    """Compute the masks of objects.

    Args:
        features: (B, FEATURES, h, w), shared by all objects.
        boxes: For each image (N_b, 4) float32 x0, y0, x1, y1 in pixels of the image.
        parameters: (N, PARAMETERS) weights and biases of each object's network, in the order of the boxes.
        scale: Cells of `features` per pixel of the image.
        size: Cells of the mask along a side.

    Returns:
        (N, size, size) float32 logits over each box.
    """
    sampled = roi_align(features.float(), boxes, size, scale, sampling_ratio=1, aligned=True)
    x = torch.cat([sampled, _positions(len(sampled), size, sampled)], dim=1).flatten(2)
    first = 0
    for layer, (out, into) in enumerate(_SHAPES):
        weight = parameters[:, first : first + out * into].view(-1, out, into)
        bias = parameters[:, first + out * into : first + out * (into + 1)].view(-1, out, 1)
        x = torch.baddbmm(bias, weight, x)
        x = functional.relu(x) if layer < len(_SHAPES) - 1 else x
        first += out * (into + 1)
    return x.view(-1, size, size)


def _positions(count: int, size: int, like: Tensor) -> Tensor:
    """Return (count, 2, size, size): x and y in the box, from -1 to 1."""
    steps = (torch.arange(size, device=like.device, dtype=like.dtype) + 0.5) * 2 / size - 1
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    return torch.stack([x, y]).expand(count, 2, size, size)


def mask_loss(logits: Tensor, wanted: Tensor) -> Tensor:
    """Return the mean over objects of binary cross-entropy and dice loss; 0 of none."""
    if not len(logits):
        return logits.sum() * 0
    entropy = functional.binary_cross_entropy_with_logits(logits, wanted)
    found, wanted = logits.sigmoid().flatten(1), wanted.flatten(1)
    return entropy + dice(found, wanted, 1).mean()


def dice(found: Tensor, wanted: Tensor, first: int) -> Tensor:
    """Return the dice loss (Milletari et al., 2016) of masks in 0..1, over their axes from `first` on."""
    axes = tuple(range(first, found.dim()))
    both = (found * wanted).sum(axes)
    return 1 - (2 * both + 1) / (found.pow(2).sum(axes) + wanted.pow(2).sum(axes) + 1)


class Controller(nn.Linear):
    """Predicts the weights of an object's mask network from the features of its cell."""

    def __init__(self, channels: int) -> None:
        """Create one whose first masks are near one half everywhere."""
        super().__init__(channels, PARAMETERS)
        nn.init.normal_(self.weight, std=0.01)
        nn.init.normal_(self.bias, std=0.2)
