"""Interface of a detection network, as training and inference see it.

A training target holds `boxes` (N, 4) float32 x0, y0, x1, y1 in pixels, `labels` (N,) int64 from 1, `masks` (N, H, W)
uint8, `labelled` (K,) bool, which classes the image is labelled for, and `has_masks` (N,) bool, which objects have an
outline (the others add no mask loss).
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

IMAGE_MEAN = (0.498, 0.498, 0.498)  # EfficientNet-Lite was trained on (x - 127) / 128
IMAGE_STD = (0.502, 0.502, 0.502)

Targets = list[dict[str, Tensor]]
Outputs = list[dict[str, Tensor]]


class Learnable(nn.Module):
    """What can be trained: calling it with images, (3, H, W) float32 in 0..1 each, and their targets returns losses.

    Attributes:
        LOSSES: Names of the losses, in the order of the log.
    """

    LOSSES: ClassVar[tuple[str, ...]]


class Network(Learnable):
    """Detection network on a backbone whose `body` can start from ImageNet weights.

    It is trained with images at the card's ground resolution.

    Attributes:
        PER_CLASS: Layers with so many outputs for each class: (outputs of one class, whether the background is one of
            the classes, how often the classes repeat).
        backbone: Feature pyramid over the `body`.
    """

    PER_CLASS: ClassVar[dict[str, tuple[int, bool, int]]]
    backbone: Any

    def detect(self, images: list[Tensor], min_score: float) -> Outputs:
        """Detect on images.

        Args:
            images: (3, H, W) float32 in 0..1 each; sizes may differ.
            min_score: Lowest score to keep, before calibration.

        Returns:
            For each image, best first: `boxes` (N, 4), `labels` (N,) from 1, `scores` (N,), and `masks` (N, 1, M, M)
            probabilities over each box.
        """
        raise NotImplementedError

    def dense_features(self, image: Tensor) -> list[Tensor]:
        """Return the feature maps of the backbone's body with strides 8 and 16, both in cells of 8 px.

        Args:
            image: (3, H, W) float32 in 0..1.

        Returns:
            (C, h, w) each; h and w are those of the image filled up to a multiple of 32 px.
        """
        height, width = image.shape[1:]
        mean, std = (image.new_tensor(v).view(3, 1, 1) for v in (IMAGE_MEAN, IMAGE_STD))
        padded = functional.pad((image - mean) / std, (0, -width % 32, 0, -height % 32))
        maps = self.backbone.body(padded[None].contiguous(memory_format=torch.channels_last), levels=3)
        _, fine, coarse = maps.values()
        shape = fine.shape[-2:]
        return [fine[0], functional.interpolate(coarse, size=shape, mode="bilinear", align_corners=False)[0]]

    def fold_norms(self) -> None:
        """Fold frozen norms into the convolutions, in place: the same function, faster, but not for training."""
        raise NotImplementedError
