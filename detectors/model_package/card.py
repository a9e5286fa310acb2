"""Model packages: directories with `model.json` (the card) and `weights.safetensors`.

This module never imports torch, so that a listing of models is instant.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from detectors.errors import PackageError, WeightsError
from detectors.model_package.calibration import Calibration

CARD_FILE = "model.json"
WEIGHTS_FILE = "weights.safetensors"
CARD_FORMAT = 2  # 2: classes may be calibrated


@dataclass(frozen=True)
class ClassInfo:
    """Class that a model finds.

    Attributes:
        key: The class's name, as in a project.
        geometry: `polygon` where the model learnt outlines, `box` where it was trained on boxes only.
        color: "#rrggbb" for maps.
        min_score: Scores below are not proposed unless asked for: the best F1 on the validation split.
        calibration: How the network's scores become shares that are right; None where they are taken as they are.
    """

    key: str
    geometry: str
    color: str = "#e69f00"
    min_score: float = 0.3
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        if self.calibration is not None and not self.calibration.slope > 0:
            raise PackageError(
                f"class {self.key!r}: the calibration's slope is {self.calibration.slope!r}, expected more than 0"
            )
        if self.geometry not in ("polygon", "box"):
            raise PackageError(
                f"class {self.key!r}: geometry is {self.geometry!r}, expected 'polygon' or 'box'"
            )
        if not 0 <= self.min_score <= 1:
            raise PackageError(f"class {self.key!r}: min_score is {self.min_score!r}, expected 0 to 1")


@dataclass(frozen=True)
class ModelCard:
    """Content of a package's `model.json`.

    Attributes:
        name, version, description: For people.
        architecture: A key of `detectors.architectures.ARCHITECTURES`.
        classes: In label order.
        gsd_m: Ground metres per pixel that the model was trained at; scenes are read at this resolution.
        gsd_range_m: Ground resolutions of scenes for which it can be expected to work.
        sha256: Of the weights file, checked on every load.
        licence: Of the weights.
        sources: Data sets learnt from: name, origin, licence.
        metrics: Accuracy on data that was not trained on, per data set.
        training: Steps, seed and other facts of the run.
        notes: Caveats a user should read.
    """

    name: str
    version: str
    description: str
    architecture: str
    classes: tuple[ClassInfo, ...]
    gsd_m: float
    gsd_range_m: tuple[float, float]
    sha256: str
    licence: str = ""
    sources: tuple[dict[str, Any], ...] = ()
    metrics: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    format: int = CARD_FORMAT

    def __post_init__(self) -> None:
        """Check the values."""
        if not isinstance(self.name, str) or not self.name:
            raise PackageError(f"name is {self.name!r}, expected a text")
        if not self.classes or len(set(self.class_keys)) != len(self.classes):
            raise PackageError(f"classes are {list(self.class_keys)}, expected at least one, each once")
        if not self.gsd_m > 0:
            raise PackageError(f"gsd_m is {self.gsd_m!r}, expected metres per pixel, more than 0")

    @property
    def class_keys(self) -> tuple[str, ...]:
        """Class keys in label order: label i + 1 is `class_keys[i]`."""
        return tuple(info.key for info in self.classes)

    @property
    def reference(self) -> str:
        """Name of the model on its labels: name, version and the start of the weights' hash."""
        return f"{self.name} {self.version} ({self.sha256[:12]})"

    def gsd_warning(self, name: str, gsd_m: float | None) -> str | None:
        """Return a warning about a scene whose ground resolution does not suit the model, else None."""
        if gsd_m is None:
            return (
                f"{name} has no georeference, so its ground resolution is unknown; "
                f"it is read at its own pixels as if they were {self.gsd_m} m"
            )
        low, high = self.gsd_range_m
        if low <= gsd_m <= high:
            return None
        return (
            f"{name} has {gsd_m:.3g} m pixels, but {self.name} was trained for {low:g} to {high:g} m; "
            "expect poor proposals"
        )

    def to_json(self) -> str:
        """Return the card as indented JSON text."""
        return json.dumps(asdict(self), indent=2) + "\n"


@dataclass(frozen=True)
class ModelPackage:
    """Installed model package."""

    directory: Path
    card: ModelCard

    @property
    def weights(self) -> Path:
        """Path of the weights file."""
        return self.directory / WEIGHTS_FILE

    def check_weights(self) -> None:
        """Compare the weights file with the card's sha256.

        Raises:
            WeightsError: The file is missing or differs by even one byte.
        """
        if not self.weights.is_file():
            raise WeightsError(f"model package {self.card.name!r}: {self.weights} is missing")
        found = hash_file(self.weights)
        if found != self.card.sha256:
            raise WeightsError(
                f"model package {self.card.name!r}: {self.weights} has sha256 {found[:16]}..., "
                f"but its card says {self.card.sha256[:16]}...; install the package again"
            )


def hash_file(path: Path) -> str:
    """Return the sha256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load_package(directory: Path) -> ModelPackage:
    """Read a package's card. The weights are checked when they are loaded.

    Raises:
        PackageError: The card is missing, is not JSON, is of a newer format, or has a missing or unknown field.
    """
    path = directory / CARD_FILE
    try:
        values = json.loads(path.read_text())
    except FileNotFoundError:
        raise PackageError(f"{directory} has no {CARD_FILE}, so it is not a model package") from None
    except (OSError, ValueError) as error:
        raise PackageError(f"{path} cannot be read as JSON: {error}") from error
    return ModelPackage(directory, _parse_card(values, path))


def _parse_class(entry: Any) -> ClassInfo:
    fit = entry.get("calibration") if isinstance(entry, dict) else None
    return ClassInfo(**entry) if fit is None else ClassInfo(**{**entry, "calibration": Calibration(**fit)})


def _parse_card(values: Any, path: Path) -> ModelCard:
    if not isinstance(values, dict):
        raise PackageError(f"{path} holds a {type(values).__name__}, expected an object")
    number = values.get("format", CARD_FORMAT)
    if not isinstance(number, int):
        raise PackageError(f"{path}: format is {number!r}, expected a whole number")
    if number > CARD_FORMAT:
        raise PackageError(
            f"{path} is of card format {number}, but this version reads up to {CARD_FORMAT}; update GeoEngine"
        )
    try:
        values = dict(values)
        values["classes"] = tuple(_parse_class(entry) for entry in values["classes"])
        values["gsd_range_m"] = tuple(float(v) for v in values["gsd_range_m"])
        values["sources"] = tuple(values.get("sources", ()))
        values["notes"] = tuple(values.get("notes", ()))
        return ModelCard(**values)
    except KeyError as error:
        raise PackageError(f"{path}: the field {error.args[0]!r} is missing") from error
    except (TypeError, ValueError) as error:
        raise PackageError(f"{path}: {error}") from error
