"""COCO files: the images and categories of a data set, and detections as COCO results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools import mask as run_lengths
from rasterio.features import rasterize
from shapely.geometry import Polygon

from detectors.detections import Detections, Space
from detectors.errors import DatasetError, SpaceError
from detectors.model_package.card import ModelCard
from tiling.arrays import Bytes
from tiling.class_names import plain

_DIGITS = 2
_SCORE_DIGITS = 5


@dataclass(frozen=True)
class CocoSet:
    """Images and categories of a COCO file.

    Attributes:
        path: The file.
        images: Id -> file name, as given.
        categories: Id -> name.
    """

    path: Path
    images: dict[int, str]
    categories: dict[int, str]


def read_coco_set(path: Path) -> CocoSet:
    """Read the images and categories of a COCO file; its annotations are not looked at.

    Raises:
        DatasetError: It is not a COCO file.
    """
    try:
        values = json.loads(path.read_text())
        images = {int(row["id"]): str(row["file_name"]) for row in values["images"]}
        categories = {int(row["id"]): str(row["name"]) for row in values["categories"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DatasetError(f"{path} is not a COCO file ({error!r})") from error
    return CocoSet(path, images, categories)


def match_categories(card: ModelCard, coco: CocoSet, renamed: Mapping[str, str]) -> dict[int, int]:
    """Map the classes of a model to the categories of a COCO file: label -> category id.

    Names are compared without regard to case, and `_`, `-` and spaces count as the same.

    Args:
        card: The model.
        coco: The file with the categories.
        renamed: Class of the model -> category of the file, for names that differ.

    Raises:
        DatasetError: `renamed` names what is not there, or the two have no class in common.
    """
    by_name = {plain(name): number for number, name in coco.categories.items()}
    known = {plain(key): label for label, key in enumerate(card.class_keys, start=1)}
    found = {label: by_name[name] for name, label in known.items() if name in by_name}
    for key, category in renamed.items():
        if plain(key) not in known:
            raise DatasetError(f"model {card.name!r} has no class {key!r}, only {', '.join(card.class_keys)}")
        if plain(category) not in by_name:
            names = ", ".join(coco.categories.values())
            raise DatasetError(f"{coco.path} has no category {category!r}, only {names}")
        found[known[plain(key)]] = by_name[plain(category)]
    if not found:
        raise DatasetError(
            f"model {card.name!r} finds {', '.join(card.class_keys)}, but {coco.path} has only the categories "
            f"{', '.join(coco.categories.values()) or '(none)'}; --map CLASS=CATEGORY says which is which"
        )
    return found


def coco_results(
    found: Detections, image_id: int, size: tuple[int, int], categories: Mapping[int, int]
) -> list[dict[str, Any]]:
    """Convert the detections on one image to COCO results; classes without a category are left out.

    Args:
        found: In SCENE space: pixels of the image.
        image_id: Its id in the COCO file.
        size: Its (width, height).
        categories: Label -> category id.

    Returns:
        For each `image_id`, `category_id`, `bbox` (x, y, width, height), `segmentation` (run lengths) and `score`.

    Raises:
        SpaceError: The detections are in another space.
    """
    if found.space != Space.SCENE:
        raise SpaceError(f"detections are in {found.space} space, expected {Space.SCENE}")
    rows = []
    for polygon, label, score, bounds in zip(
        found.polygons(), found.labels, found.scores, found.boxes, strict=True
    ):
        if int(label) in categories:
            x0, y0, x1, y1 = (float(v) for v in bounds)
            rows.append(
                {
                    "image_id": image_id,
                    "category_id": categories[int(label)],
                    "bbox": [round(v, _DIGITS) for v in (x0, y0, x1 - x0, y1 - y0)],
                    "segmentation": encode_polygon(polygon, size),
                    "score": round(float(score), _SCORE_DIGITS),
                }
            )
    return rows


def encode_polygon(polygon: Polygon, size: tuple[int, int]) -> dict[str, Any]:
    """Encode a polygon as COCO's compressed run lengths over an image of `size` (width, height)."""
    width, height = size
    if polygon.interiors:
        mask: Bytes = rasterize([polygon], (height, width), dtype=np.uint8)
        code = run_lengths.encode(np.asfortranarray(mask))
    else:
        ring = np.asarray(polygon.exterior.coords)[:-1, :2].ravel().tolist()
        [code] = run_lengths.frPyObjects([ring], height, width)
    return {"size": list(code["size"]), "counts": code["counts"].decode("ascii")}
