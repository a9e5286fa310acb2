"""Network for outlines from clicks or a box: an encoder for the image, and a small decoder for each prompt.

The image is encoded once, as in Segment Anything (Kirillov et al., 2023, arXiv:2304.02643); the decoder sees clicks as
maps, as RITM does (Sofiiuk et al., 2022, arXiv:2102.06583), and proposes three masks with the overlap it expects of
each.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from detectors.architectures.dynamic_masks import dice
from detectors.architectures.efficientnet_lite import TAPS, EfficientNetLite0
from detectors.architectures.network import IMAGE_MEAN, IMAGE_STD, Learnable, Targets
from detectors.architectures.prompt_simulation import STRIDE, Prompts, add_corrections, first_prompts

LEVELS = 3  # strides 4, 8 and 16: the deeper ones are two thirds of the weights
MULTIPLE_PX = 16
"""Sides of images are multiples of this."""

CHANNELS = 64
MASKS = 3
_NEAR_PX, _FAR_PX = 6.0, 48.0
_DILATIONS = (1, 2, 4, 8, 2, 1)
_MASK_CHANNELS = 32


class PromptedOutlines(Learnable):
    """Encoder and decoder together, as they are trained.

    In training, calling it with images, (3, H, W) float32 in 0..1 each and H and W multiples of 16, and their targets
    returns the losses named in `LOSSES`. Clicks and boxes are drawn from the targets' masks; objects with a box only
    are compared by the sides of the mask (Tian et al., 2021, arXiv:2012.02310).
    """

    LOSSES = ("loss_mask", "loss_sides", "loss_quality")

    def __init__(self) -> None:
        """Create the untrained network; it knows no classes."""
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder()

    @property
    def body(self) -> EfficientNetLite0:
        """The part that can start from ImageNet weights."""
        return self.encoder.body

    def forward(self, images: list[Tensor], targets: Targets) -> dict[str, Tensor]:
        """Return the losses of a batch."""
        prompts = first_prompts(targets)
        mean, std = (images[0].new_tensor(v).view(3, 1, 1) for v in (IMAGE_MEAN, IMAGE_STD))
        embeddings = self.encoder(torch.stack([(image - mean) / std for image in images]))
        if not len(prompts):
            return dict.fromkeys(self.LOSSES, embeddings.sum() * 0)
        chosen = embeddings[prompts.image]
        for _ in range(int(torch.randint(3, ()))):
            with torch.no_grad():
                masks, qualities = self.decoder(chosen, prompts.points, prompts.labels)
            prompts = add_corrections(prompts, _best(masks, qualities))
        masks, qualities = self.decoder(chosen, prompts.points, prompts.labels)
        return _losses(masks.float(), qualities.float(), prompts)


class Encoder(nn.Module):
    """EfficientNet-Lite0 down to stride 16, joined at stride 4."""

    def __init__(self) -> None:
        """Create the untrained encoder."""
        super().__init__()
        self.body = EfficientNetLite0()
        del self.body._blocks[list(TAPS)[LEVELS - 1] + 1 :]
        self.lateral = nn.ModuleList(
            nn.Conv2d(channels, CHANNELS, 1) for channels in list(TAPS.values())[:LEVELS]
        )
        self.smooth = _conv(CHANNELS, CHANNELS)

    def forward(self, images: Tensor) -> Tensor:
        """Encode (B, 3, H, W) normalised images into (B, CHANNELS, H / 4, W / 4)."""
        maps = list(self.body(images, levels=LEVELS).values())
        x = self.lateral[-1](maps[-1])
        for layer, fine in zip(reversed(self.lateral[:-1]), reversed(maps[:-1]), strict=True):
            x = layer(fine) + functional.interpolate(x, scale_factor=2.0, mode="nearest")
        out: Tensor = self.smooth(x)
        return out


class Decoder(nn.Module):
    """Masks for prompts; it looks around at stride 8 and draws at stride 4."""

    def __init__(self) -> None:
        """Create the untrained decoder."""
        super().__init__()
        self.prompt = nn.Conv2d(6, CHANNELS, 3, padding=1)
        self.image = nn.Conv2d(CHANNELS, CHANNELS, 1)
        self.down = _conv(CHANNELS, CHANNELS, stride=2)
        self.around = nn.ModuleList(_conv(CHANNELS, CHANNELS, dilation=dilation) for dilation in _DILATIONS)
        self.draw = nn.Sequential(_conv(CHANNELS, _MASK_CHANNELS), _conv(_MASK_CHANNELS, _MASK_CHANNELS))
        self.mask = nn.Conv2d(_MASK_CHANNELS, MASKS, 1)
        self.quality = nn.Sequential(nn.Linear(2 * _MASK_CHANNELS + 1, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, embeddings: Tensor, points: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Propose masks.

        Args:
            embeddings: (P, CHANNELS, h, w), one for each prompt.
            points: (P, N, 2) float32 x, y in pixels of the image.
            labels: (P, N) float32: 1 on the object, 0 beside it, 2 and 3 two corners of a box, -1 nothing.

        Returns:
            (P, MASKS, h, w) logits and (P, MASKS) logits of the overlap expected of each.
        """
        maps = prompt_maps(points, labels, embeddings)
        fine = functional.relu(self.image(embeddings) + self.prompt(maps))
        x = self.down(fine)
        for layer in self.around:
            x = x + layer(x)
        x = fine + functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        x = self.draw(x)
        masks: Tensor = self.mask(x)
        return masks, self._expected(x, masks.detach())

    def _expected(self, x: Tensor, masks: Tensor) -> Tensor:
        inside = masks.sigmoid().flatten(2)
        flat = x.flatten(2).transpose(1, 2)
        size = inside.sum(2, keepdim=True)
        within = inside @ flat / (size + 1)
        edge = 4 * inside * (1 - inside)
        along = edge @ flat / (edge.sum(2, keepdim=True) + 1)
        seen = torch.cat([within, along, (size + 1).log() / 8], dim=2)
        out: Tensor = self.quality(seen)[..., 0]
        return out


