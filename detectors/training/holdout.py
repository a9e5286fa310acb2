"""Choice of the images of a COCO data set that are held out: never learnt from, and measured on.

The file's own `split` counts; else ground that images share keeps them on one side; else names do.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine

from detectors.coco.dataset import CocoDataset
from detectors.coco.records import CocoImage
from detectors.coco.values import id_key, is_number, read_json
from detectors.errors import DatasetError
from detectors.training.settings import SourceConfig
from tiling.arrays import Floats, Ints
from tiling.chips.splits import SplitSpec, near_pairs, split_chips
from tiling.errors import TilingError
from tiling.raster.raster import open_raster

_TRAIN = {"train", "training"}
_VALIDATION = {"val", "valid", "validation", "dev"}
_TEST = {"test", "testing"}
_BLOCK_CHIPS = 4  # side of a block of ground, in images
_RASTERS = {".tif", ".tiff", ".jp2", ".vrt", ".ntf"}


@dataclass(frozen=True)
class Holdout:
    """Images that are held out, by number, and images on neither side, by reason."""

    chosen: set[int]
    left_out: dict[str, set[int]] = field(default_factory=dict)

    @property
    def unused(self) -> set[int]:
        """Numbers of the images on neither side."""
        return set().union(*self.left_out.values())


@dataclass(frozen=True)
class _Ground:
    """Images whose place is known: numbers (N,), boxes (N, 4) in pixels, and the number of the plane of each (N,)."""

    numbers: Ints
    boxes: Floats
    planes: Ints

    def shared(self) -> list[tuple[int, int]]:
        """Return the pairs of images that share pixels."""
        if not len(self.numbers):
            return []
        pairs = near_pairs(self.boxes, self.planes, 0.0)
        return [(int(self.numbers[a]), int(self.numbers[b])) for a, b in pairs.T]


def choose_holdout(coco: CocoDataset, source: SourceConfig, classes: dict[int, set[int]]) -> Holdout:
    """Choose the images of a data set to hold out, the same every time.

    Args:
        coco: The data set.
        source: Its configuration.
        classes: Numbers of the classes on each image, by its number.

    Raises:
        DatasetError: Some images have a `split` and others have none, or one of another name; or `hold_out` names none.
    """
    ground = _ground(coco, source)
    shared = ground.shared()
    excluded = {i.number for i in coco.images if source.exclude and re.search(source.exclude, i.file_name)}
    given = _given(coco, source)
    if source.hold_out:
        held = _named(coco, source)
    elif given is not None:
        held = given
    elif source.validation is not None or not source.holdout_fraction:
        held = Holdout(set())
    elif shared:
        held = _by_ground(coco, source, ground, classes)
    else:
        held = Holdout(_by_name(coco, source, classes, {image.number for image in coco.images} - excluded))
    if excluded:
        held = Holdout(held.chosen - excluded, {**held.left_out, "are excluded by name": excluded})
    torn = {a if b in held.chosen else b for a, b in shared if (a in held.chosen) != (b in held.chosen)}
    if torn - held.unused:
        reason = "share pixels with held-out images"
        held = Holdout(held.chosen, {**held.left_out, reason: torn - held.unused})
    return held


def _named(coco: CocoDataset, source: SourceConfig) -> Holdout:
    """Return the images that `hold_out` names."""
    assert source.hold_out is not None
    chosen = {image.number for image in coco.images if re.search(source.hold_out, image.file_name)}
    if not chosen:
        raise DatasetError(
            f"data set {source.name!r}: hold_out is {source.hold_out!r}, which is in no file name of its "
            f"{len(coco.images):,} images, so that nothing would be held out"
        )
    test = {image.number for image in coco.images if _split_of(image) in _TEST} - chosen
    return Holdout(chosen, {"are of the split test": test} if test else {})


def _split_of(image: CocoImage) -> str:
    return (image.split or "").strip().casefold()


def _given(coco: CocoDataset, source: SourceConfig) -> Holdout | None:
    """Return what the images' own `split` says; None where it names no other split than training."""
    names = {image.number: _split_of(image) for image in coco.images}
    if not any(names.values()):
        return None
    odd = [image.name for image in coco.images if names[image.number] not in _TRAIN | _VALIDATION | _TEST]
    if odd:
        raise DatasetError(
            f"data set {source.name!r}: {len(odd):,} of {len(coco.images):,} images in {source.path} have no split, "
            f"or one of another name, first {odd[0]}; expected train, val or test for each, or for none"
        )
    validation = {number for number, name in names.items() if name in _VALIDATION}
    test = {number for number, name in names.items() if name in _TEST}
    if validation and test:
        return Holdout(validation, {"are of the split test": test})
    return Holdout(validation or test) if validation or test else None


