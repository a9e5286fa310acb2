"""Training configuration: one TOML file per model package."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from detectors.architectures import ARCHITECTURES
from detectors.errors import ConfigError, PackageError
from detectors.model_package.card import ClassInfo, ModelCard, check_gsd, check_name
from detectors.model_package.card_file import check_card, schema_sentence

_NEEDED: dict[str, tuple[str, ...]] = {"coco": ("images",), "geojson": ("labels",), "samples": ()}

DEFAULT_ARCHITECTURE = "maskrcnn_efficientnet_lite0_fpn"
_MODEL_KEYS = {"name", "version", "description", "architecture", "gsd_m", "gsd_range_m", "licence"}
_Part = TypeVar("_Part")

DEFAULT_LICENCE = "Apache-2.0; the data sets' own terms are in `sources`"


@dataclass(frozen=True)
class SourceConfig:
    """Configuration of one data set.

    Attributes:
        name: What it is called in the card.
        format: `coco` (standalone images and a COCO file) or `geojson` (a raster and polygons); `samples` is for
            samples that a program passes in memory, and no file can ask for it.
        path: COCO file, or the raster, or where the samples came from.
        images: Folder of the COCO file's images.
        labels: GeoJSON of polygons, for `geojson`.
        area: GeoJSON of the area inside which the labels are complete; the whole raster when absent.
        classes: Data-set class name (`*` for any) to the package's class key.
        absent: Class keys that were looked for in the images and are not there.
        gsd_m: Ground metres per pixel of images without georeference.
        scale_jitter: Lowest and highest zoom of its crops, in place of the schedule's; wide where the images' ground
            resolution is not known.
        weight: Share of training crops drawn from here, relative to the other sources.
        scene: Regular expression for the part of a file name that names its scene; images of one scene stay on one
            side of the split. Without it every image is a scene of its own.
        site: Regular expression for the part of a file name that names its site; the share is held out of every site.
        validation: COCO file of images that are all held out, of a `coco` set; nothing of `path` is held out then.
        validation_images: Folder of its images; `images` when absent.
        holdout_fraction: Share of COCO images kept for validation.
        holdout: x0, y0, x1, y1 as fractions of the area (y down), kept for validation with `holdout_buffer_m` around.
        licence, origin: For the card.
    """

    name: str
    format: str
    path: Path
    classes: dict[str, str]
    images: Path | None = None
    labels: Path | None = None
    area: Path | None = None
    gsd_m: float | None = None
    absent: tuple[str, ...] = ()
    scale_jitter: tuple[float, float] | None = None
    weight: float = 1.0
    scene: str | None = None
    site: str | None = None
    validation: Path | None = None
    validation_images: Path | None = None
    holdout_fraction: float = 0.2
    holdout: tuple[float, float, float, float] = (0.75, 0.0, 1.0, 1.0)
    holdout_buffer_m: float = 10.0
    licence: str = ""
    origin: str = ""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.format not in _NEEDED:
            raise ConfigError(
                f"data set {self.name!r}: format is {self.format!r}, expected 'coco' or 'geojson'"
            )
        if not isinstance(self.classes, dict) or not all(isinstance(v, str) for v in self.classes.values()):
            raise ConfigError(
                f"data set {self.name!r}: classes is {self.classes!r}, expected a table of the set's names and class "
                'keys, such as { ship = "ship", "*" = "other" }'
            )
        for key in _NEEDED[self.format]:
            if getattr(self, key) is None:
                raise ConfigError(f"data set {self.name!r}: a {self.format} set needs {key!r}")
        for path in (self.path, self.images, self.labels, self.area, self.validation, self.validation_images):
            if path is not None and not path.exists():
                raise ConfigError(f"data set {self.name!r}: {path} does not exist")
        for key in ("scene", "site"):
            pattern = getattr(self, key)
            try:
                re.compile(pattern or "")
            except re.error as error:
                raise ConfigError(
                    f"data set {self.name!r}: {key} is {pattern!r}, no regular expression: {error}"
                ) from error
        x0, y0, x1, y1 = self.holdout
        if not (0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1):
            raise ConfigError(
                f"data set {self.name!r}: holdout is {self.holdout}, expected x0 < x1, y0 < y1 in 0..1"
            )
        if self.gsd_m is not None:
            try:
                check_gsd(self.gsd_m, "gsd_m")
            except PackageError as error:
                raise ConfigError(f"data set {self.name!r}: {error}") from None
        _check_jitter(self.scale_jitter or (1.0, 1.0))
        if not 0 <= self.holdout_fraction < 1 or not self.weight > 0:
            raise ConfigError(
                f"data set {self.name!r}: holdout_fraction is {self.holdout_fraction} and weight {self.weight}, "
                "expected a fraction below 1 and a weight above 0"
            )


@dataclass(frozen=True)
class Schedule:
    """Length and speed of a training phase.

    `batch` images of `crop_px` a step; warm-up, then a cosine down to a hundredth. Images with a class that fewer than
    `repeat_rare` of a data set's images have are drawn more often (Gupta et al. 2019, arXiv:1908.03195), and an object
    of such a class is pasted into a crop with the chance `paste_rare`. With `mixed_precision` convolutions and matrix
    products are done in bfloat16, weights and losses stay float32.
    """

    steps: int = 2000
    batch: int = 2
    crop_px: int = 512
    learning_rate: float = 4e-4
    weight_decay: float = 1e-4
    warmup_steps: int = 100
    ema_decay: float = 0.998
    scale_jitter: tuple[float, float] = (0.65, 1.4)
    repeat_rare: float = 0.0
    paste_rare: float = 0.0
    mixed_precision: bool = False
    checkpoint_every: int = 200
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the values."""
        counts = {"steps": 1, "batch": 1, "crop_px": 64, "warmup_steps": 0, "checkpoint_every": 1, "seed": 0}
        for name, least in counts.items():
            value = getattr(self, name)
            if not isinstance(value, int) or value < least:
                raise ConfigError(f"{name} is {value!r}, expected a whole number from {least} on")
        if not self.learning_rate > 0 or not self.weight_decay >= 0 or not 0 <= self.ema_decay < 1:
            raise ConfigError(
                f"learning_rate, weight_decay, ema_decay are {self.learning_rate}, {self.weight_decay}, "
                f"{self.ema_decay}, expected one above 0, one from 0 on and one from 0 to below 1"
            )
        if not isinstance(self.mixed_precision, bool):
            raise ConfigError(f"mixed_precision is {self.mixed_precision!r}, expected true or false")
        if not 0 <= self.repeat_rare <= 1 or not 0 <= self.paste_rare <= 1:
            raise ConfigError(
                f"repeat_rare is {self.repeat_rare!r} and paste_rare {self.paste_rare!r}, expected shares from 0 to 1"
            )
        _check_jitter(self.scale_jitter)


