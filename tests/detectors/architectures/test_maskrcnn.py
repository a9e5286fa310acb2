"""Mask R-CNN that learns from images labelled for some classes only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor
from torchvision.models.detection import MaskRCNN

from detectors.architectures import build_network
from detectors.errors import PackageError

ANCHORS = 3
SIZE = 96


def target(labels: list[int], labelled: list[bool], has_masks: bool = True) -> dict[str, Tensor]:
    """Squares of 24 px along the diagonal."""
    corners = torch.tensor([[20.0 * i + 4, 20.0 * i + 4] for i in range(len(labels))]).reshape(-1, 2)
    masks = torch.zeros(len(labels), SIZE, SIZE, dtype=torch.uint8)
    for mask, (x, y) in zip(masks, corners.long(), strict=True):
        mask[y : y + 24, x : x + 24] = 1
    return {
        "boxes": torch.cat([corners, corners + 24], dim=1),
        "labels": torch.tensor(labels, dtype=torch.int64),
        "masks": masks,
        "labelled": torch.tensor(labelled),
        "has_masks": torch.full((len(labels),), has_masks),
    }


@dataclass
class Step:
    """One step forward and back.

    Attributes:
        losses: of the step.
        network: with its gradients.
        classifier: (samples, 3) gradient of the loss by each logit: background, class 1, class 2.
        objectness: (anchors, 2) the same for the proposal network, one column for each class.
    """

    losses: dict[str, Tensor]
    network: MaskRCNN
    classifier: Tensor
    objectness: Tensor


@pytest.fixture
def learn(make_network: Callable[[], MaskRCNN]) -> Callable[..., Step]:
    """Runs one step on an image for each target."""

    def run(*targets: dict[str, Tensor]) -> Step:
        network = make_network().train()
        outputs: dict[str, list[Tensor]] = {"classifier": [], "objectness": []}

        def keep(name: str) -> Callable[[object, object, Tensor], None]:
            def hook(module: object, inputs: object, output: Tensor) -> None:
                output.retain_grad()
                outputs[name].append(output)

            return hook

        network.roi_heads.box_predictor.cls_score.register_forward_hook(keep("classifier"))
        network.rpn.head.cls_logits.register_forward_hook(keep("objectness"))
        torch.manual_seed(3)
        losses = network([torch.rand(3, SIZE, SIZE) for _ in targets], list(targets))
        sum(losses.values()).backward()
        [scores] = outputs["classifier"]
        levels = [
            level.grad.unflatten(1, (ANCHORS, 2)).movedim(2, -1).flatten(0, -2)
            for level in outputs["objectness"]
        ]
        return Step(losses, network, scores.grad, torch.cat(levels))

    return run


def test_background_says_nothing_about_a_class_the_image_is_not_labelled_for(
    learn: Callable[..., Step],
) -> None:
    step = learn(target([], [True, False]))
    assert (step.classifier[:, 1] > 0).all()
    assert not step.classifier[:, 2].any()
    assert (step.objectness[:, 0] >= 0).all()
    assert step.objectness[:, 0].any()
    assert not step.objectness[:, 1].any()
    # And so nothing arrives in the weights of that class.
    score, objectness = step.network.roi_heads.box_predictor.cls_score, step.network.rpn.head.cls_logits
    assert not score.weight.grad[2].any()
    assert not score.bias.grad[2].any()
    assert not objectness.weight.grad.unflatten(0, (ANCHORS, 2))[:, 1].any()
    assert not objectness.bias.grad.view(ANCHORS, 2)[:, 1].any()
    assert score.bias.grad[1] > 0


@pytest.mark.parametrize(("own", "other"), [(1, 2), (2, 1)])
def test_an_object_is_of_its_own_class_and_of_no_other(
    learn: Callable[..., Step], own: int, other: int
) -> None:
    step = learn(target([own, own], [own == 1, own == 2]))
    on_object = step.classifier[:, own] < 0
    assert on_object.any()
    assert not on_object.all()
    assert (step.classifier[on_object, other] > 0).all()
    assert not step.classifier[~on_object, other].any()
    on_object = step.objectness[:, own - 1] < 0
    assert on_object.any()
    assert (step.objectness[on_object, other - 1] > 0).all()
    assert not step.objectness[~on_object, other - 1].any()
    # Boxes and masks are learnt for the object's class alone.
    deltas = step.network.roi_heads.box_predictor.bbox_pred.bias.grad.view(3, 4)
    assert deltas[own].any()
    assert not deltas[other].any()
    mask = step.network.roi_heads.mask_predictor.mask_fcn_logits.bias.grad
    assert mask[own] != 0
    assert mask[other] == 0


def test_where_both_are_labelled_background_is_neither(learn: Callable[..., Step]) -> None:
    step = learn(target([1, 2], [True, True]))
    for gradients in (step.classifier[:, 1:], step.objectness):
        touched = gradients[gradients.any(dim=1)]
        assert touched.all()
        assert {tuple(row.sign().tolist()) for row in touched} == {(1.0, 1.0), (-1.0, 1.0), (1.0, -1.0)}


def test_every_image_of_a_batch_keeps_to_its_own_labels(learn: Callable[..., Step]) -> None:
    step = learn(target([], [True, False]), target([], [False, True]))
    first, second = step.classifier[:, 1:].any(dim=1).nonzero(), step.classifier[:, 1:].all(dim=1)
    assert len(first) == len(step.classifier)
    assert not second.any()
    half = len(step.classifier) // 2
    assert not step.classifier[:half, 2].any()
    assert not step.classifier[half:, 1].any()


def test_boxes_alone_teach_no_mask(learn: Callable[..., Step]) -> None:
    step = learn(target([2, 2], [False, True], has_masks=False))
    assert step.losses["loss_mask"] == 0
    gradient = step.network.roi_heads.mask_predictor.mask_fcn_logits.weight.grad
    assert gradient is None or not gradient.any()
    assert step.losses["loss_box_reg"] > 0


def test_outlines_in_a_batch_with_boxes_teach_masks_of_their_own_image(
    learn: Callable[..., Step],
) -> None:
    outlined, boxed = target([1, 1], [True, False]), target([2], [False, True], has_masks=False)
    step = learn(boxed, outlined)
    assert step.losses["loss_mask"] > 0
    bias = step.network.roi_heads.mask_predictor.mask_fcn_logits.bias.grad
    assert bias[1] != 0
    assert bias[2] == 0


def test_an_object_without_an_outline_teaches_no_mask_beside_one_with(learn: Callable[..., Step]) -> None:
    mixed = target([1, 2], [True, True])
    mixed["has_masks"] = torch.tensor([True, False])
    step = learn(mixed)
    assert step.losses["loss_mask"] > 0
    bias = step.network.roi_heads.mask_predictor.mask_fcn_logits.bias.grad
    assert bias[1] != 0
    assert bias[2] == 0


def test_all_losses_are_finite_on_an_image_without_objects(learn: Callable[..., Step]) -> None:
    losses = learn(target([], [True, True])).losses
    assert set(losses) == {
        "loss_classifier",
        "loss_box_reg",
        "loss_mask",
        "loss_objectness",
        "loss_rpn_box_reg",
    }
    assert all(torch.isfinite(loss) for loss in losses.values())


@torch.inference_mode()
def test_images_are_never_resized(make_network: Callable[[], MaskRCNN]) -> None:
    network = make_network()
    for mode in (True, False):
        network.train(mode)
        batch, _ = network.transform([torch.zeros(3, 96, 64), torch.zeros(3, 32, 40)])
        assert batch.image_sizes == [(96, 64), (32, 40)]
        assert batch.tensors.shape[-2:] == (96, 64)


@torch.inference_mode()
def test_the_whole_network_agrees_with_its_parts(make_network: Callable[[], MaskRCNN]) -> None:
    network = make_network()
    image = torch.rand(3, 96, 64)
    [whole] = network([image])
    batch, _ = network.transform([image])
    features = network.backbone(batch.tensors)
    proposals, none = network.rpn(batch, features)
    [parts], _ = network.roi_heads(features, proposals, batch.image_sizes)
    assert none == {}
    assert torch.equal(whole["boxes"], parts["boxes"])
    assert parts["masks"].shape == (len(parts["boxes"]), 1, 28, 28)
    assert ((parts["masks"] >= 0) & (parts["masks"] <= 1)).all()
    assert set(parts["labels"].tolist()) <= {1, 2}


def test_an_architecture_is_built_by_name() -> None:
    with pytest.raises(PackageError, match="architecture is 'yolo', but this version knows only: condinst"):
        build_network("yolo", 2)
