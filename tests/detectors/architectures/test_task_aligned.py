"""Assignment of objects to cells, beside a slow reference, and the losses that follow from it."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torchvision.ops import box_iou

from detectors.architectures.task_aligned import assign, box_loss, class_loss
from tests.support.examples import examples

STRIDE = 8
SIDE = 8


def centres() -> Tensor:
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    return (torch.stack([x, y], -1).reshape(-1, 2).float() + 0.5) * STRIDE


def scene(seed: int, count: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Predicted scores and boxes of all cells, and boxes and classes of objects."""
    rng = np.random.default_rng(seed)
    corner = torch.from_numpy(rng.uniform(0, 48, (count, 2))).float()
    truth = torch.cat([corner, corner + torch.from_numpy(rng.uniform(2, 30, (count, 2))).float()], 1)
    middle = centres()
    away = torch.from_numpy(rng.uniform(2, 16, (len(middle), 4))).float()
    boxes = torch.cat([middle - away[:, :2], middle + away[:, 2:]], 1)
    scores = torch.from_numpy(rng.uniform(0.01, 0.99, (len(middle), 2))).float()
    return scores, boxes, truth, torch.from_numpy(rng.integers(1, 3, count))


def reference(scores: Tensor, boxes: Tensor, truth: Tensor, labels: Tensor) -> dict[int, int]:
    """The object of every cell that learns one, by loops."""
    middle = centres()
    wanted: dict[int, list[int]] = {}
    for number, (x0, y0, x1, y1) in enumerate(truth.tolist()):
        inside = [i for i, (x, y) in enumerate(middle.tolist()) if x0 < x < x1 and y0 < y < y1]
        if not inside:
            away = [(x - (x0 + x1) / 2) ** 2 + (y - (y0 + y1) / 2) ** 2 for x, y in middle.tolist()]
            inside = [int(np.argmin(away))]
        overlap = box_iou(truth[number : number + 1], boxes)[0]
        fit = {i: float(scores[i, labels[number] - 1] * overlap[i] ** 6) for i in inside}
        for i in sorted(inside, key=lambda i: -fit[i])[:10]:
            wanted.setdefault(i, []).append(number)
    overlaps = box_iou(truth, boxes)
    return {i: max(objects, key=lambda n: float(overlaps[n, i])) for i, objects in wanted.items()}


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
@examples(50)
def test_cells_learn_what_the_reference_says(seed: int, count: int) -> None:
    scores, boxes, truth, labels = scene(seed, count)
    found = assign(scores, boxes, centres(), truth, labels)
    assert {int(i): int(found.matched[i]) for i in found.cells} == reference(scores, boxes, truth, labels)
    # The wanted score of an object's best cell is the best overlap that its cells have.
    overlap = box_iou(truth, boxes)
    for number in found.matched[found.cells].unique():
        own = found.matched == number
        assert torch.isclose(found.quality[own].max(), overlap[number, own].max(), atol=1e-5)
    assert not found.quality[found.matched < 0].any()
    assert (found.quality <= 1).all()


def test_without_objects_all_is_background() -> None:
    scores, boxes, _, _ = scene(1, 1)
    found = assign(scores, boxes, centres(), torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64))
    assert not len(found.cells)


def test_background_says_nothing_about_a_class_the_image_is_not_labelled_for() -> None:
    scores, boxes, truth, labels = scene(2, 2)
    labels = torch.ones_like(labels)
    found = assign(scores, boxes, centres(), truth, labels)
    logits = torch.zeros(len(scores), 2, requires_grad=True)
    class_loss(logits, found, labels, torch.tensor([True, False])).backward()
    assert logits.grad is not None
    background = found.matched < 0
    assert (logits.grad[background, 0] > 0).all()
    assert not logits.grad[background, 1].any()
    assert (logits.grad[~background, 1] > 0).all(), "an object of one class is none of the other"


def test_a_box_that_fits_costs_nothing() -> None:
    scores, boxes, truth, labels = scene(3, 1)
    found = assign(scores, boxes, centres(), truth, labels)
    exact = boxes.clone()
    exact[found.cells] = truth[found.matched[found.cells]]
    assert box_loss(exact, found, truth) < 1e-5 < box_loss(boxes, found, truth)
