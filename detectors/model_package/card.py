"""Model packages: directories with `model.json` (the card) and `weights.safetensors`.

This module never imports torch, so that a listing of models is instant.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from detectors.errors import PackageError, WeightsError
from detectors.model_package.calibration import Calibration

CARD_FILE = "model.json"
WEIGHTS_FILE = "weights.safetensors"
CARD_FORMAT = 2  # 2: classes may be calibrated

# Ground metres per pixel of any overhead image.
GSD_LIMITS_M = (1e-4, 1e5)

# The keys that a project may have, as `geoengine.model.checks` says.
_KEY = re.compile(r"\w[\w.-]{0,63}")
# ASCII alone, so that no name looks like another one.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def check_name(name: str) -> None:
    """Raise PackageError where a package cannot be installed under a name."""
    if not _NAME.fullmatch(name):
        raise PackageError(
            f"the name is {name!r}, expected letters, digits, '-' and '_' (ASCII, at most 100, the first a letter "
            "or digit)"
        )


def check_gsd(value: float, field_name: str) -> None:
    """Raise PackageError where a ground resolution is none of an overhead image."""
    low, high = GSD_LIMITS_M
    if not low <= value <= high:
        raise PackageError(f"{field_name} is {value!r}, expected metres per pixel, {low:g} to {high:g}")


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
    geometry: Literal["polygon", "box"]
    color: str = "#e69f00"
    min_score: float = 0.3
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        if not isinstance(self.key, str) or not _KEY.fullmatch(self.key):
            raise PackageError(
                f"class {self.key!r}: key is {self.key!r}, expected letters, digits, '_', '.' and '-', at most 64, "
                "as a project may have"
            )
        if not isinstance(self.color, str) or not _COLOR.fullmatch(self.color):
            raise PackageError(f"class {self.key!r}: color is {self.color!r}, expected '#rrggbb'")
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
        check_gsd(self.gsd_m, "gsd_m")
        for value in self.gsd_range_m:
            check_gsd(value, "gsd_range_m")
        if self.gsd_range_m[0] > self.gsd_range_m[1]:
            raise PackageError(f"gsd_range_m is {list(self.gsd_range_m)}, expected the lower one first")

    @property
    def class_keys(self) -> tuple[str, ...]:
        """Class keys in label order: label i + 1 is `class_keys[i]`."""
        return tuple(info.key for info in self.classes)

    @property
    def is_research_only(self) -> bool:
        """True where the licence allows research and nothing else."""
        return self.licence.startswith("research use only")

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
