"""Single training step, in as many parts as the device's memory asks for; learning rate and average of weights."""

from __future__ import annotations

import logging
import math

import torch
from torch import Tensor, nn

from detectors.architectures.network import Learnable, Targets
from detectors.errors import TrainingError
from detectors.training.settings import Schedule

logger = logging.getLogger(__name__)

_MAX_GRADIENT_NORM = 10.0


class Learner:
    """Network with its optimizer; a batch is done in more parts after the memory was full."""

    def __init__(self, network: Learnable, optimizer: torch.optim.Optimizer, device: torch.device) -> None:
        """Take a network on its device, with its optimizer."""
        self._network, self._optimizer, self._device = network, optimizer, device
        self.parts = 1

    def step(
        self, images: list[Tensor], targets: Targets, number: int, seed: int, mixed: bool = False
    ) -> dict[str, float]:
        """Train on one batch.

        Args:
            images: (3, H, W) float32 in 0..1 each.
            targets: As `detectors.architectures.network` describes.
            number: Of the step, for messages.
            seed: Of the samplers inside the network.
            mixed: Whether convolutions and matrix products are done in bfloat16.

        Returns:
            The losses by name, as in the network's `LOSSES`.

        Raises:
            TrainingError: A loss is not finite (nothing is learnt from it then), or one image does not fit into memory.
        """
        while True:
            try:
                losses = self._accumulate(images, targets, number, seed, mixed)
                break
            except torch.OutOfMemoryError:
                if self.parts >= len(images):
                    raise TrainingError(
                        f"the memory of {self._device} does not hold one crop of {images[0].shape[-1]} px at step "
                        f"{number}; lower crop_px"
                    ) from None
            torch.cuda.empty_cache()
            self.parts = min(2 * self.parts, len(images))
            logger.warning(
                "the memory of %s was full; a batch is done in %d parts from step %d on",
                self._device,
                self.parts,
                number,
            )
        nn.utils.clip_grad_norm_(self._network.parameters(), _MAX_GRADIENT_NORM)
        self._optimizer.step()
        return losses

    def _accumulate(
        self, images: list[Tensor], targets: Targets, number: int, seed: int, mixed: bool
    ) -> dict[str, float]:
        """Accumulate the gradients of the batch's mean loss, part by part."""
        self._optimizer.zero_grad(set_to_none=True)
        torch.manual_seed(seed)
        names = self._network.LOSSES
        sums = dict.fromkeys(names, 0.0)
        size = -(-len(images) // self.parts)
        for start in range(0, len(images), size):
            some = images[start : start + size]
            with torch.autocast(self._device.type, torch.bfloat16, enabled=mixed):
                losses = self._network(some, targets[start : start + size])
            total = torch.stack([losses[name] for name in names]).sum()
            if not math.isfinite(float(total.detach())):
                parts = ", ".join(f"{name} {float(losses[name].detach()):.3g}" for name in names)
                raise TrainingError(
                    f"the loss is not finite at step {number} ({parts}); lower the learning rate"
                )
            share = len(some) / len(images)
            (total * share).backward()  # type: ignore[no-untyped-call, unused-ignore]
            for name in names:
                sums[name] += share * float(losses[name].detach())
        return sums


def learning_rate(plan: Schedule, step: int) -> float:
    """Return the learning rate: linear warm-up, then a cosine down to a hundredth."""
    warm = min(1.0, (step + 1) / max(plan.warmup_steps, 1))
    rest = max(0.0, step - plan.warmup_steps) / max(plan.steps - plan.warmup_steps, 1)
    return plan.learning_rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * rest)))


@torch.no_grad()
def follow(average: Learnable, network: Learnable, decay: float) -> None:
    """Update the exponential moving average of weights and of batch statistics, which is measured and shipped."""
    pairs = zip(average.state_dict().values(), network.state_dict().values(), strict=True)
    for mean, value in pairs:
        if value.is_floating_point():
            mean.lerp_(value, 1 - decay)
        else:
            mean.copy_(value)
