"""Settings of a training: its data sets, and its schedule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from detectors.errors import ConfigError, PackageError
from detectors.model_package.card import check_gsd

_NEEDED: dict[str, tuple[str, ...]] = {"coco": ("images",), "geojson": ("labels",), "samples": ()}


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
        ignore: Data-set class names that are left out on purpose, so that nothing is said of it.
        absent: Class keys that were looked for in the images and are not there.
        gsd_m: Ground metres per pixel of images without georeference.
        scale_jitter: Lowest and highest zoom of its crops, in place of the schedule's; wide where the images' ground
            resolution is not known.
        weight: Share of training crops drawn from here, relative to the other sources.
        scene: Regular expression for the part of a file name that names its scene; images of one scene stay on one
            side of the split. Without it every image is a scene of its own.
        exclude: Regular expression; images with it in their file name are neither learnt from nor held out.
        hold_out: Regular expression; the images with it in their file name are held out, and no others.
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
    ignore: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    scale_jitter: tuple[float, float] | None = None
    weight: float = 1.0
    scene: str | None = None
    exclude: str | None = None
    hold_out: str | None = None
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
        if not all(isinstance(name, str) for name in self.ignore):
            raise ConfigError(
                f"data set {self.name!r}: ignore is {list(self.ignore)!r}, expected a list of the set's names"
            )
        for key in _NEEDED[self.format]:
            if getattr(self, key) is None:
                raise ConfigError(f"data set {self.name!r}: a {self.format} set needs {key!r}")
        for path in (self.path, self.images, self.labels, self.area, self.validation, self.validation_images):
            if path is not None and not path.exists():
                raise ConfigError(f"data set {self.name!r}: {path} does not exist")
        for key in ("scene", "site", "exclude", "hold_out"):
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
    of such a class is pasted into a crop with the chance `paste_rare`. A share `other_sensors` of the crops looks as
    other sensors would show it (`detectors.training.sensors`). With `freeze_norms` batch norms keep the statistics that
    the phase begins with, as in inference: those of a few crops are others. With `mixed_precision` convolutions and
    matrix products are done in bfloat16, weights and losses stay float32.
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
    other_sensors: float = 0.0
    freeze_norms: bool = False
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
        for name in ("mixed_precision", "freeze_norms"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(f"{name} is {getattr(self, name)!r}, expected true or false")
        for name in ("repeat_rare", "paste_rare", "other_sensors"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name} is {getattr(self, name)!r}, expected a share from 0 to 1")
        _check_jitter(self.scale_jitter)


def _check_jitter(zooms: tuple[float, float]) -> None:
    if not 0 < zooms[0] <= zooms[1]:
        raise ConfigError(f"scale_jitter is {zooms}, expected two zooms, the lower one first")
