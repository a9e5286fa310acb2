"""Single-stage detector with conditional masks (CondInst, Tian et al., 2020, arXiv:2003.05664) for two CPU cores.

Every cell of a feature pyramid (strides 4 to 64) predicts a score for each class, the distances to the four sides of a
box, and, where an object is, the weights of a small network that outlines it: `detectors.architectures.dynamic_masks`.
Which cell learns which object: `detectors.architectures.task_aligned`. Layers beside the backbone are depthwise
separable. A class's score is its own sigmoid, so an image that is not labelled for a class says nothing about it.

Training targets are those of `detectors.architectures.network`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import batched_nms, roi_align

from detectors.architectures.dynamic_masks import FEATURES, Controller, mask_logits, mask_loss
from detectors.architectures.efficientnet_lite import TAPS, EfficientNetLite0, fuse_norms
from detectors.architectures.network import IMAGE_MEAN, IMAGE_STD, Network, Outputs, Targets
from detectors.architectures.task_aligned import Assignment, assign, box_loss, class_loss

_CHANNELS = 96
_STRIDES = (4, 8, 16, 32, 64)
_MASK_STRIDE = 4
_MASK_CELLS = 28
_MASKS_LEARNT = 96  # of a batch in training, at random
_FIRST_SCORE = 0.01
_CANDIDATES = 6000
_DETECTIONS = 1500  # a chip of young wood has a thousand crowns
_NMS_IOU = 0.5


class Separable(nn.Sequential):
    """Depthwise 5 x 5 and pointwise convolution with batch norm and ReLU."""

    def __init__(self, c_in: int, c_out: int, kernel: int = 5, stride: int = 1) -> None:
        """Create the layer for so many channels in and out."""
        super().__init__(
            nn.Conv2d(c_in, c_in, kernel, stride, kernel // 2, groups=c_in, bias=False),
            nn.Conv2d(c_in, c_out, 1, bias=False),
            nn.BatchNorm2d(c_out, momentum=0.03),
            nn.ReLU(inplace=True),
        )


class Pyramid(nn.Module):
    """Top-down feature pyramid of strides 4 to 64, and mask features of stride 4."""

    def __init__(self) -> None:
        """Create the untrained pyramid."""
        super().__init__()
        self.body = EfficientNetLite0()
        self.lateral = nn.ModuleList(nn.Conv2d(c, _CHANNELS, 1) for c in TAPS.values())
        self.smooth = nn.ModuleList(Separable(_CHANNELS, _CHANNELS) for _ in TAPS)
        self.coarsest = Separable(_CHANNELS, _CHANNELS, 3, 2)
        self.masks = nn.Sequential(
            Separable(_CHANNELS, 32, 3), Separable(32, 32, 3), nn.Conv2d(32, FEATURES, 1)
        )

    def forward(self, x: Tensor) -> tuple[list[Tensor], Tensor]:
        """Return the levels, finest first, and the mask features."""
        maps = [lateral(m) for lateral, m in zip(self.lateral, self.body(x).values(), strict=True)]
        for i in range(len(maps) - 1, 0, -1):
            maps[i - 1] = maps[i - 1] + functional.interpolate(
                maps[i], size=maps[i - 1].shape[-2:], mode="nearest"
            )
        levels = [smooth(m) for smooth, m in zip(self.smooth, maps, strict=True)]
        return [*levels, self.coarsest(levels[-1])], self.masks(levels[0])


class Shared(nn.Module):
    """`Separable` layer whose convolutions serve every level and whose norms serve one each.

    Small sets of labels teach one head better than four; the levels differ in their statistics (RTMDet, Lyu et al.,
    2022, arXiv:2212.07784).
    """

    def __init__(self) -> None:
        """Create the untrained layer."""
        super().__init__()
        self.depth = nn.Conv2d(_CHANNELS, _CHANNELS, 5, padding=2, groups=_CHANNELS, bias=False)
        self.point = nn.Conv2d(_CHANNELS, _CHANNELS, 1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(_CHANNELS, momentum=0.03) for _ in _STRIDES)

    def forward(self, x: Tensor, level: int) -> Tensor:
        """Return (B, C, h, w) of the map of a level, counted from the finest."""
        return functional.relu(self.norms[level](self.point(self.depth(x))), inplace=True)


class Head(nn.Module):
    """Predictions of the cells, by the same layers on every level."""

    def __init__(self, num_classes: int) -> None:
        """Create the untrained head."""
        super().__init__()
        self.tower, self.classify, self.locate = Shared(), Shared(), Shared()
        self.scores = nn.Conv2d(_CHANNELS, num_classes, 1)
        self.sides = nn.Conv2d(_CHANNELS, 4, 1)
        for layer, first in (
            (self.scores, math.log(_FIRST_SCORE / (1 - _FIRST_SCORE))),
            (self.sides, 2.0),
        ):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.constant_(layer.get_parameter("bias"), first)

    def forward(self, x: Tensor, level: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return class logits (B, K, h, w), sides (B, 4, h, w) in strides, and features (B, C, h, w) for masks."""
        x = self.tower(x, level)
        located = self.locate(x, level)
        scores = self.scores(self.classify(x, level))
        return scores, functional.softplus(self.sides(located).float()), located


