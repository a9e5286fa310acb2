"""Outlines by a package like Segment Anything (Kirillov et al. 2023): encoder and decoder as ONNX models.

The package is described in docs/outline.md. It needs onnxruntime, which comes with the extra `outline`.
"""

from __future__ import annotations

import hashlib
import importlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache
from PIL import Image

from detectors.errors import OutlinePackageError
from detectors.outlines.outline_card import CARD_FILE, PARTS, SamCard, named, reason
from detectors.outlines.prompt import Outline, Prompt, View
from detectors.outlines.ranking import overlaps
from detectors.outlines.trace import trace

# Embeddings of views that are kept: 4 MB each for Segment Anything.
_MAX_EMBEDDINGS = 8
_ALTERNATIVES = 3
# Proposals that overlap so much are one.
_ALIKE = 0.9
_INPUTS = {
    "image_embeddings", "point_coords", "point_labels", "mask_input", "has_mask_input", "orig_im_size"
}  # fmt: skip
_OUTPUTS = {"masks", "iou_predictions"}

_Array = npt.NDArray[np.float32]


class SamPackage:
    """Open package, safe for several threads.

    Attributes:
        folder: Where it lies.
        card: What it says of itself.
    """

    def __init__(self, folder: Path, card: SamCard, encoder: Any, decoder: Any) -> None:
        """Take an open package's card and onnxruntime sessions; see `open`."""
        self.folder, self.card = folder, card
        self._encoder, self._decoder = encoder, decoder
        self._embeddings: LRUCache[str, _Array] = LRUCache(_MAX_EMBEDDINGS)
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path, threads: int = 2) -> SamPackage:
        """Open a package on the CPU.

        Raises:
            OutlinePackageError: Onnxruntime is not installed, the card or a model is not as it should be.
        """
        card = SamCard.read(folder / CARD_FILE)
        try:
            runtime = importlib.import_module("onnxruntime")
        except ImportError as error:
            raise OutlinePackageError(
                f"{folder.name} needs onnxruntime, which is not installed: install geoengine-labeling[outline]"
            ) from error
        encoder, decoder = (
            _session(runtime, folder / f"{part}.onnx", card.sha256[part], threads) for part in PARTS
        )
        given = {entry.name for entry in decoder.get_inputs()}
        made = {entry.name for entry in decoder.get_outputs()}
        if given != _INPUTS or not made >= _OUTPUTS:
            raise OutlinePackageError(
                f"{named(folder / 'decoder.onnx')} takes {', '.join(sorted(given))} and gives "
                f"{', '.join(sorted(made))}, expected {', '.join(sorted(_INPUTS))} and {', '.join(sorted(_OUTPUTS))}"
            )
        inputs = encoder.get_inputs()
        if len(inputs) != 1:
            raise OutlinePackageError(
                f"{named(folder / 'encoder.onnx')} takes several inputs, expected one image"
            )
        wanted = (1, 3, card.input_size, card.input_size)
        if inputs[0].type != "tensor(float)" or not _fits(wanted, inputs[0].shape):
            raise OutlinePackageError(
                f"{named(folder / 'encoder.onnx')} takes {inputs[0].type} of shape {inputs[0].shape}, expected "
                f"tensor(float) of shape {list(wanted)}, as input_size in its card says"
            )
        return cls(folder, card, encoder, decoder)

    def propose(self, view: View, prompt: Prompt, key: str) -> list[Outline]:
        """Propose up to three outlines, by the quality that the decoder predicts.

        Args:
            view: What is seen.
            prompt: In pixels of the view.
            key: Tells this view from others; the same view is encoded once.

        Raises:
            OutlinePackageError: The models cannot run on this, or give what they should not.
        """
        height, width = view.valid.shape
        embeddings = self._encoded(view, key)
        points, labels = _sam_points(prompt, self.card.input_size / max(height, width))
        rows, columns = embeddings.shape[-2:]
        masks, qualities = self._run(
            self._decoder,
            ["masks", "iou_predictions"],
            {
                "image_embeddings": embeddings,
                "point_coords": points,
                "point_labels": labels,
                "mask_input": np.zeros((1, 1, 4 * rows, 4 * columns), np.float32),
                "has_mask_input": np.zeros(1, np.float32),
                "orig_im_size": np.array([height, width], np.float32),
            },
            "decoder",
        )
        if masks.ndim != 4 or masks.shape[-2:] != (height, width) or qualities.shape != masks.shape[:2]:
            raise OutlinePackageError(
                f"{self._file('decoder')} gave masks of shape {masks.shape} and qualities of shape "
                f"{qualities.shape}, expected (1, M, {height}, {width}) and (1, M)"
            )
        if not np.isfinite(qualities).all():
            raise OutlinePackageError(
                f"{self._file('decoder')} gave qualities that are no numbers, expected 0 to 1"
            )
        shapes = [
            (trace((mask > 0) & view.valid), quality)
            for mask, quality in zip(masks[0], qualities[0], strict=True)
        ]
        found = [
            Outline(shape, float(np.clip(quality, 0, 1))) for shape, quality in shapes if shape is not None
        ]
        return _unlike(sorted(found, key=lambda outline: -outline.quality))[:_ALTERNATIVES]

    def _encoded(self, view: View, key: str) -> _Array:
        with self._lock:
            if key in self._embeddings:
                return self._embeddings[key]
        (embeddings,) = self._run(
            self._encoder, None, {self._encoder.get_inputs()[0].name: self._picture(view)}, "encoder"
        )[:1]
        wanted = next(e.shape for e in self._decoder.get_inputs() if e.name == "image_embeddings")
        if embeddings.ndim != 4 or not _fits(embeddings.shape, wanted):
            raise OutlinePackageError(
                f"{self._file('encoder')} gave embeddings of shape {list(embeddings.shape)}, expected {wanted}, "
                "as its decoder takes"
            )
        with self._lock:
            self._embeddings[key] = embeddings
        return embeddings

    def _picture(self, view: View) -> _Array:
        """Return the encoder's input (1, 3, S, S).

        The longer side is scaled to S; values are normalised; the rest to the right and below is zero.
        """
        size = self.card.input_size
        height, width = view.valid.shape
        scale = size / max(height, width)
        shape = max(1, round(width * scale)), max(1, round(height * scale))
        scaled = np.asarray(Image.fromarray(view.rgb).resize(shape, Image.Resampling.BILINEAR), np.float32)
        mean, std = np.array(self.card.mean, np.float32), np.array(self.card.std, np.float32)
        image = np.zeros((1, 3, size, size), np.float32)
        image[0, :, : shape[1], : shape[0]] = ((scaled - mean) / std).transpose(2, 0, 1)
        return image

    def _file(self, part: str) -> str:
        return named(self.folder / f"{part}.onnx")

    def _run(
        self, session: Any, outputs: list[str] | None, inputs: dict[str, _Array], part: str
    ) -> list[_Array]:
        try:
            found: list[_Array] = session.run(outputs, inputs)
        except Exception as error:  # onnxruntime's errors share no other root
            raise OutlinePackageError(f"{self._file(part)} cannot run: {reason(error)}") from error
        return found


