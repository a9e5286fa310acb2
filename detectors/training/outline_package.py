"""Export of an outliner as a package of two ONNX models, as `detectors.outlines.sam` opens it."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from detectors.architectures.clicks import CHANNELS, PromptedOutlines
from detectors.architectures.efficientnet_lite import fuse_norms
from detectors.architectures.network import IMAGE_MEAN, IMAGE_STD
from detectors.architectures.prompt_simulation import STRIDE
from detectors.errors import TrainingError
from detectors.outlines.outline_card import CARD_FILE, PARTS, SamCard
from detectors.training.config import TrainConfig
from detectors.training.outline_measure import INPUT_PX

_OPSET = 17
_CELLS = INPUT_PX // STRIDE


class SamDecoder(nn.Module):
    """Decoder with the inputs and outputs of Segment Anything's own ONNX export, of which it ignores the masks."""

    def __init__(self, network: PromptedOutlines) -> None:
        """Wrap the decoder of a network."""
        super().__init__()
        self.decoder = network.decoder

    def forward(
        self,
        image_embeddings: Tensor,
        point_coords: Tensor,
        point_labels: Tensor,
        mask_input: Tensor,
        has_mask_input: Tensor,
        orig_im_size: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return masks (1, M, H, W) and expected overlaps (1, M) for prompts in pixels of the encoder's image."""
        masks, qualities = self.decoder(image_embeddings, point_coords, point_labels)
        height, width = orig_im_size[0], orig_im_size[1]
        scale = INPUT_PX / torch.maximum(height, width)
        rows, columns = (_centres(length, scale) for length in (height, width))
        grid = torch.stack(
            [columns[None, :].expand(rows.shape[0], -1), rows[:, None].expand(-1, columns.shape[0])], dim=-1
        )
        drawn = functional.grid_sample(
            masks, grid[None], mode="bilinear", padding_mode="border", align_corners=False
        )
        ignored = 0 * (mask_input.sum() * has_mask_input.sum())
        return drawn + ignored, qualities.sigmoid()


def _centres(length: Tensor, scale: Tensor) -> Tensor:
    """Return where the centres of so many pixels lie in the encoder's image, from -1 to 1."""
    count: Any = length.to(torch.int64)  # a tensor, so that the exported graph keeps it open
    pixels = torch.arange(count, device=length.device).to(torch.float32)
    centres: Tensor = (pixels + 0.5) * scale * 2 / INPUT_PX - 1
    return centres


def publish_outliner(
    config: TrainConfig, network: PromptedOutlines, metrics: dict[str, Any], facts: dict[str, Any], out: Path
) -> Path:
    """Write `encoder.onnx`, `decoder.onnx` and the card into `out`; the card comes last.

    Args:
        config: What was trained.
        network: The network to ship.
        metrics: From `measure_outliner`.
        facts: Of the run, for the card.
        out: The package directory.

    Raises:
        TrainingError: The network holds values that are not finite; nothing is written.
    """
    if not all(torch.isfinite(value).all() for value in network.state_dict().values()):
        raise TrainingError("the weights are not finite, so there is no package; lower the learning rate")
    models = export(network)
    plan = config.phases[-1]
    card = SamCard(
        name=config.name,
        input_size=INPUT_PX,
        mean=_levels(IMAGE_MEAN),
        std=_levels(IMAGE_STD),
        sha256={part: hashlib.sha256(models[part]).hexdigest() for part in PARTS},
        licence=config.licence,
        version=config.version,
        description=config.description,
        sources=[{"name": s.name, "origin": s.origin, "licence": s.licence} for s in config.sources],
        metrics=metrics,
        training={
            "architecture": config.architecture,
            "gsd_m": config.gsd_m,
            "steps": config.steps,
            "batch": plan.batch,
            "crop_px": plan.crop_px,
            "seeds": [phase.seed for phase in config.phases],
            "torch": torch.__version__,
            **facts,
        },
    )
    files = {f"{part}.onnx": models[part] for part in PARTS}
    files[CARD_FILE] = (json.dumps(asdict(card), indent=2, ensure_ascii=False) + "\n").encode()
    for name, content in files.items():
        (out / f"{name}.tmp").write_bytes(content)
    for name in files:
        os.replace(out / f"{name}.tmp", out / name)
    return out


def _levels(values: tuple[float, float, float]) -> tuple[float, float, float]:
    red, green, blue = values
    return 255 * red, 255 * green, 255 * blue


def export(network: PromptedOutlines) -> dict[str, bytes]:
    """Return the encoder and the decoder as ONNX models, by the name of the part."""
    network = network.cpu().eval().to(memory_format=torch.contiguous_format)
    fuse_norms(network)
    encoder = _export(
        network.encoder,
        (torch.zeros(1, 3, INPUT_PX, INPUT_PX),),
        input_names=["image"],
        output_names=["image_embeddings"],
    )
    decoder = _export(
        SamDecoder(network).eval(),
        (
            torch.zeros(1, CHANNELS, _CELLS, _CELLS),
            torch.full((1, 3, 2), 100.0),
            torch.tensor([[1.0, 0.0, -1.0]]),
            torch.zeros(1, 1, 4 * _CELLS, 4 * _CELLS),
            torch.zeros(1),
            torch.tensor([300.0, 400.0]),
        ),
        input_names=[
            "image_embeddings", "point_coords", "point_labels", "mask_input", "has_mask_input", "orig_im_size"
        ],
        output_names=["masks", "iou_predictions"],
        dynamic_axes={
            "point_coords": {1: "points"}, "point_labels": {1: "points"}, "masks": {2: "height", 3: "width"}
        },
    )  # fmt: skip
    return {"encoder": encoder, "decoder": decoder}


def _export(module: nn.Module, inputs: tuple[Tensor, ...], **names: Any) -> bytes:
    # The exporter of torch 2.9 and later is another one, which needs onnxscript; it warns of constants it leaves.
    with tempfile.TemporaryDirectory() as scratch, torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(scratch) / "model.onnx"
        torch.onnx.export(module, inputs, path, opset_version=_OPSET, dynamo=False, **names)
        return path.read_bytes()
