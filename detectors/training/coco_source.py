"""Data sets of standalone images with a COCO file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shapely.geometry import Polygon, box

from detectors.coco.dataset import CocoDataset, read_dataset
from detectors.coco.read_report import listed
from detectors.coco.records import CocoCategory, CocoImage, CocoObject
from detectors.errors import DatasetError
from detectors.inference.standalone_image import StandaloneImage, read_image
from detectors.training.config import TrainConfig
from detectors.training.mapping import NameMapping
from detectors.training.settings import SourceConfig
from tiling.errors import TilingError


@dataclass(frozen=True)
class LabelledShape:
    """Object to learn.

    Attributes:
        polygon: In pixels of the raster; the box where the class or the file has no outline.
        number: 1-based number of its class.
        outlined: Whether the polygon is an outline.
    """

    polygon: Polygon
    number: int
    outlined: bool


@dataclass(frozen=True)
class CocoSource:
    """Images of a COCO data set with what is to be learnt on each, by number of the image.

    Attributes:
        coco: The file.
        objects: What is to be learnt.
        unknown: Crowd regions of classes that are learnt: objects that are not told apart.
        left_out: Reason -> how many annotations are not used.
        remarks: What is left out or used otherwise than the file says, by reason, with ids, in sentences.
    """

    coco: CocoDataset
    objects: dict[int, list[LabelledShape]]
    unknown: dict[int, list[Polygon]]
    left_out: dict[str, int]
    remarks: list[str]


def read_coco_source(source: SourceConfig, config: TrainConfig) -> CocoSource:
    """Read the COCO file of a data set.

    Raises:
        DatasetError: It is no COCO file, has no category of a name that the mapping names, or an image is not there.
    """
    try:
        coco = read_dataset(source.path)
    except DatasetError as error:
        raise DatasetError(f"data set {source.name!r}: {error}") from error
    mapping = NameMapping(source)
    numbers = _class_numbers(coco, source, config, mapping)
    _check_files(coco, source)
    objects: dict[int, list[LabelledShape]] = {image.number: [] for image in coco.images}
    unknown: dict[int, list[Polygon]] = {image.number: [] for image in coco.images}
    crowds, plain_boxes, unused = [], Counter[str](), Counter[str]()
    for row in coco.objects:
        number = numbers.get(row.category)
        if number is None:
            unused[coco.categories[row.category - 1].name] += 1
        elif row.crowd:
            crowds.append(str(row.id))
            unknown[row.image] += _parts(row)
        else:
            shape = _shape(row, number, config)
            plain_boxes[config.class_keys[number - 1]] += (
                config.classes[number - 1].geometry == "polygon" and not shape.outlined
            )
            objects[row.image].append(shape)
    remarks = coco.report.sentences()
    if crowds:
        remarks.append(f"{len(crowds):,} crowd regions are unknown ground and blanked: {listed(crowds)}")
    left_out = mapping.left_out(unused)
    remarks += [f"{count:,} left out ({reason})" for reason, count in left_out.items()]
    remarks += [
        f"{count:,} objects of {key!r} have no outline and teach no mask"
        for key, count in plain_boxes.items()
        if count
    ]
    remarks += [f"{coco.path.name} has no {name!r}, which ignore names" for name in mapping.unused_ignored()]
    left_out |= {reason: len(ids) for reason, ids in coco.report.left_out.items()}
    return CocoSource(coco, objects, unknown, left_out, remarks)


def _class_numbers(
    coco: CocoDataset, source: SourceConfig, config: TrainConfig, mapping: NameMapping
) -> dict[int, int]:
    """Return the 1-based class number of each category that is learnt, by its number."""
    labels: dict[int, int] = {}
    for category in coco.categories:
        key = mapping.key(category.name)
        if key is not None:
            labels[category.number] = config.class_keys.index(key) + 1
    missing = mapping.unused()
    if missing:
        raise DatasetError(
            f"data set {source.name!r}: {source.path} has no category {', '.join(map(repr, missing))}, which classes "
            f"names; it has {_listed(coco.categories)}"
        )
    return labels


def _listed(categories: Sequence[CocoCategory]) -> str:
    return ", ".join(repr(category.name) for category in categories)


def _check_files(coco: CocoDataset, source: SourceConfig) -> None:
    assert source.images is not None
    nameless = [f"image {image.id}" for image in coco.images if not image.file_name]
    missing = [
        image.name for image in coco.images if image.file_name and not (source.images / image.name).is_file()
    ]
    if nameless or missing:
        absent = [*(f"{name} (without file_name)" for name in nameless), *missing]
        raise DatasetError(
            f"data set {source.name!r}: {len(absent):,} of {len(coco.images):,} images are not in {source.images}: "
            f"{listed(absent)}"
        )


def _shape(row: CocoObject, number: int, config: TrainConfig) -> LabelledShape:
    """Return the largest part of the outline of an object whose class has one, else its box."""
    if config.classes[number - 1].geometry == "polygon" and row.outline is not None:
        parts = row.outline.polygons().geoms
        if len(parts):
            return LabelledShape(max(parts, key=lambda part: part.area), number, True)
    x, y, width, height = row.bbox
    return LabelledShape(box(x, y, x + width, y + height), number, False)


def _parts(row: CocoObject) -> list[Polygon]:
    """Return all parts of an object's outline, or its box."""
    parts = [] if row.outline is None else list(row.outline.polygons().geoms)
    x, y, width, height = row.bbox
    return parts or [box(x, y, x + width, y + height)]


def read_coco_image(
    image: CocoImage, source: SourceConfig, config: TrainConfig, resized: list[str]
) -> StandaloneImage:
    """Read an image at the package's resolution; name it in `resized` where the COCO file says another size.

    Raises:
        DatasetError: It cannot be read, or is too large.
    """
    assert source.images is not None
    try:
        read = read_image(source.images / Path(image.file_name), config.gsd_m, source.gsd_m)
    except TilingError as error:
        raise DatasetError(f"data set {source.name!r}: {error}") from error
    if image.size is not None and image.size != read.size:
        resized.append(f"{image.name} ({_px(image.size)}, the file {_px(read.size)})")
    return read


def _px(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]} px"