def _by_ground(
    coco: CocoDataset, source: SourceConfig, ground: _Ground, classes: dict[int, set[int]]
) -> Holdout:
    side = float(np.median(np.ptp(ground.boxes.reshape(-1, 2, 2), axis=1)))
    shares = (("train", 1 - source.holdout_fraction), ("val", source.holdout_fraction))
    blocks = _BLOCK_CHIPS
    split = split_chips(ground.boxes, ground.planes, SplitSpec(shares, blocks * side))
    while blocks > 1 and not (split == 1).any():
        blocks -= 1
        split = split_chips(ground.boxes, ground.planes, SplitSpec(shares, blocks * side))
    placed = {int(number) for number in ground.numbers}
    rest = {image.number for image in coco.images} - placed
    chosen = {int(number) for number in ground.numbers[split == 1]}
    between = {int(number) for number in ground.numbers[split < 0]}
    left_out = {"share pixels with images of the other side": between} if between else {}
    return Holdout(chosen | _by_name(coco, source, classes, rest), left_out)


def _by_name(
    coco: CocoDataset, source: SourceConfig, classes: dict[int, set[int]], among: set[int]
) -> set[int]:
    seen = {
        str(Path(image.file_name)): classes[image.number] for image in coco.images if image.number in among
    }
    names = held_out_names(seen, source.holdout_fraction, source.scene, source.site)
    return {image.number for image in coco.images if str(Path(image.file_name)) in names}


def held_out_names(
    seen: dict[str, set[int]], fraction: float, scene: str | None = None, site: str | None = None
) -> set[str]:
    """Choose the images to hold out from their names and classes.

    Within each group of the same site and the same rarest class, whole scenes in the order of their hash, as long as
    they fit into `fraction` of the group's images; where none does, the smallest. Where the groups are too small for
    any, the first scene of all.

    Args:
        seen: The classes on each image, by its name.
        fraction: Of each group.
        scene: Regular expression, as in `SourceConfig`.
        site: Regular expression, as in `SourceConfig`.
    """
    images_with = Counter(number for numbers in seen.values() for number in numbers)
    scenes: dict[str, list[str]] = {}
    for name in seen:
        found = re.search(scene, name) if scene else None
        scenes.setdefault(found.group() if found else name, []).append(name)
    groups: dict[tuple[str, int], list[str]] = {}
    for key, names in scenes.items():
        place = re.search(site, key) if site else None
        numbers = set().union(*(seen[name] for name in names))
        rarest = min(numbers, key=lambda number: (images_with[number], number), default=0)
        groups.setdefault((place.group() if place else "", rarest), []).append(key)
    chosen: set[str] = set()
    for keys in groups.values():
        room = round(sum(len(scenes[key]) for key in keys) * fraction)
        ranked = _ranked(keys)
        if room and len(ranked) > 1:
            room = max(room, min(len(scenes[key]) for key in ranked))
        for key in ranked:
            if len(scenes[key]) <= room:
                chosen.update(scenes[key])
                room -= len(scenes[key])
    if not chosen and fraction and len(scenes) > 1:
        smallest = min(len(names) for names in scenes.values())
        chosen.update(next(scenes[key] for key in _ranked(scenes) if len(scenes[key]) == smallest))
    return chosen


def _ranked(keys: Any) -> list[str]:
    return sorted(keys, key=lambda key: hashlib.sha256(key.encode()).hexdigest())


def _ground(coco: CocoDataset, source: SourceConfig) -> _Ground:
    """Return where images lie: by `transform` and `crs` in the COCO file, as `chip` writes them, or their own."""
    rows = {id_key(row.get("id")): row for row in read_json(source.path)["images"]}
    found: list[tuple[int, str, Affine, tuple[int, int]]] = []
    for image in coco.images:
        row = rows[id_key(image.id)]
        values = row.get("transform")
        if (
            isinstance(values, list)
            and len(values) in (6, 9)
            and all(is_number(v) for v in values)
            and image.size
        ):
            found.append((image.number, str(row.get("crs") or ""), Affine(*values[:6]), image.size))
        elif source.images is not None and Path(image.file_name).suffix.casefold() in _RASTERS:
            found += _placed(image.number, source.images / image.file_name)
    found = [entry for entry in found if entry[2].determinant]
    names = sorted({name for _, name, _, _ in found})
    boxes = np.empty((len(found), 4))
    planes = np.array([names.index(name) for _, name, _, _ in found], dtype=np.int64)
    for index, (_, _, transform, (width, height)) in enumerate(found):
        corners = np.array([transform * xy for xy in ((0, 0), (width, 0), (0, height), (width, height))])
        boxes[index] = (*corners.min(axis=0), *corners.max(axis=0))
    for plane in range(len(names)):
        units = [
            abs(entry[2].determinant) ** 0.5 for entry, p in zip(found, planes, strict=True) if p == plane
        ]
        boxes[planes == plane] /= max(units)
    return _Ground(np.array([entry[0] for entry in found], dtype=np.int64), boxes, planes)


def _placed(number: int, path: Path) -> list[tuple[int, str, Affine, tuple[int, int]]]:
    try:
        with open_raster(path) as raster:
            grid = raster.grid
            if grid.crs is None:
                return []
            return [(number, grid.crs.to_string(), grid.transform, (grid.width, grid.height))]
    except TilingError:  # it is read again, and said then
        return []
