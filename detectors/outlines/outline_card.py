"""Card of a package of ONNX models for outlines: `outline.json`."""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from detectors.errors import OutlinePackageError
from detectors.model_package import registry

SHIPPED = registry.SHIPPED
"""The folder of the packages that come with GeoEngine, detectors and one for outlines."""

CARD_FILE = "outline.json"
PARTS = ("encoder", "decoder")
_MAX_SIDE = 4096


@dataclass(frozen=True)
class SamCard:
    """Content of `outline.json`.

    Attributes:
        name: Shown to analysts.
        input_size: The side in pixels of the square image that the encoder takes.
        mean: Per channel, taken off levels of 0 to 255.
        std: Per channel, divided by after that.
        sha256: Of `encoder.onnx` and `decoder.onnx`, by "encoder" and "decoder".
        licence: Of the weights.
        format: Of the card, 1.
        version, description: For people.
        sources: Name, origin and licence of each data set that was learnt from.
        metrics: What was measured, by class.
        training: Facts of the training.
    """

    name: str
    input_size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    sha256: dict[str, str]
    licence: str
    format: int = 1
    version: str = ""
    description: str = ""
    sources: list[dict[str, str]] = field(default_factory=list)
    metrics: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> SamCard:
        """Read and check a card.

        Raises:
            OutlinePackageError: It cannot be read, or a field is missing, unknown or of the wrong kind.
        """
        try:
            values = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise OutlinePackageError(f"{named(path)} cannot be read as JSON: {reason(error)}") from error
        if not isinstance(values, dict):
            raise OutlinePackageError(f"{named(path)} holds a {type(values).__name__}, expected an object")
        known = {entry.name for entry in fields(cls)}
        needed = {
            entry.name
            for entry in fields(cls)
            if entry.default is MISSING and entry.default_factory is MISSING
        }
        if odd := sorted((needed - set(values)) | (set(values) - known)):
            raise OutlinePackageError(f"{named(path)}: the field {odd[0]!r} is missing or unknown")
        if values.get("format", 1) != 1:
            raise OutlinePackageError(f"{named(path)} is of card format {values['format']!r}, expected 1")
        size = values["input_size"]
        if not isinstance(size, int) or not 16 <= size <= _MAX_SIDE:
            raise OutlinePackageError(f"{named(path)}: input_size is {size!r}, expected 16 to {_MAX_SIDE}")
        for name in ("mean", "std"):
            numbers = values[name]
            right = isinstance(numbers, list) and len(numbers) == 3
            if not right or not all(
                isinstance(v, int | float) and (name == "mean" or v > 0) for v in numbers
            ):
                raise OutlinePackageError(
                    f"{named(path)}: {name} is {numbers!r}, expected three numbers for 0 to 255"
                )
        if not isinstance(values["sha256"], dict) or set(values["sha256"]) != set(PARTS):
            raise OutlinePackageError(f"{named(path)}: sha256 needs the hashes of {' and '.join(PARTS)}")
        for name in ("name", "licence"):
            if not isinstance(values[name], str) or not values[name].strip():
                raise OutlinePackageError(f"{named(path)}: {name} is {values[name]!r}, expected a text")
        return cls(**{**values, "mean": tuple(values["mean"]), "std": tuple(values["std"])})


def find_package(models_dir: Path) -> Path | None:
    """Return the folder in `models_dir` that holds a package, the first by name; None where there is none."""
    return next((card.parent for card in sorted(models_dir.glob(f"*/{CARD_FILE}"))), None)


def named(path: Path) -> str:
    """Name a file of a package as analysts may see it, without the server's folder."""
    return f"{path.parent.name}/{path.name}"


def reason(error: Exception) -> str:
    """Return a library's message in one line of at most 300 characters, without the path of an OSError."""
    said = error.strerror if isinstance(error, OSError) else None
    return " ".join((said or str(error)).split())[:300] or type(error).__name__
