"""The one reader of COCO data sets: images, categories and objects, checked and numbered from 1.

Writers disagree on nearly everything: ids begin at 0, are text, are given twice or not at all; `iscrowd`, `area`,
`info`, boxes or outlines are absent. What can be used is brought to one form here; what cannot is left out and
counted by reason in the report, with the ids of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from detectors.coco.outlines import Outline, OutlineError, read_outline
from detectors.coco.read_report import ReadReport
from detectors.coco.records import CocoCategory, CocoImage, CocoObject
from detectors.coco.values import Box, Id, id_key, is_crowd, read_box, read_json, read_size
from detectors.errors import DatasetError

# Writers round, and some leave an object's outline inside its box with a margin.
_SAME_BOX = 0.5
# Share of the image's side; detectors and people go a little beyond the edge.
_OVERSHOOT = 0.02


@dataclass(frozen=True)
class CocoDataset:
    """Checked content of a COCO file.

    Attributes:
        path: The file.
        images: Image `number` is `images[number - 1]`.
        categories: Category `number` is `categories[number - 1]`.
        objects: Those that can be used; crowds are among them.
        report: What was left out or put right.
    """

    path: Path
    images: tuple[CocoImage, ...]
    categories: tuple[CocoCategory, ...]
    objects: tuple[CocoObject, ...] = ()
    report: ReadReport = field(default_factory=lambda: ReadReport(Path()))

    def by_image(self) -> dict[int, list[CocoObject]]:
        """Return the objects of every image by its number, crowds among them."""
        objects: dict[int, list[CocoObject]] = {image.number: [] for image in self.images}
        for row in self.objects:
            objects[row.image].append(row)
        return objects

    def image_numbers(self) -> dict[Id, int]:
        """Return the number of each image by its id, as `id_key` compares ids."""
        return {_key(image.id): image.number for image in self.images}

    def category_numbers(self) -> dict[Id, int]:
        """Return the number of each category by its id, as `id_key` compares ids."""
        return {_key(category.id): category.number for category in self.categories}


def read_dataset(path: Path, *, annotations: bool = True) -> CocoDataset:
    """Read a COCO file; with `annotations=False` its images and categories alone.

    Raises:
        DatasetError: It is not a COCO file, has no images, categories or (where they are wanted) annotations, or
            two different images or categories have one id.
    """
    content = read_json(path)
    if isinstance(content, list):
        raise DatasetError(
            f"{path} is not a COCO file: it holds a list, as results do; expected an object with images, "
            "categories and annotations"
        )
    report = ReadReport(path)
    images = _images(path, _rows(path, content, "images"), report)
    categories = _categories(path, _rows(path, content, "categories"), report)
    coco = CocoDataset(path, images, categories, (), report)
    if not annotations:
        return coco
    rows = _rows(path, content, "annotations", empty=True)
    return CocoDataset(path, images, categories, tuple(_objects(coco, rows)), report)


def _rows(path: Path, content: object, member: str, *, empty: bool = False) -> list[Any]:
    rows = content.get(member) if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise DatasetError(
            f"{path} is not a COCO file: it has no list {member!r}; expected an object with images, categories and "
            "annotations"
        )
    if not rows and not empty:
        raise DatasetError(f"{path} has no {member}, expected at least one")
    for position, row in enumerate(rows, start=1):
        if not isinstance(row, dict) and member != "annotations":
            raise DatasetError(f"{path}: #{position} of {member!r} is {row!r:.40}, expected an object")
    return rows


def _images(path: Path, rows: list[dict[str, Any]], report: ReadReport) -> tuple[CocoImage, ...]:
    images: dict[Id, CocoImage] = {}
    for position, row in enumerate(rows, start=1):
        key = _wanted_id(path, row, "images", position)
        name = row.get("file_name")
        name = name if isinstance(name, str) else ""
        if key in images:
            if images[key].file_name == name:
                report.repair("images listed twice, used once", row["id"])
                continue
            raise DatasetError(
                f"{path}: two images have the id {row['id']!r} ({images[key].name} and {name}), expected one of "
                "its own for each"
            )
        width, height = read_size(row.get("width")), read_size(row.get("height"))
        size = None if width is None or height is None else (width, height)
        split = row.get("split")
        number = len(images) + 1
        images[key] = CocoImage(number, row["id"], name, size, split if isinstance(split, str) else None)
    return tuple(images.values())


def _categories(path: Path, rows: list[dict[str, Any]], report: ReadReport) -> tuple[CocoCategory, ...]:
    names: dict[Id, str] = {}
    ids: dict[Id, Id] = {}
    for position, row in enumerate(rows, start=1):
        key = _wanted_id(path, row, "categories", position)
        name = str(row.get("name") or "").strip() or str(row["id"])
        if names.setdefault(key, name) != name:
            raise DatasetError(
                f"{path}: two categories have the id {row['id']!r} ({names[key]} and {name}), expected one of its "
                "own for each"
            )
        ids[key] = row["id"]
    counts = Counter(names.values())
    categories = []
    for number, key in enumerate(sorted(names, key=lambda k: (isinstance(k, str), k)), start=1):
        label = names[key] if counts[names[key]] == 1 else f"{names[key]} (id {ids[key]})"
        if counts[names[key]] > 1:
            report.repair(f"categories of one name, {names[key]!r}, counted apart by their ids", ids[key])
        categories.append(CocoCategory(number, ids[key], names[key], label))
    return tuple(categories)


def _wanted_id(path: Path, row: dict[str, Any], member: str, position: int) -> Id:
    key = id_key(row.get("id"))
    if key is None:
        raise DatasetError(
            f"{path}: #{position} of {member!r} has the id {row.get('id')!r:.40}, expected a number or text"
        )
    return key


def _objects(coco: CocoDataset, rows: list[Any]) -> Iterator[CocoObject]:
    images, categories = coco.image_numbers(), coco.category_numbers()
    number = 0
    for position, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            coco.report.leave_out("annotations that are no objects", f"#{position}")
            continue
        given = id_key(row.get("id"))
        name: Id = f"#{position}" if given is None else given
        image, category = find(row.get("image_id"), images), find(row.get("category_id"), categories)
        if image is None:
            coco.report.leave_out("annotations of an image that is not in the file", name)
        elif category is None:
            coco.report.leave_out("annotations of a category that is not in the file", name)
        else:
            shape = read_shape(row, coco.images[image - 1].size, coco.report, "annotations", name)
            if shape is not None and not (shape[0][2] > 0 and shape[0][3] > 0):
                coco.report.leave_out("annotations whose bbox has no area", name)
            elif shape is not None:
                number += 1
                yield CocoObject(number, name, image, category, *shape, is_crowd(row.get("iscrowd")))


def find(value: object, numbers: dict[Id, int]) -> int | None:
    """Return the number of an id; None where the value is no id, or there is no such one."""
    key = id_key(value)
    return None if key is None else numbers.get(key)


def read_shape(
    row: dict[str, Any], size: tuple[int, int] | None, report: ReadReport, what: str, name: object
) -> tuple[Box, Outline | None] | None:
    """Read the box and outline of an annotation or result; None where it has no box.

    Args:
        row: With `bbox`, `segmentation`, or both; an absent box is taken from the outline.
        size: Size (width, height) of the image, where it is known.
        report: Told of what is left out or put right.
        what: Plural of what it is, for the report.
        name: Its id, for the report.
    """
    outline: Outline | None = None
    try:
        outline = read_outline(row.get("segmentation"))
        if outline is not None and outline.size is not None and size is not None and outline.size != size:
            outline = None
            raise OutlineError("as run lengths of another size than their image")
    except OutlineError as error:
        report.repair(f"{what} with outlines {error}, taken as boxes", name)
    if row.get("bbox") in (None, []):
        if outline is None:
            report.leave_out(f"{what} without bbox and outline", name)
            return None
        if "bbox" in row:
            report.repair(f"{what} without bbox, taken from the outline", name)
        return outline.bounds(), outline
    read = read_box(row["bbox"])
    if read is None:
        report.leave_out(f"{what} whose bbox is not four numbers", name)
        return None
    if read[1]:
        report.repair(f"{what} with a negative width or height, taken from corner to corner", name)
    if outline is not None and _iou(read[0], outline.bounds()) < _SAME_BOX:
        report.doubt(f"{what} whose bbox is not that of their outline; bbox is x, y, width, height", name)
    elif size is not None and _overshoot(read[0], size) > _OVERSHOOT:
        report.doubt(f"{what} whose bbox ends outside of their image; bbox is x, y, width, height", name)
    return read[0], outline


def _iou(a: Box, b: Box) -> float:
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(0.0, width) * max(0.0, height)
    union = a[2] * a[3] + b[2] * b[3] - shared
    return shared / union if union > 0 else 1.0


def _overshoot(bounds: Box, size: tuple[int, int]) -> float:
    """Return by how much of the image's side a box ends outside of it."""
    x, y, width, height = bounds
    return max(-x / size[0], -y / size[1], (x + width) / size[0] - 1, (y + height) / size[1] - 1)


def _key(value: Id) -> Id:
    key = id_key(value)
    assert key is not None  # those without are refused
    return key