@dataclass(frozen=True)
class Cells:
    """Predictions of all cells of a batch.

    Attributes:
        logits: (B, cells, K) float32.
        boxes: (B, cells, 4) float32 x0, y0, x1, y1 in pixels.
        features: (B, cells, C), from which the mask network of a cell follows.
        centres: (cells, 2) float32 in pixels.
    """

    logits: Tensor
    boxes: Tensor
    features: Tensor
    centres: Tensor


class CondInst(Network):
    """The network; see the module's docstring."""

    LOSSES = ("loss_class", "loss_box", "loss_mask")
    PER_CLASS: ClassVar = {"head.scores": (1, False, 1)}

    def __init__(self, num_classes: int) -> None:
        """Create the untrained network for so many classes."""
        super().__init__()
        self.backbone = Pyramid()
        self.head = Head(num_classes)
        self.controller = Controller(_CHANNELS)
        self.detections_per_img = _DETECTIONS

    def forward(self, images: list[Tensor], targets: Targets) -> dict[str, Tensor]:
        """Return the losses."""
        cells, masks = self._cells(self._batch(images))
        return self._losses(cells, masks, targets)

    def _batch(self, images: list[Tensor]) -> Tensor:
        """Normalise (3, H, W) images in 0..1 and lay them, padded to a multiple of 64, in one channels-last tensor."""
        step = _STRIDES[-1]
        height = -(-max(i.shape[1] for i in images) // step) * step
        width = -(-max(i.shape[2] for i in images) // step) * step
        mean, std = (images[0].new_tensor(v).view(3, 1, 1) for v in (IMAGE_MEAN, IMAGE_STD))
        padded = [
            functional.pad((i - mean) / std, (0, width - i.shape[2], 0, height - i.shape[1])) for i in images
        ]
        return torch.stack(padded).contiguous(memory_format=torch.channels_last)

    def _cells(self, batch: Tensor) -> tuple[Cells, Tensor]:
        levels, masks = self.backbone(batch)
        logits, boxes, features, centres = [], [], [], []
        for number, (features_of, stride) in enumerate(zip(levels, _STRIDES, strict=True)):
            score, sides, located = self.head(features_of, number)
            middle = _centres(features_of.shape[-2], features_of.shape[-1], stride, features_of.device)
            logits.append(_flat(score).float())
            away = _flat(sides) * stride
            boxes.append(torch.cat([middle - away[..., :2], middle + away[..., 2:]], dim=-1))
            features.append(_flat(located))
            centres.append(middle)
        return Cells(
            torch.cat(logits, 1), torch.cat(boxes, 1), torch.cat(features, 1), torch.cat(centres)
        ), masks

    def _losses(self, cells: Cells, masks: Tensor, targets: Targets) -> dict[str, Tensor]:
        scores = cells.logits.detach().sigmoid()
        assigned = [
            assign(s, b, cells.centres, t["boxes"], t["labels"])
            for s, b, t in zip(scores, cells.boxes.detach(), targets, strict=True)
        ]
        share = sum(float(a.quality.sum()) for a in assigned)
        classes = [
            class_loss(x, a, t["labels"], t["labelled"])
            for x, a, t in zip(cells.logits, assigned, targets, strict=True)
        ]
        boxes = [box_loss(b, a, t["boxes"]) for b, a, t in zip(cells.boxes, assigned, targets, strict=True)]
        return {
            "loss_class": torch.stack(classes).sum() / max(share, 1.0),
            "loss_box": 2 * torch.stack(boxes).sum() / max(share, 1.0),
            "loss_mask": self._mask_loss(cells, masks, assigned, targets),
        }

    def _mask_loss(self, cells: Cells, masks: Tensor, assigned: list[Assignment], targets: Targets) -> Tensor:
        """Return the loss of the masks of cells, drawn at random, on objects that have an outline."""
        boxes, features, wanted = [], [], []
        for number, (found, target) in enumerate(zip(assigned, targets, strict=True)):
            on = found.cells
            on = on[target["has_masks"][found.matched[on]]] if len(on) else on
            on = on[torch.randperm(len(on))[: _MASKS_LEARNT // len(targets)].to(on.device)]
            owner = found.matched[on]
            box = _shaken(target["boxes"][owner])
            boxes.append(box)
            features.append(cells.features[number, on])
            own, index = torch.unique(owner, return_inverse=True)
            outlines = target["masks"][own].float()[:, None]
            regions = torch.cat([index[:, None].float(), box], 1)
            wanted.append(roi_align(outlines, regions, _MASK_CELLS, 1.0, aligned=True)[:, 0])
        parameters = self.controller(torch.cat(features)).float()
        logits = mask_logits(masks, boxes, parameters, 1 / _MASK_STRIDE, _MASK_CELLS)
        return mask_loss(logits, torch.cat(wanted).round())

    def detect(self, images: list[Tensor], min_score: float) -> Outputs:
        """Detect on images; see `Network.detect`. Masks are 28 x 28."""
        cells, masks = self._cells(self._batch(images))
        kept = [
            self._select(scores, boxes, image.shape[-2:], min_score)
            for scores, boxes, image in zip(cells.logits.sigmoid(), cells.boxes, images, strict=True)
        ]
        features = torch.cat([f[index] for f, (index, *_) in zip(cells.features, kept, strict=True)])
        parameters = self.controller(features).float()
        boxes = [box for _, box, _, _ in kept]
        found = mask_logits(masks, boxes, parameters, 1 / _MASK_STRIDE, _MASK_CELLS).sigmoid()[:, None]
        return [
            {"boxes": box, "labels": label, "scores": score, "masks": mask}
            for (_, box, label, score), mask in zip(
                kept, torch.split(found, [len(b) for b in boxes]), strict=True
            )
        ]

    def _select(
        self, scores: Tensor, boxes: Tensor, shape: torch.Size, min_score: float
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the cells, boxes, labels and scores of one image's detections, best first."""
        cell, label = torch.where(scores > min_score)
        score = scores[cell, label]
        if len(score) > _CANDIDATES:
            score, order = score.topk(_CANDIDATES)
            cell, label = cell[order], label[order]
        height, width = shape
        limit = boxes.new_tensor([width, height, width, height])
        box = torch.minimum(boxes[cell].clamp(min=0), limit)
        big = ((box[:, 2:] - box[:, :2]) > 1).all(dim=1)
        cell, label, score, box = cell[big], label[big], score[big], box[big]
        keep = batched_nms(box, score, label, _NMS_IOU)[: self.detections_per_img]
        return cell[keep], box[keep], label[keep] + 1, score[keep]

    def fold_norms(self) -> None:
        """Fold the backbone's norms; see `Network.fold_norms`."""
        fuse_norms(self)


def _shaken(boxes: Tensor) -> Tensor:
    """Move each side of (N, 4) boxes by up to a tenth of the box, at random: boxes that are found are no better."""
    sides = (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
    return boxes + sides * (torch.rand(boxes.shape) * 0.2 - 0.1).to(boxes.device)


def _flat(x: Tensor) -> Tensor:
    """Return (B, h * w, C) of (B, C, h, w)."""
    return x.flatten(2).transpose(1, 2)


def _centres(height: int, width: int, stride: int, device: torch.device) -> Tensor:
    """Return (height * width, 2) float32: x and y of the cells' middles in pixels, row by row."""
    y, x = torch.meshgrid(
        torch.arange(height, device=device), torch.arange(width, device=device), indexing="ij"
    )
    return (torch.stack([x, y], dim=-1).reshape(-1, 2).float() + 0.5) * stride