@dataclass(frozen=True)
class TrainConfig:
    """Checked training configuration.

    `phases` are learnt one after the other, each from the averaged weights of the one before (warm restarts, Loshchilov
    and Hutter 2017, arXiv:1608.03983): `[[schedule]]` in the file, or `[schedule]` for one.
    """

    name: str
    version: str
    description: str
    architecture: str
    gsd_m: float
    gsd_range_m: tuple[float, float]
    classes: tuple[ClassInfo, ...]
    sources: tuple[SourceConfig, ...]
    phases: tuple[Schedule, ...] = field(default_factory=lambda: (Schedule(),))
    licence: str = DEFAULT_LICENCE

    @property
    def steps(self) -> int:
        """Steps of all phases together."""
        return sum(phase.steps for phase in self.phases)

    def phase_of(self, step: int) -> tuple[Schedule, int]:
        """Return the phase that a step of the whole run belongs to, and the step's number in it."""
        for phase in self.phases[:-1]:
            if step < phase.steps:
                return phase, step
            step -= phase.steps
        return self.phases[-1], step

    @property
    def class_keys(self) -> tuple[str, ...]:
        """Keys in label order: the network's label i + 1 is `class_keys[i]`."""
        return tuple(info.key for info in self.classes)


def read_config(path: Path) -> TrainConfig:
    """Read and check a configuration.

    Data paths are relative to its `data_root`, itself relative to the working directory.

    Raises:
        ConfigError: The file is absent, is not TOML, or has a field that is missing, unknown or wrong.
    """
    try:
        table = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as a training configuration: {error}") from error
    try:
        return _parse(table)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    except KeyError as error:
        raise ConfigError(f"{path}: the field {error.args[0]!r} is missing") from error
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _parse(table: dict[str, Any]) -> TrainConfig:
    model = table["model"]
    _check_keys(table, {"data_root", "model", "classes", "data", "schedule"}, "the file")
    if not isinstance(model, dict):
        raise ConfigError(f"[model] is {model!r:.60}, expected a table")
    _check_keys(model, _MODEL_KEYS, "[model]")
    root = Path(table.get("data_root", "."))
    config = TrainConfig(
        name=model["name"],
        version=model["version"],
        description=model.get("description", ""),
        architecture=model.get("architecture", DEFAULT_ARCHITECTURE),
        gsd_m=float(model["gsd_m"]),
        gsd_range_m=_pair(model.get("gsd_range_m", [model["gsd_m"] / 2, model["gsd_m"] * 2]), "gsd_range_m"),
        classes=tuple(
            _build(ClassInfo, entry, f"class {entry.get('key')!r}") for entry in _tables(table, "classes")
        ),
        sources=tuple(_source(entry, root) for entry in _tables(table, "data")),
        phases=_phases(table.get("schedule", {})),
        licence=model.get("licence", DEFAULT_LICENCE),
    )
    for source in config.sources:
        unknown = {*source.classes.values(), *source.absent} - set(config.class_keys)
        if unknown:
            raise ConfigError(
                f"data set {source.name!r} has the class {sorted(unknown)[0]!r}, which is not in [[classes]]"
            )
    folded = {key.casefold() for key in config.class_keys}
    if len(folded) < len(set(config.class_keys)):
        raise ConfigError(
            f"[[classes]] has the keys {list(config.class_keys)}, two of which differ by case only"
        )
    if not config.sources:
        raise ConfigError("no data set is given in [[data]]")
    if not config.classes or len(set(config.class_keys)) != len(config.classes):
        raise ConfigError(
            f"[[classes]] has the keys {list(config.class_keys)}, expected at least one, each once"
        )
    _check_model(config)
    return config


