"""The network for outlines from clicks: what its parts see, and that it learns."""

from __future__ import annotations

import pytest
import torch

from detectors.architectures.clicks import CHANNELS, MASKS, PromptedOutlines, prompt_maps
from detectors.architectures.prompt_simulation import STRIDE

SIDE = 64


@pytest.fixture
def network() -> PromptedOutlines:
    torch.manual_seed(0)
    return PromptedOutlines()


def test_shapes(network: PromptedOutlines) -> None:
    network.eval()
    embeddings = network.encoder(torch.rand(2, 3, SIDE, SIDE + 16))
    assert embeddings.shape == (2, CHANNELS, SIDE // STRIDE, SIDE // STRIDE + 4)
    masks, qualities = network.decoder(embeddings, torch.rand(2, 3, 2), torch.ones(2, 3))
    assert masks.shape == (2, MASKS, SIDE // STRIDE, SIDE // STRIDE + 4)
    assert qualities.shape == (2, MASKS)


def test_maps_of_clicks_and_boxes() -> None:
    like = torch.zeros(2, 1, 8, 8)
    points = torch.tensor([[[10.0, 22.0], [1.0, 1.0]], [[6.0, 4.0], [20.0, 30.0]]])
    maps = prompt_maps(points, torch.tensor([[1.0, -1.0], [2.0, 3.0]]), like)
    near, far, beside_near, beside_far, box, has_box = maps[0]
    assert divmod(int(near.argmax()), 8) == (5, 2)
    assert float(near.max()) == 1
    assert float(far.sum()) > float(near.sum())
    assert not bool(torch.stack([beside_near, beside_far, box, has_box]).any())
    assert bool((maps[1, 5] == 1).all())
    assert float(maps[1, 4].sum()) * STRIDE**2 == pytest.approx(14 * 26)
    assert not bool(maps[1, :4].any())


def test_a_click_beside_is_another_map() -> None:
    maps = prompt_maps(torch.tensor([[[10.0, 10.0]]]), torch.tensor([[0.0]]), torch.zeros(1, 1, 8, 8))
    assert not bool(maps[0, :2].any())
    assert bool((maps[0, 2:4].amax((1, 2)) > 0.9).all())


def targets(outlined: list[bool]) -> tuple[list[torch.Tensor], list[dict[str, torch.Tensor]]]:
    image = torch.zeros(3, SIDE, SIDE)
    image[:, 16:40, 8:48] = 0.8
    mask = torch.zeros(1, SIDE, SIDE, dtype=torch.uint8)
    mask[:, 16:40, 8:48] = 1
    box = torch.tensor([[8.0, 16.0, 48.0, 40.0]])
    made = [{"boxes": box, "masks": mask, "has_masks": torch.tensor([flag])} for flag in outlined]
    return [image] * len(made), made


def test_it_learns_one_bright_rectangle(network: PromptedOutlines) -> None:
    network.train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    images, wanted = targets([True, True])
    totals = []
    for step in range(40):
        torch.manual_seed(step)
        losses = network(images, wanted)
        total = torch.stack([losses[name] for name in network.LOSSES]).sum()
        optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call, unused-ignore]
        optimizer.step()
        totals.append(float(total.detach()))
    assert sum(totals[-5:]) < 0.5 * sum(totals[:5])


def test_boxes_teach_sides_and_no_masks(network: PromptedOutlines) -> None:
    network.train()
    losses = network(*targets([False]))
    assert losses["loss_mask"].item() == losses["loss_quality"].item() == 0
    assert losses["loss_sides"].item() > 0


def test_a_batch_without_objects_costs_nothing(network: PromptedOutlines) -> None:
    network.train()
    images, made = targets([True])
    made[0] = {key: value[:0] for key, value in made[0].items()}
    losses = network(images, made)
    assert all(losses[name].item() == 0 for name in network.LOSSES)
    torch.stack(list(losses.values())).sum().backward()
