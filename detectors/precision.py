"""The arithmetic a network runs in."""

from __future__ import annotations

from enum import StrEnum

import torch


class Precision(StrEnum):
    """What convolutions and matrix products are done in; boxes, scores and masks are float32 whatever it is."""

    FP32 = "fp32"
    BF16 = "bf16"


def default_precision(device: torch.device) -> Precision:
    """The fastest one that keeps accuracy: bfloat16 on a CPU with instructions for it, else float32.

    On a CPU without them bfloat16 is emulated, and slower. How much it gains and costs: docs/detectors.md.
    """
    if device.type != "cpu":
        return Precision.FP32
    able = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return Precision.BF16 if able.get("avx512_bf16") or able.get("amx_bf16") else Precision.FP32
