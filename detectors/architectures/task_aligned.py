"""Task-aligned assignment of objects to the cells of a single-stage detector, and its losses.

Assignment after TOOD (Feng et al., 2021, arXiv:2108.07755): an object is learnt by the cells inside its box that
already score and box it best, by score * IoU^6, and the wanted score of a cell is how well it fits. The classification
loss is the quality focal loss (Li et al., 2020, arXiv:2006.04388), the box loss one minus the generalized IoU
(Rezatofighi et al., 2019, arXiv:1902.09630).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.ops import box_iou, generalized_box_iou_loss

_CELLS_PER_OBJECT = 10
_IOU_POWER = 6.0
_FOCAL_POWER = 2.0


@dataclass(frozen=True)
class Assignment:
    """Objects that the cells of one image are to learn.

    Attributes:
        matched: (cells,) int64, the index of the object that a cell learns, -1 for background.
        quality: (cells,) float32 in 0..1, the score wanted of that object's class; 0 for background.
    """

    matched: Tensor
    quality: Tensor

    @property
    def cells(self) -> Tensor:
        """Return the indices of the cells that learn an object."""
        return torch.where(self.matched >= 0)[0]


@torch.no_grad()
def assign(scores: Tensor, boxes: Tensor, centres: Tensor, truth: Tensor, labels: Tensor) -> Assignment:
    """Assign the objects of one image to cells.

    Args:
        scores: (cells, classes) float32 in 0..1, as predicted.
        boxes: (cells, 4) float32 x0, y0, x1, y1 in pixels, as predicted.
        centres: (cells, 2) float32, the middle of each cell in pixels.
        truth: (N, 4) float32 boxes of the objects.
        labels: (N,) int64, 1-based class numbers.
    """
    matched = torch.full((len(boxes),), -1, dtype=torch.int64, device=boxes.device)
    quality = boxes.new_zeros(len(boxes))
    if not len(truth):
        return Assignment(matched, quality)
    overlap = box_iou(truth, boxes)  # (N, cells)
    fit = scores[:, labels - 1].T.clamp(min=1e-6) * overlap.pow(_IOU_POWER)
    inside = _inside(centres, truth)
    fit = torch.where(inside, fit, -1.0)
    best, cells = fit.topk(min(_CELLS_PER_OBJECT, fit.shape[1]), dim=1)
    chosen = torch.zeros_like(inside)
    chosen.scatter_(1, cells, best >= 0)
    # A cell that several objects want learns the one that it overlaps most.
    wanted = torch.where(chosen, overlap, -1.0)
    overlap_best, owner = wanted.max(dim=0)
    taken = overlap_best >= 0
    matched[taken] = owner[taken]
    own = torch.zeros_like(chosen)
    own[owner[taken], torch.where(taken)[0]] = True
    fit = torch.where(own, fit, 0.0)
    top_fit = fit.amax(dim=1, keepdim=True).clamp(min=1e-30)
    top_overlap = torch.where(own, overlap, 0.0).amax(dim=1, keepdim=True)
    quality = (fit / top_fit * top_overlap).amax(dim=0)
    return Assignment(matched, quality)


def _inside(centres: Tensor, truth: Tensor) -> Tensor:
    """Return (N, cells) bool: whether a cell's middle lies in the box; for a box between all middles, the nearest."""
    low, high = truth[:, None, :2], truth[:, None, 2:]
    inside = ((centres > low) & (centres < high)).all(dim=2)
    missed = ~inside.any(dim=1)
    if missed.any():
        middle = (truth[missed, :2] + truth[missed, 2:]) / 2
        nearest = torch.cdist(middle, centres).argmin(dim=1)
        inside[torch.where(missed)[0], nearest] = True
    return inside


def class_loss(logits: Tensor, assigned: Assignment, labels: Tensor, labelled: Tensor) -> Tensor:
    """Return the quality focal loss, summed over the cells and classes that count.

    A cell on an object counts for every class (a labelled tree is no building), one on background for the classes that
    the image is labelled for.

    Args:
        logits: (cells, classes) float32.
        assigned: From `assign`.
        labels: (N,) int64, 1-based class numbers of the objects.
        labelled: (classes,) bool.
    """
    wanted = torch.zeros_like(logits)
    cells = assigned.cells
    wanted[cells, labels[assigned.matched[cells]] - 1] = assigned.quality[cells]
    weight = (wanted - logits.sigmoid()).abs().pow(_FOCAL_POWER)
    loss = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none") * weight
    counts = labelled | (assigned.matched >= 0)[:, None]
    return (loss * counts).sum()


def box_loss(boxes: Tensor, assigned: Assignment, truth: Tensor) -> Tensor:
    """Return one minus the generalized IoU, summed over the cells on objects and weighted by their quality."""
    cells = assigned.cells
    loss: Tensor = generalized_box_iou_loss(boxes[cells], truth[assigned.matched[cells]], reduction="none")
    return (loss * assigned.quality[cells]).sum()
