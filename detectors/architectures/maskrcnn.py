"""Mask R-CNN (He et al., 2017, arXiv:1703.06870) that can learn from images labelled for some classes only.

Overhead data sets label one kind of object each: the trees on a building data set are unlabelled, not absent.
Two changes to torchvision's model keep them from being taught as background, while what is labelled still teaches every
class (a labelled tree is no building):

- the proposal network scores every anchor once per class; an anchor on a labelled object adds loss for all classes, one
  on background only for the classes the image is labelled for;
- the classification softmax runs over all classes for a sample on a labelled object, and over the background and the
  image's labelled classes for one on background.

Training targets are those of `detectors.architectures.network`.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.roi_heads import RoIHeads, fastrcnn_loss, maskrcnn_inference, maskrcnn_loss
from torchvision.models.detection.rpn import RegionProposalNetwork, RPNHead, concat_box_prediction_layers
from torchvision.models.detection.transform import GeneralizedRCNNTransform
from torchvision.ops import box_iou

from detectors.architectures.efficientnet_lite import PYRAMID_CHANNELS, Lite0Pyramid, fuse_norms
from detectors.architectures.network import IMAGE_MEAN, IMAGE_STD, Network, Outputs, Targets

_ANCHOR_SIZES_PX = ((16,), (32,), (64,), (128,), (256,))
_ASPECT_RATIOS = ((0.5, 1.0, 2.0),) * len(_ANCHOR_SIZES_PX)
_BOX_HEAD_WIDTH = 512
_BOX_POOL_PX = 7


class NativeSizeTransform(GeneralizedRCNNTransform):  # type: ignore[misc]
    """Transform that normalises and batches without resizing: scenes are read at the model's resolution.

    torchvision's own option for this, `_skip_resize`, counts only while training.
    """

    def resize(self, image: Tensor, target: Any = None) -> tuple[Tensor, Any]:
        """Return the image and its target as they are."""
        return image, target


class ClassAwareRPN(RegionProposalNetwork):  # type: ignore[misc]
    """Proposal network with one objectness score per class; a proposal's rank is its best one."""

    def forward(
        self, images: ImageList, features: dict[str, Tensor], targets: Targets | None = None
    ) -> tuple[list[Tensor], dict[str, Tensor]]:
        """Propose boxes, and in training compute the losses over the labelled classes."""
        objectness, deltas = self.head(list(features.values()))
        anchors = self.anchor_generator(images, list(features.values()))
        per_level = [level.shape[1] // 4 * level.shape[2] * level.shape[3] for level in deltas]
        objectness, deltas = concat_box_prediction_layers(objectness, deltas)
        objectness, deltas = objectness.float(), deltas.float()
        proposals = self.box_coder.decode(deltas.detach(), anchors).view(len(anchors), -1, 4)
        best = objectness.detach().amax(dim=1, keepdim=True)
        boxes, _ = self.filter_proposals(proposals, best, images.image_sizes, per_level)
        if not self.training:
            return boxes, {}
        assert targets is not None
        return boxes, self._losses(objectness, deltas, anchors, targets)

    def _losses(
        self, objectness: Tensor, deltas: Tensor, anchors: list[Tensor], targets: Targets
    ) -> dict[str, Tensor]:
        labels, matched_boxes = self.assign_targets_to_anchors(anchors, targets)
        regression = torch.cat(self.box_coder.encode(matched_boxes, anchors))
        positives, negatives = self.fg_bg_sampler(labels)
        positive = torch.where(torch.cat(positives))[0]
        sampled = torch.cat([positive, torch.where(torch.cat(negatives))[0]])
        wanted = torch.zeros_like(objectness)
        wanted[positive] = torch.cat(
            [_one_hot_classes(a, t, objectness.shape[1]) for a, t in zip(anchors, targets, strict=True)]
        )[positive]
        counts = torch.cat([t["labelled"].repeat(len(a), 1) for a, t in zip(anchors, targets, strict=True)])
        counts[positive] = True
        loss = functional.binary_cross_entropy_with_logits(
            objectness[sampled], wanted[sampled], reduction="none"
        )
        loss_objectness = (loss * counts[sampled]).sum() / max(len(sampled), 1)
        loss_box = functional.smooth_l1_loss(
            deltas[positive], regression[positive], beta=1 / 9, reduction="sum"
        )
        return {"loss_objectness": loss_objectness, "loss_rpn_box_reg": loss_box / max(len(sampled), 1)}


def _one_hot_classes(anchors: Tensor, target: dict[str, Tensor], num_classes: int) -> Tensor:
    """Return (anchors, classes) float: for each anchor, the class of the labelled box it overlaps most."""
    wanted = torch.zeros((len(anchors), num_classes), device=anchors.device)
    if len(target["boxes"]):
        nearest = box_iou(target["boxes"], anchors).argmax(dim=0)
        wanted[torch.arange(len(anchors), device=anchors.device), target["labels"][nearest] - 1] = 1.0
    return wanted


class PartialLabelRoIHeads(RoIHeads):  # type: ignore[misc]
    """torchvision's RoI heads, with losses kept to the classes and the geometry each image is labelled with."""

    def forward(
        self,
        features: dict[str, Tensor],
        proposals: list[Tensor],
        image_shapes: list[tuple[int, int]],
        targets: Targets | None = None,
    ) -> tuple[list[dict[str, Tensor]], dict[str, Tensor]]:
        """Classify and outline proposals, and in training compute the losses over the labelled classes."""
        if self.training:
            assert targets is not None
            return [], self._losses(features, proposals, image_shapes, targets)
        pooled = self.box_head(self.box_roi_pool(features, proposals, image_shapes))
        logits, deltas = self.box_predictor(pooled)
        boxes, scores, labels = self.postprocess_detections(
            logits.float(), deltas.float(), proposals, image_shapes
        )
        masks = maskrcnn_inference(self._mask_logits(features, boxes, image_shapes), labels)
        return [
            {"boxes": b, "labels": n, "scores": s, "masks": m}
            for b, n, s, m in zip(boxes, labels, scores, masks, strict=True)
        ], {}

    def _losses(
        self,
        features: dict[str, Tensor],
        proposals: list[Tensor],
        shapes: list[tuple[int, int]],
        targets: Targets,
    ) -> dict[str, Tensor]:
        proposals, matched, labels, regression = self.select_training_samples(proposals, targets)
        logits, deltas = self.box_predictor(self.box_head(self.box_roi_pool(features, proposals, shapes)))
        logits = logits.float().masked_fill(~_allowed(labels, targets), -1e4)
        loss_classifier, loss_box = fastrcnn_loss(logits, deltas.float(), labels, regression)
        losses = {"loss_classifier": loss_classifier, "loss_box_reg": loss_box}

        keep = [
            torch.where((n > 0) & _has_mask(m, t))[0]
            for n, m, t in zip(labels, matched, targets, strict=True)
        ]
        boxes = [p[k] for p, k in zip(proposals, keep, strict=True)]
        mask_logits = self._mask_logits(features, boxes, shapes).float()
        if not len(mask_logits):
            losses["loss_mask"] = mask_logits.sum() * 0
            return losses
        outlined = [i for i, k in enumerate(keep) if len(k)]
        losses["loss_mask"] = maskrcnn_loss(
            mask_logits,
            [boxes[i] for i in outlined],
            [targets[i]["masks"] for i in outlined],
            [targets[i]["labels"] for i in outlined],
            [matched[i][keep[i]] for i in outlined],
        )
        return losses

    def _mask_logits(
        self, features: dict[str, Tensor], boxes: list[Tensor], shapes: list[tuple[int, int]]
    ) -> Tensor:
        logits: Tensor = self.mask_predictor(self.mask_head(self.mask_roi_pool(features, boxes, shapes)))
        return logits


def _has_mask(matched: Tensor, target: dict[str, Tensor]) -> Tensor:
    """Return (proposals,) bool: whether the object that a proposal is matched with has an outline."""
    flags = target["has_masks"]
    return flags[matched] if len(flags) else torch.zeros_like(matched, dtype=torch.bool)


def _allowed(labels: list[Tensor], targets: Targets) -> Tensor:
    """Return (samples, 1 + classes) bool: the outputs that count in a sample's loss, by its label (0 is background)."""
    rows = [
        functional.pad(t["labelled"], (1, 0), value=True) | (n > 0)[:, None]
        for n, t in zip(labels, targets, strict=True)
    ]
    return torch.cat(rows)


class PartialLabelMaskRCNN(MaskRCNN, Network):  # type: ignore[misc]
    """torchvision's Mask R-CNN with the parts above; masks are 28 x 28."""

    LOSSES = ("loss_classifier", "loss_box_reg", "loss_mask", "loss_objectness", "loss_rpn_box_reg")
    # The proposal network scores each of three shapes of anchors.
    PER_CLASS: ClassVar = {
        "rpn.head.cls_logits": (1, False, len(_ASPECT_RATIOS[0])),
        "roi_heads.box_predictor.cls_score": (1, True, 1),
        "roi_heads.box_predictor.bbox_pred": (4, True, 1),
        "roi_heads.mask_predictor.mask_fcn_logits": (1, True, 1),
    }

    transform: Any
    rpn: Any
    roi_heads: Any

    def detect(self, images: list[Tensor], min_score: float) -> Outputs:
        """Detect on images; see `Network.detect`.

        The parts are called one by one because torchvision's own forward pastes every mask into a full-size image.
        """
        self.roi_heads.score_thresh = min_score
        batch, _ = self.transform(images)
        features = self.backbone(batch.tensors.contiguous(memory_format=torch.channels_last))
        proposals, _ = self.rpn(batch, features)
        found: Outputs
        found, _ = self.roi_heads(features, proposals, batch.image_sizes)
        return found

    def fold_norms(self) -> None:
        """Fold the backbone's norms; see `Network.fold_norms`."""
        fuse_norms(self)


def build_maskrcnn_lite0(num_classes: int) -> PartialLabelMaskRCNN:
    """Build Mask R-CNN on EfficientNet-Lite0 and a 128-channel pyramid, for `num_classes` beside the background."""
    backbone = Lite0Pyramid()  # first: what a seed gives follows the order in which the parts are made
    head = RPNHead(PYRAMID_CHANNELS, len(_ASPECT_RATIOS[0]))
    model = PartialLabelMaskRCNN(
        backbone,
        rpn_anchor_generator=AnchorGenerator(_ANCHOR_SIZES_PX, _ASPECT_RATIOS),
        rpn_head=head,
        box_head=TwoMLPHead(PYRAMID_CHANNELS * _BOX_POOL_PX**2, _BOX_HEAD_WIDTH),
        box_predictor=FastRCNNPredictor(_BOX_HEAD_WIDTH, num_classes + 1),
        mask_head=MaskRCNNHeads(PYRAMID_CHANNELS, (128, 128), 1),
        mask_predictor=MaskRCNNPredictor(128, 128, num_classes + 1),
        image_mean=IMAGE_MEAN,
        image_std=IMAGE_STD,
        rpn_pre_nms_top_n_train=1000,
        rpn_post_nms_top_n_train=500,
        rpn_pre_nms_top_n_test=1500,
        rpn_post_nms_top_n_test=1500,
        rpn_batch_size_per_image=256,
        box_batch_size_per_image=192,
        box_detections_per_img=600,
        box_nms_thresh=0.4,
    )
    objectness = nn.Conv2d(PYRAMID_CHANNELS, len(_ASPECT_RATIOS[0]) * num_classes, 1)
    nn.init.normal_(objectness.weight, std=0.01)
    objectness.get_parameter("bias").data.zero_()
    head.cls_logits = objectness
    # The subclasses add no state; giving the built parts their class keeps torchvision's long constructors out of here.
    model.transform.__class__ = NativeSizeTransform
    model.rpn.__class__ = ClassAwareRPN
    model.roi_heads.__class__ = PartialLabelRoIHeads
    return model
