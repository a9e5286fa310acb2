"""Network architectures by the name a model card gives them."""

from __future__ import annotations

from collections.abc import Callable

from detectors.architectures.clicks import PromptedOutlines
from detectors.architectures.condinst import CondInst
from detectors.architectures.maskrcnn import build_maskrcnn_lite0
from detectors.architectures.network import Network
from detectors.errors import PackageError

ARCHITECTURES: dict[str, Callable[[int], Network]] = {
    "condinst_efficientnet_lite0": CondInst,
    "maskrcnn_efficientnet_lite0_fpn": build_maskrcnn_lite0,
}
"""Detectors."""

OUTLINERS: dict[str, Callable[[], PromptedOutlines]] = {"clicks_efficientnet_lite0": PromptedOutlines}
"""Networks for outlines from clicks."""


def build_network(architecture: str, num_classes: int) -> Network:
    """Return an untrained network with outputs for `num_classes` object classes (background not counted).

    Raises:
        PackageError: The architecture is not one of `ARCHITECTURES`.
    """
    try:
        build = ARCHITECTURES[architecture]
    except KeyError:
        known = ", ".join(sorted(ARCHITECTURES))
        raise PackageError(
            f"architecture is {architecture!r}, but this version knows only: {known}"
        ) from None
    return build(num_classes)