def prompt_maps(points: Tensor, labels: Tensor, like: Tensor) -> Tensor:
    """Draw prompts as maps (P, 6, h, w).

    Clicks on the object, near and far; clicks beside it, near and far; the inside of the box; whether there is a box.
    """
    height, width = like.shape[-2:]
    y = (torch.arange(height, device=like.device, dtype=torch.float32) + 0.5) * STRIDE
    x = (torch.arange(width, device=like.device, dtype=torch.float32) + 0.5) * STRIDE
    px, py = points[..., 0].float(), points[..., 1].float()
    across = (x[None, None, None, :] - px[..., None, None]) ** 2
    squared = across + (y[None, None, :, None] - py[..., None, None]) ** 2
    drawn = []
    for label in (1.0, 0.0):
        chosen = (labels == label).float()[..., None, None]
        for reach in (_NEAR_PX, _FAR_PX):
            drawn.append((torch.exp(-squared / (2 * reach * reach)) * chosen).amax(1))
    low, high = ((labels == label).float()[..., None] for label in (2.0, 3.0))
    first, second = (low * points.float()).sum(1), (high * points.float()).sum(1)
    has_box = high.amax((1, 2))[:, None, None]
    columns = _within(x, first[:, :1], second[:, :1])[:, None, :]
    rows = _within(y, first[:, 1:], second[:, 1:])[:, :, None]
    drawn += [columns * rows * has_box, has_box.expand(-1, height, width)]
    return torch.stack(drawn, dim=1).to(like.dtype)


def _within(at: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Return (P, n): which share of each cell around `at` lies between two limits."""
    return ((at + STRIDE / 2).minimum(high) - (at - STRIDE / 2).maximum(low)).clamp(0, STRIDE) / STRIDE


def _conv(channels: int, out: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, out, 3, stride, padding=dilation, dilation=dilation, bias=False),
        nn.BatchNorm2d(out, momentum=0.03),
        nn.ReLU(),
    )


def _best(masks: Tensor, qualities: Tensor) -> Tensor:
    """Return (P, h, w): of each prompt, the mask that is expected to be the best."""
    return masks[torch.arange(len(masks), device=masks.device), qualities.argmax(1)]


def _losses(masks: Tensor, qualities: Tensor, prompts: Prompts) -> dict[str, Tensor]:
    """Compare masks with what was meant; only the best of each prompt learns, the others a little."""
    wanted = prompts.wanted[:, None]
    entropy = functional.binary_cross_entropy_with_logits(masks, wanted.expand_as(masks), reduction="none")
    # The object counts as much as what is around it, whatever its size.
    weight = 0.5 * wanted / (wanted.sum((2, 3), keepdim=True) + 1)
    weight = weight + 0.5 * _near(wanted) / (_near(wanted).sum((2, 3), keepdim=True) + 1)
    found = masks.sigmoid()
    area = (entropy * weight).sum((2, 3)) + entropy.mean((2, 3)) + dice(found, wanted, 2)
    sides = dice(found.amax(2), wanted.amax(2), 2) + dice(found.amax(3), wanted.amax(3), 2)
    each = torch.where(prompts.outlined[:, None], area, 0.5 * sides)
    share = torch.full_like(each, 0.05)
    share.scatter_(1, each.detach().argmin(1, keepdim=True), 0.9)
    lost = (each * share).sum(1)
    known = prompts.outlined.float()
    iou = _soft_iou(found.detach(), wanted)
    off = functional.binary_cross_entropy_with_logits(qualities, iou, reduction="none").mean(1)
    return {
        "loss_mask": (lost * known).sum() / len(lost),
        "loss_sides": (lost * (1 - known)).sum() / len(lost),
        "loss_quality": (off * known).sum() / len(lost),
    }


def _near(wanted: Tensor) -> Tensor:
    """Return what lies beside the object within 6 cells."""
    return functional.max_pool2d(wanted, 13, 1, 6) * (1 - wanted)


def _soft_iou(found: Tensor, wanted: Tensor) -> Tensor:
    hard = (found > 0.5).float()
    both = (hard * wanted).sum((2, 3))
    return both / (hard.sum((2, 3)) + wanted.sum((2, 3)) - both + 1e-6)
