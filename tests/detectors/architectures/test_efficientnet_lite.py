"""The backbone: strides, frozen norms, folded norms."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn import functional
from torchvision.models.detection import MaskRCNN

from detectors.architectures.efficientnet_lite import (
    EfficientNetLite0,
    FrozenNorm,
    Lite0Pyramid,
    SameConv2d,
    fuse_norms,
)


@torch.inference_mode()
def test_feature_maps_have_their_strides_and_channels() -> None:
    features = EfficientNetLite0().eval()(torch.zeros(1, 3, 96, 64))
    shapes = [tuple(feature.shape[1:]) for feature in features.values()]
    assert shapes == [(24, 24, 16), (40, 12, 8), (112, 6, 4), (320, 3, 2)]
    pyramid = Lite0Pyramid().eval()(torch.zeros(1, 3, 96, 64))
    assert [tuple(f.shape[1:]) for f in pyramid.values()] == [(128, 96 // s, 64 // s) for s in (4, 8, 16)] + [
        (128, 3, 2),
        (128, 2, 1),
    ]


@pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (3, 1), (5, 1), (3, 2), (5, 2)])
def test_padding_is_tensorflows(kernel: int, stride: int) -> None:
    conv = SameConv2d(2, 2, kernel, stride, bias=False)
    x = torch.randn(1, 2, 12, 8)
    # tf.nn: out = ceil(in / stride), the odd pixel of padding goes behind.
    total = (12 // stride - 1) * stride + kernel - 12
    padded = functional.pad(x, (total // 2, total - total // 2) * 2)
    assert torch.equal(conv(x), functional.conv2d(padded, conv.weight, None, stride))


@torch.inference_mode()
def test_folded_norms_compute_the_same(make_network: Callable[[], MaskRCNN]) -> None:
    plain, fused = make_network().backbone, make_network().backbone
    fuse_norms(fused)
    assert not [m for m in fused.modules() if isinstance(m, nn.BatchNorm2d)]
    x = torch.randn(1, 3, 96, 64)
    for name, expected in plain(x).items():
        found = fused(x)[name]
        assert torch.allclose(found, expected, rtol=1e-3, atol=1e-4 * float(expected.abs().max()))


def test_norms_stay_as_they_are_while_training(make_network: Callable[[], MaskRCNN]) -> None:
    body = make_network().backbone.body
    before = {name: value.clone() for name, value in body.named_buffers()}
    body.train()
    features = body(torch.randn(2, 3, 64, 64))
    features["3"].sum().backward()
    norms = [m for m in body.modules() if isinstance(m, FrozenNorm)]
    assert norms
    assert not any(
        norm.training or p.requires_grad or p.grad is not None for norm in norms for p in norm.parameters()
    )
    assert all(torch.equal(value, before[name]) for name, value in body.named_buffers())


def test_imagenet_weights_fit_but_for_their_head() -> None:
    body = EfficientNetLite0()
    state = {
        key: torch.full_like(value, 0.5)
        for key, value in body.state_dict().items()
        if value.is_floating_point()
    }
    state |= {"_conv_head.weight": torch.zeros(1), "_bn1.weight": torch.zeros(1), "_fc.bias": torch.zeros(1)}
    state |= {key: value for key, value in body.state_dict().items() if key.endswith("num_batches_tracked")}
    body.load_imagenet(state)
    assert all((value == 0.5).all() for value in body.state_dict().values() if value.is_floating_point())


def test_training_in_bfloat16_on_a_cpu_learns_depthwise_convolutions_in_float32() -> None:
    torch.manual_seed(0)
    conv = SameConv2d(8, 8, 5, 2, groups=8, bias=False)
    x = torch.rand(2, 8, 16, 16).bfloat16()
    with torch.autocast("cpu", torch.bfloat16):
        y = conv(x)
    assert y.dtype == torch.bfloat16
    y.float().sum().backward()
    learnt = conv.weight.grad
    conv.weight.grad = None
    conv(x.float()).sum().backward()
    assert torch.equal(learnt, conv.weight.grad)
