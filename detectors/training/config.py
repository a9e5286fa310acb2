"""Training configuration: one TOML file per model package."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from detectors.architectures import ARCHITECTURES, OUTLINERS
from detectors.architectures.clicks import MULTIPLE_PX as PROMPTED_MULTIPLE_PX
from detectors.errors import ConfigError, PackageError
from detectors.model_package.card import ClassInfo, ModelCard, check_name
from detectors.model_package.card_file import check_card, schema_sentence
from detectors.training.settings import Schedule, SourceConfig

DEFAULT_ARCHITECTURE = "maskrcnn_efficientnet_lite0_fpn"
_MODEL_KEYS = {"name", "version", "description", "architecture", "gsd_m", "gsd_range_m", "licence"}
_Part = TypeVar("_Part")

UNMEASURED_MIN_SCORE = 0.5
"""Score limit of a class for which none can be measured: no object of it was held out, or none of them was found."""

DEFAULT_LICENCE = "Apache-2.0; the data sets' own terms are in `sources`"


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
    gsd_m = _number(model["gsd_m"], "gsd_m")
    config = TrainConfig(
        name=model["name"],
        version=model["version"],
        description=model.get("description", ""),
        architecture=model.get("architecture", DEFAULT_ARCHITECTURE),
        gsd_m=gsd_m,
        gsd_range_m=_pair(model.get("gsd_range_m", [gsd_m / 2, gsd_m * 2]), "gsd_range_m"),
        classes=tuple(
            _build(ClassInfo, {"min_score": UNMEASURED_MIN_SCORE, **entry}, f"class {entry.get('key')!r}")
            for entry in _tables(table, "classes")
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
    known = sorted(ARCHITECTURES | OUTLINERS)
    if config.architecture not in known:
        raise ConfigError(f"architecture is {config.architecture!r}, expected one of {', '.join(known)}")
    odd = [phase.crop_px for phase in config.phases if phase.crop_px % PROMPTED_MULTIPLE_PX]
    if config.architecture in OUTLINERS and odd:
        raise ConfigError(f"crop_px is {odd[0]}, expected a multiple of {PROMPTED_MULTIPLE_PX}")


def _source(entry: dict[str, Any], root: Path) -> SourceConfig:
    values = dict(entry)
    if values.get("format") == "samples":
        raise ConfigError(
            f"data set {values.get('name')!r}: format is 'samples', expected 'coco' or 'geojson'"
        )
    for key in ("path", "images", "labels", "area", "validation", "validation_images"):
        if key in values:
            values[key] = root / values[key]
    for key in ("absent", "ignore"):
        if not isinstance(values.get(key, []), list):
            raise ConfigError(
                f"data set {values.get('name')!r}: {key} is {values[key]!r}, expected a list of names"
            )
        values[key] = tuple(values.get(key, ()))
    if "holdout" in values:
        values["holdout"] = _numbers(values["holdout"], "holdout", 4)
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


def _pair(value: Any, name: str) -> tuple[float, float]:
    first, second = _numbers(value, name, 2)
    return first, second


def _numbers(value: Any, name: str, count: int) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or len(value) != count:
        raise ConfigError(f"{name} is {value!r:.60}, expected a list of {count} numbers")
    return tuple(_number(one, name) for one in value)


def _number(value: Any, name: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ConfigError(f"{name} is {value!r:.60}, expected a number")
    return float(value)
