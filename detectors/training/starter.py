"""Configuration for own images with a COCO file, written as TOML to be read and changed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

from detectors.coco.dataset import CocoDataset, read_dataset
from detectors.coco.values import read_json
from detectors.errors import ConfigError
from detectors.training.config import read_config
from tiling.class_names import plain
from tiling.errors import TilingError
from tiling.raster.raster import open_raster

_COLORS = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#dddddd")


class CocoOptions(TypedDict, total=False):
    """Options of `coco_config`."""

    gsd_m: float | None
    steps: int
    categories: Sequence[str]
    validation: Path | None


def coco_config(
    coco_path: Path,
    images: Path,
    name: str,
    *,
    gsd_m: float | None = None,
    steps: int = 2000,
    categories: Sequence[str] = (),
    validation: Path | None = None,
) -> str:
    """Return a training configuration (TOML) for a COCO file.

    A class has outlines where half or more of its objects have one, and boxes otherwise.

    Args:
        coco_path: The COCO file.
        images: The folder of its images.
        name: Name of the package.
        gsd_m: Ground metres per pixel; None for those of the images, where they say.
        steps: Steps of the training.
        categories: Names of those to learn; none for all that have objects.
        validation: A COCO file of images in the same folder that are held out; None to hold out a fifth.

    Raises:
        DatasetError: It is no COCO file.
        ConfigError: A category is not there or has no object, or the ground resolution is not known.
    """
    coco = read_dataset(coco_path)
    classes, ignored = _classes(coco, categories)
    own = gsd_m or _own_gsd(coco, images)
    if own is None:
        raise ConfigError(
            f"the images in {images} say no ground resolution; give it with --gsd, in metres per pixel"
        )
    lines = ["# Every field is described in docs/training.md.", "", "[model]", f"name = {_text(name)}"]
    lines += ['version = "1"', f"description = {_text(f'Learnt from {coco_path.name}.')}"]
    lines += [f"gsd_m = {float(own)!r}", ""]
    for number, (key, _, geometry) in enumerate(classes):
        color = _COLORS[number % len(_COLORS)]
        lines += ["[[classes]]", f"key = {_text(key)}", f'geometry = "{geometry}"', f'color = "{color}"', ""]
    lines += ["[[data]]", f"name = {_text(coco_path.stem)}", 'format = "coco"']
    lines += [f"path = {_text(str(coco_path.resolve()))}", f"images = {_text(str(images.resolve()))}"]
    mapping = ", ".join(f"{_text(category)} = {_text(key)}" for key, category, _ in classes)
    lines += [f"classes = {{ {mapping} }}", f"gsd_m = {float(own)!r}"]
    lines += [f"ignore = [{', '.join(map(_text, ignored))}]"] if ignored else []
    lines += [] if validation is None else [f"validation = {_text(str(validation.resolve()))}"]
    lines += ["", "[schedule]", f"steps = {steps}", f"warmup_steps = {min(100, steps // 4)}", ""]
    return "\n".join(lines)


def write_coco_config(
    path: Path, coco_path: Path, images: Path, name: str, **options: Unpack[CocoOptions]
) -> None:
    """Write the configuration of `coco_config` to a file; one that cannot be trained is not left behind.

    Args:
        path: The TOML file; its folder is made where it is missing.
        coco_path: As in `coco_config`.
        images: As in `coco_config`.
        name: As in `coco_config`.
        options: As in `coco_config`.

    Raises:
        DatasetError, ConfigError: As `coco_config` and `read_config`.
    """
    text = coco_config(coco_path, images, name, **options)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    try:
        read_config(path)
    except Exception:
        path.unlink()  # so that the command can be repeated
        raise


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _classes(coco: CocoDataset, wanted: Sequence[str]) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Return key, category and geometry of each class to learn, and the categories that are not wanted."""
    objects, outlines = Counter[int](), Counter[int]()
    for row in coco.objects:
        objects[row.category] += not row.crowd
        outlines[row.category] += row.outline is not None and not row.crowd
    known = {plain(category.name): category for category in coco.categories if objects[category.number]}
    absent = [name for name in wanted if plain(name) not in known]
    if absent or not known:
        listed = ", ".join(category.name for category in known.values()) or "none"
        raise ConfigError(
            f"{coco.path} has no object of {absent[0] if absent else 'any category'}; with objects: {listed}"
        )
    found, ignored = [], []
    for name, category in known.items():
        if not wanted or name in {plain(one) for one in wanted}:
            half = 2 * outlines[category.number] >= objects[category.number]
            key = re.sub(r"[^\w.-]+", "_", category.name).lstrip(".-")[:64] or f"class_{category.number}"
            found.append((key, category.name, "polygon" if half else "box"))
        else:
            ignored.append(category.name)
    return found, ignored


def _own_gsd(coco: CocoDataset, images: Path) -> float | None:
    """Return the ground resolution that the COCO file (as `chip` writes it) or its first image says."""
    for row in read_json(coco.path)["images"]:
        value = row.get("gsd_m")
        if isinstance(value, int | float) and value > 0:
            return float(value)
    try:
        with open_raster(images / coco.images[0].file_name) as raster:
            return raster.grid.gsd_m
    except TilingError:
        return None
