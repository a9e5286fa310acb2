"""What the tests of the detectors share: their own helper modules, and one small network for all."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import pytest
import torch
from torchvision.models.detection import MaskRCNN


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """Images this small gain nothing from more threads, and lose much to waiting where other work is going on."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def _network() -> MaskRCNN:
    from detectors.architectures import build_network

    torch.manual_seed(7)
    network = build_network("maskrcnn_efficientnet_lite0_fpn", 2)
    # Fresh norms do nothing at all; trained ones shift and scale.
    for name, buffer in network.named_buffers():
        if name.endswith("running_mean"):
            buffer.normal_(0.0, 0.1)
        elif name.endswith("running_var"):
            buffer.uniform_(0.5, 1.5)
    network.roi_heads.detections_per_img = 20  # masks of hundreds of chance finds take seconds
    return network.eval()


@pytest.fixture
def make_network(_network: MaskRCNN) -> Callable[[], MaskRCNN]:
    """Makes a copy of one seeded, untrained two-class network in evaluation mode."""
    return lambda: copy.deepcopy(_network)
