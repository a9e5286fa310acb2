"""The arithmetic a network runs in: the device's default, and never anything but float32 outside."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torchvision.models.detection import MaskRCNN

from detectors.inference.predictor import Precision, Predictor, default_precision
from detectors.model_package.card import ClassInfo, ModelCard

CLASSES = (ClassInfo("house", "polygon", "#d55e00"), ClassInfo("tree", "box", "#009e73"))
CARD = ModelCard("tiny", "1", "", "maskrcnn_efficientnet_lite0_fpn", CLASSES, 0.5, (0.25, 1.0), "")


@pytest.mark.parametrize(
    ("able", "expected"),
    [
        ({"avx512_bf16": True}, Precision.BF16),
        ({"amx_bf16": True, "avx512_bf16": False}, Precision.BF16),
        ({"avx2": True, "avx512_bf16": False}, Precision.FP32),
        ({}, Precision.FP32),
    ],
)
def test_bfloat16_is_for_processors_that_have_it(
    monkeypatch: pytest.MonkeyPatch, able: dict[str, bool], expected: Precision
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able, raising=False)
    assert default_precision(torch.device("cpu")) == expected
    assert default_precision(torch.device("cuda")) == Precision.FP32


def test_an_older_torch_that_does_not_tell_means_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    assert default_precision(torch.device("cpu")) == Precision.FP32


@pytest.mark.slow
@pytest.mark.parametrize("precision", Precision)
def test_what_comes_out_is_float32(precision: Precision, make_network: Callable[[], MaskRCNN]) -> None:
    image = np.random.default_rng(1).integers(0, 256, (3, 128, 128), dtype=np.uint8)
    predictor = Predictor(CARD, make_network(), min_score=0.0, precision=precision)
    assert predictor.precision == precision
    [output] = predictor.forward([torch.from_numpy(image)])
    assert {k: v.dtype for k, v in output.items()} == {
        "boxes": torch.float32,
        "labels": torch.int64,
        "scores": torch.float32,
        "masks": torch.float32,
    }
    assert len(predictor.predict([image])[0])