def _unlike(outlines: list[Outline]) -> list[Outline]:
    """Return the outlines without those that hardly differ from a better one, which comes before it."""
    alike = overlaps(np.array([outline.polygon for outline in outlines], dtype=object)) >= _ALIKE
    kept: list[int] = []
    for n in range(len(outlines)):
        if not alike[n, kept].any():
            kept.append(n)
    return [outlines[n] for n in kept]


def _fits(shape: Sequence[int], declared: Sequence[Any]) -> bool:
    """Return whether an array of this shape fits a declared one, in which a text or None is any number."""
    return len(shape) == len(declared) and all(
        not isinstance(wanted, int) or wanted == got for got, wanted in zip(shape, declared, strict=True)
    )


def _sam_points(prompt: Prompt, scale: float) -> tuple[_Array, _Array]:
    """Return coordinates (1, N, 2) and labels (1, N) of a prompt.

    Labels: 1 on the object, 0 beside it, 2 and 3 corners of a box, -1 padding.
    """
    box = prompt.box
    corners = ((0.0, 0.0),) if box is None else (box[:2], box[2:])
    points = np.array([*prompt.points, *prompt.negative, *corners], np.float32) * scale
    kinds = [1] * len(prompt.points) + [0] * len(prompt.negative) + ([-1] if box is None else [2, 3])
    return points[None].astype(np.float32), np.array([kinds], np.float32)


def _session(runtime: Any, path: Path, sha256: str, threads: int) -> Any:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OutlinePackageError(f"{named(path)} cannot be read: {reason(error)}") from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise OutlinePackageError(
            f"{named(path)} has sha256 {found[:12]}…, expected {str(sha256)[:12]}… as its card says"
        )
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    try:
        return runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no other root
        raise OutlinePackageError(f"{named(path)} is no ONNX model: {reason(error)}") from error
