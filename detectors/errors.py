"""Errors of `detectors`; every message says what was got and what was expected."""

from __future__ import annotations


class DetectorError(Exception):
    """Root of every error raised by `detectors`."""


class PackageError(DetectorError, ValueError):
    """A model package is missing a part or describes itself wrongly."""


class WeightsError(PackageError):
    """A weights file is not the one its card describes."""


class UnknownModelError(DetectorError, LookupError):
    """No model package of that name is installed."""


class ConfigError(DetectorError, ValueError):
    """A training configuration cannot be used."""


class DatasetError(DetectorError, ValueError):
    """A training or evaluation set cannot be used."""


class TrainingError(DetectorError, RuntimeError):
    """Training cannot go on (a loss that is not finite, a checkpoint of another run)."""


class DeviceError(DetectorError, RuntimeError):
    """The wanted compute device is not there."""


class SpaceError(DetectorError, ValueError):
    """Detections of two different coordinate spaces were put together."""


class PromptError(DetectorError, ValueError):
    """A prompt has neither a point nor a box, a box without an area, or a number that is not finite."""


class OutlinePackageError(DetectorError, ValueError):
    """An outline package does not hold what its card says; the message names the file."""
