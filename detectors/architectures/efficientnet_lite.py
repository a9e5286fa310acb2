"""EfficientNet-Lite0 as a feature extractor with a feature pyramid.

EfficientNet (Tan and Le, 2019, arXiv:1905.11946) in its Lite variant: no squeeze-and-excitation, ReLU6 throughout.
Parameter names follow the widely used checkpoint layout (`_blocks.N._expand_conv` ...), so ImageNet weights
load as they are.
"""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import FeaturePyramidNetwork
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool

# (repeats, expansion, output channels, kernel, stride) of the seven stages.
_STAGES = (
    (1, 1, 16, 3, 1),
    (2, 6, 24, 3, 2),
    (2, 6, 40, 5, 2),
    (3, 6, 80, 3, 2),
    (3, 6, 112, 5, 1),
    (4, 6, 192, 5, 2),
    (1, 6, 320, 3, 1),
)
# Block after which each stride (4, 8, 16, 32) ends, and its channels.
TAPS = OrderedDict([(2, 24), (4, 40), (10, 112), (15, 320)])
_STEM_CHANNELS = 32
PYRAMID_CHANNELS = 128


class SameConv2d(nn.Conv2d):
    """Convolution with TensorFlow's SAME padding for even inputs, as the ImageNet weights were trained with."""

    def forward(self, x: Tensor) -> Tensor:
        """Convolve (N, C, H, W), padded as TensorFlow's SAME does.

        With one channel a group, training in bfloat16 on a CPU takes float32 for it: oneDNN's backward pass of
        such a convolution is several times slower in bfloat16.
        """
        if (
            self.groups > 1
            and x.device.type == "cpu"
            and torch.is_autocast_enabled("cpu")
            and torch.is_grad_enabled()
        ):
            with torch.autocast("cpu", enabled=False):
                return self._padded(x.float()).to(x.dtype)
        return self._padded(x)

    def _padded(self, x: Tensor) -> Tensor:
        total = self.kernel_size[0] - self.stride[0]
        if self.stride[0] == 1:
            return functional.conv2d(x, self.weight, self.bias, 1, total // 2, 1, self.groups)
        before, after = total // 2, total - total // 2
        return functional.conv2d(
            functional.pad(x, (before, after, before, after)),
            self.weight,
            self.bias,
            self.stride,
            0,
            1,
            self.groups,
        )


class FrozenNorm(nn.BatchNorm2d):
    """Batch norm that always uses its stored statistics: batches of two crops are too small for new ones."""

    def __init__(self, channels: int) -> None:
        """Create a norm of so many channels whose parameters are not trained."""
        super().__init__(channels, eps=1e-3)
        for parameter in self.parameters():
            parameter.requires_grad_(False)

    def train(self, mode: bool = True) -> FrozenNorm:
        """Stay in evaluation mode whatever the parent module is switched to."""
        super().train(False)
        return self


class _Block(nn.Module):
    """Inverted residual block (MobileNetV2 style) without squeeze-and-excitation."""

    def __init__(self, c_in: int, c_out: int, expansion: int, kernel: int, stride: int) -> None:
        super().__init__()
        hidden = c_in * expansion
        self.expands = expansion != 1
        self.residual = stride == 1 and c_in == c_out
        if self.expands:
            self._expand_conv = SameConv2d(c_in, hidden, 1, bias=False)
            self._bn0 = FrozenNorm(hidden)
        self._depthwise_conv = SameConv2d(hidden, hidden, kernel, stride, groups=hidden, bias=False)
        self._bn1 = FrozenNorm(hidden)
        self._project_conv = SameConv2d(hidden, c_out, 1, bias=False)
        self._bn2 = FrozenNorm(c_out)

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu6(self._bn0(self._expand_conv(x))) if self.expands else x
        y = functional.relu6(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        out: Tensor = x + y if self.residual else y
        return out


class EfficientNetLite0(nn.Module):
    """Feature maps of strides 4, 8, 16 and 32 with 24, 40, 112 and 320 channels."""

    def __init__(self) -> None:
        """Create the untrained network."""
        super().__init__()
        self._conv_stem = SameConv2d(3, _STEM_CHANNELS, 3, 2, bias=False)
        self._bn0 = FrozenNorm(_STEM_CHANNELS)
        blocks: list[nn.Module] = []
        channels = _STEM_CHANNELS
        for repeats, expansion, c_out, kernel, stride in _STAGES:
            for repeat in range(repeats):
                blocks.append(_Block(channels, c_out, expansion, kernel, stride if repeat == 0 else 1))
                channels = c_out
        self._blocks = nn.ModuleList(blocks)

    def forward(self, x: Tensor, levels: int = len(TAPS)) -> OrderedDict[str, Tensor]:
        """Return the feature maps by the number of their stage, the so many finest ones, finest first."""
        x = functional.relu6(self._bn0(self._conv_stem(x)))
        features: OrderedDict[str, Tensor] = OrderedDict()
        for index, block in enumerate(self._blocks):
            x = block(x)
            if index in TAPS:
                features[str(len(features))] = x
            if len(features) == levels:
                break
        return features

    def load_imagenet(self, state: dict[str, Tensor]) -> None:
        """Take the weights of an ImageNet checkpoint, without its classification head and blocks that this lacks."""
        own = {
            key: value
            for key, value in state.items()
            if not key.startswith(("_conv_head", "_bn1", "_fc")) and not self._lacks(key)
        }
        self.load_state_dict(own)

    def _lacks(self, key: str) -> bool:
        part, _, rest = key.partition(".")
        return part == "_blocks" and int(rest.partition(".")[0]) >= len(self._blocks)


class Lite0Pyramid(nn.Module):
    """EfficientNet-Lite0 with a 128-channel feature pyramid (Lin et al., 2017, arXiv:1612.03144): strides 4 to 64."""

    out_channels = PYRAMID_CHANNELS

    def __init__(self) -> None:
        """Create the untrained pyramid."""
        super().__init__()
        self.body = EfficientNetLite0()
        self.fpn = FeaturePyramidNetwork(list(TAPS.values()), PYRAMID_CHANNELS, LastLevelMaxPool())

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return the pyramid's feature maps by level, finest first."""
        features: dict[str, Tensor] = self.fpn(self.body(x))
        return features


def fuse_norms(module: nn.Module) -> None:
    """Fold every frozen norm into the convolution before it, in place.

    The function is the same, with about half the memory traffic.
    """
    for owner in module.modules():
        pairs = [("_conv_stem", "_bn0")] if isinstance(owner, EfficientNetLite0) else []
        if isinstance(owner, _Block):
            pairs = [("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2")]
            pairs += [("_expand_conv", "_bn0")] if owner.expands else []
        for conv_name, norm_name in pairs:
            conv, norm = getattr(owner, conv_name), getattr(owner, norm_name)
            if isinstance(norm, FrozenNorm):
                setattr(owner, conv_name, torch.nn.utils.fuse_conv_bn_eval(conv.eval(), norm.eval()))
                setattr(owner, norm_name, nn.Identity())