def _tables(table: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return an array of tables."""
    value = table[key]
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ConfigError(f"{key} is {value!r:.60}, expected one or more tables, each under [[{key}]]")
    return value


def _check_keys(table: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise ConfigError(
            f"{where} has the unknown field {unknown[0]!r}, expected {', '.join(sorted(known))}"
        )


def _build(kind: type[_Part], values: dict[str, Any], where: str) -> _Part:
    """Make a part of the configuration, strictly by its declared types."""
    with_config(ConfigDict(strict=True, extra="forbid", allow_inf_nan=False))(kind)
    try:
        return TypeAdapter(kind).validate_json(json.dumps(values, default=str))
    except ValidationError as error:
        sentence = schema_sentence(error.errors(include_url=False)[0])
        raise ConfigError(sentence if sentence.startswith(where) else f"{where}: {sentence}") from None


def _check_model(config: TrainConfig) -> None:
    """Check what goes into the card, before anything is trained.

    Raises:
        ConfigError: `models install` or a project would refuse it.
    """
    try:
        check_name(config.name)
        check_card(
            ModelCard(
                config.name,
                config.version,
                config.description,
                config.architecture,
                config.classes,
                config.gsd_m,
                config.gsd_range_m,
                "0" * 64,
                config.licence,
            )
        )
    except PackageError as error:
        raise ConfigError(str(error)) from None
    if config.architecture not in ARCHITECTURES:
        raise ConfigError(
            f"architecture is {config.architecture!r}, expected one of {', '.join(sorted(ARCHITECTURES))}"
        )


def _source(entry: dict[str, Any], root: Path) -> SourceConfig:
    values = dict(entry)
    if values.get("format") == "samples":
        raise ConfigError(
            f"data set {values.get('name')!r}: format is 'samples', expected 'coco' or 'geojson'"
        )
    for key in ("path", "images", "labels", "area", "validation", "validation_images"):
        if key in values:
            values[key] = root / values[key]
    values["absent"] = tuple(values.get("absent", ()))
    if "holdout" in values:
        values["holdout"] = tuple(float(v) for v in values["holdout"])
    if "scale_jitter" in values:
        values["scale_jitter"] = _pair(values["scale_jitter"], "scale_jitter")
    return _build(SourceConfig, values, f"data set {values.get('name', '(no name)')!r}")


def _phases(given: dict[str, Any] | list[dict[str, Any]]) -> tuple[Schedule, ...]:
    entries = given if isinstance(given, list) else [given]
    if not entries:
        raise ConfigError("[[schedule]] is empty, expected at least one phase")
    return tuple(_schedule(entry) for entry in entries)


def _schedule(entry: dict[str, Any]) -> Schedule:
    values = dict(entry)
    if "scale_jitter" in values:
        values["scale_jitter"] = _pair(values["scale_jitter"], "scale_jitter")
    return _build(Schedule, values, "[schedule]")


def _check_jitter(zooms: tuple[float, float]) -> None:
    if not 0 < zooms[0] <= zooms[1]:
        raise ConfigError(f"scale_jitter is {zooms}, expected two zooms, the lower one first")


def _pair(value: Any, name: str) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ConfigError(f"{name} is {value!r}, expected two numbers")
    return float(value[0]), float(value[1])
