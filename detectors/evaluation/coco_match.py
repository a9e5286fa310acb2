"""Match of COCO results with COCO labels at IoU 0.5, by pycocotools."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from detectors.coco.dataset import CocoDataset
from detectors.coco.outlines import box_outline
from detectors.coco.records import CocoObject
from detectors.coco.results import CocoResult, CocoResults
from detectors.errors import DatasetError
from tiling.grid.window import PixelSize

IOU = 0.5
KINDS = ("bbox", "segm")


def counts_as_label(row: CocoObject, kind: str) -> bool:
    """Tell whether an object is one to find: no crowd and, for masks, with an outline."""
    return not row.crowd and (kind == "bbox" or row.outline is not None)


def match_coco(coco: CocoDataset, results: CocoResults, kind: str) -> list[dict[str, Any]]:
    """Match results with labels of any size at IoU 0.5, however many there are on an image.

    Objects that are not to be found (crowds; for masks, those without an outline) are regions that are ignored: results
    of the same category of which half or more lies inside count neither as right nor as wrong.

    Args:
        coco: The labels.
        results: The results on them; for masks, those without an outline are taken as boxes.
        kind: `bbox` or `segm`.

    Returns:
        COCOeval's entries, one for each image and category with labels or results, in the order of the images' ids, as
        pycocotools breaks ties of scores; ids are the numbers of `coco`.

    Raises:
        DatasetError: `kind` is another.
    """
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    if kind not in KINDS:
        raise DatasetError(f"kind is {kind!r}, expected 'bbox' or 'segm'")
    if not results.rows:
        return []
    sizes = _sizes(coco, results) if kind == "segm" else None
    images = [{"id": image.number, **_size_entry(sizes, image.number)} for image in coco.images]
    categories = [{"id": category.number} for category in coco.categories]
    each = Counter((row.image, row.category) for row in results.rows)
    with contextlib.redirect_stdout(io.StringIO()):
        pair = []
        sides: tuple[Sequence[CocoObject | CocoResult], ...] = (coco.objects, results.rows)
        for rows in sides:
            one = COCO()
            annotations = [_annotation(n, row, kind, sizes) for n, row in enumerate(rows, start=1)]
            one.dataset = {"images": images, "categories": categories, "annotations": annotations}
            one.createIndex()
            pair.append(one)
        run = COCOeval(*pair, kind)
        run.params.maxDets = [max(each.values())]
        run.params.iouThrs = np.array([IOU])
        run.params.areaRng, run.params.areaRngLbl = [[0, np.inf]], ["all"]
        run.evaluate()
    by_id = sorted(coco.images, key=lambda image: (isinstance(image.id, str), image.id))
    rank = {image.number: position for position, image in enumerate(by_id)}
    return sorted((entry for entry in run.evalImgs if entry), key=lambda entry: rank[entry["image_id"]])


def _size_entry(sizes: dict[int, PixelSize] | None, image: int) -> dict[str, int]:
    width, height = (sizes or {}).get(image, (1, 1))
    return {"width": width, "height": height}


def _annotation(
    number: int, row: CocoObject | CocoResult, kind: str, sizes: dict[int, PixelSize] | None
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": number,
        "image_id": row.image,
        "category_id": row.category,
        "bbox": list(row.bbox),
        "area": row.bbox[2] * row.bbox[3],
        "iscrowd": 0,
    }
    if isinstance(row, CocoResult):
        values["score"] = row.score
    else:
        values["iscrowd"] = int(not counts_as_label(row, kind))
    if sizes is not None:
        values["segmentation"] = _mask(row, sizes[row.image])
    return values


def _mask(row: CocoObject | CocoResult, size: PixelSize) -> dict[str, Any]:
    outline = row.outline
    if outline is None or (outline.size is not None and outline.size != size):
        outline = box_outline(row.bbox)
    return outline.encode(size)


def _sizes(coco: CocoDataset, results: CocoResults) -> dict[int, PixelSize]:
    """Return the size (width, height) of every image.

    Where the file does not say it, it is that of run lengths on the image, or else large enough for everything on it.
    """
    sizes = {image.number: PixelSize(*image.size) for image in coco.images if image.size is not None}
    every: tuple[CocoObject | CocoResult, ...] = (*coco.objects, *results.rows)
    rows = [row for row in every if row.image not in sizes]
    extent: dict[int, PixelSize] = {}
    for row in rows:
        if row.outline is not None and row.outline.size is not None:
            sizes.setdefault(row.image, row.outline.size)
        x, y, width, height = row.bbox
        seen = extent.get(row.image, PixelSize(1, 1))
        extent[row.image] = PixelSize(
            max(seen.width, int(x + width) + 1), max(seen.height, int(y + height) + 1)
        )
    return {**extent, **sizes}
