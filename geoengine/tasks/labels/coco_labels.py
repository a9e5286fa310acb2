"""COCO annotations of an image as a label file of its scene."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry import MultiPolygon, box

from detectors.coco.dataset import CocoDataset, read_dataset
from detectors.coco.read_report import listed
from detectors.coco.records import CocoImage, CocoObject
from geoengine.atomic import sweep_temporaries, temporary_folder
from geoengine.errors import ExchangeError
from geoengine.exchange.geojson.names import FOREIGN_MEMBER, PIXEL
from geoengine.exchange.geojson.placement import is_pixel_plane
from geoengine.model import Scene


@dataclass(frozen=True)
class LabelSource:
    """File that labels are read from.

    Attributes:
        path: A label file: the one that was given, or a temporary one with the annotations of a COCO file.
        remarks: What of a COCO file is left out or read otherwise than it says, in sentences.
        left_out: How many of its annotations are left out.
    """

    path: Path
    remarks: tuple[str, ...] = ()
    left_out: int = 0


@contextmanager
def label_source(path: Path, scene: Scene, folder: Path) -> Iterator[LabelSource]:
    """Yield the label file to read for `path`; a COCO file is written as one, for as long as the context lasts.

    Args:
        path: The file.
        scene: Where its labels go.
        folder: Where a copy may lie for so long; it is made where it is missing.

    Raises:
        DatasetError: It looks like a COCO file and cannot be read as one.
        ExchangeError: A COCO file does not go with the scene.
    """
    if not is_coco(path):
        yield LabelSource(path)
        return
    coco = read_dataset(path)
    image = _image_of(coco, scene)
    mine = coco.by_image()[image.number]
    crowds = [str(row.id) for row in mine if row.crowd]
    remarks = coco.report.sentences()
    if crowds:
        remarks.append(
            f"{path.name}: {len(crowds):,} left out (crowd regions, which are no single object): {listed(crowds)}"
        )
    features = [_feature(coco, row) for row in mine if not row.crowd]
    document = {"type": "FeatureCollection", FOREIGN_MEMBER: {"coordinates": PIXEL}, "features": features}
    name = f"{path.stem}.geojson"
    folder.mkdir(parents=True, exist_ok=True)
    sweep_temporaries(folder, of=name)  # of an import that was killed
    with temporary_folder(folder / name) as own:
        copy = own / name
        copy.write_text(json.dumps(document))
        left_out = len(crowds) + sum(map(len, coco.report.left_out.values()))
        yield LabelSource(copy, tuple(remarks), left_out)


def is_coco(path: Path) -> bool:
    """Tell whether a file looks like a COCO data set, without reading it into memory."""
    with path.open("rb") as file:
        if not file.read(1):
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return (
                content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
                and content.find(b'"Feature') < 0
                and content.find(b'"images"') >= 0
                and content.find(b'"annotations"') >= 0
            )


def _image_of(coco: CocoDataset, scene: Scene) -> CocoImage:
    """Return the image that is the scene: the one of its name, or the only one."""
    if not is_pixel_plane(scene.grid):
        raise ExchangeError(
            f"{coco.path} is a COCO file, whose coordinates are pixels, and scene {scene.key} has a place on the "
            "ground; COCO goes into scenes without georeference, other labels as GeoJSON"
        )
    wanted = Path(scene.source).name
    names = {wanted, scene.name}
    images = [image for image in coco.images if Path(image.file_name).name in names]
    if not images and len(coco.images) == 1:
        images = list(coco.images)
    if len(images) != 1:
        found = "none of them is" if not images else f"{len(images)} of them are"
        raise ExchangeError(
            f"{coco.path} has {len(coco.images):,} images and {found} called {wanted}, expected one for scene "
            f"{scene.key}: {listed([image.name for image in coco.images])}"
        )
    [image] = images
    size = (scene.grid.width, scene.grid.height)
    if image.size not in (None, size):
        assert image.size is not None
        raise ExchangeError(
            f"{coco.path} says that {image.name} has {image.size[0]} x {image.size[1]} px, but scene {scene.key} has "
            f"{size[0]} x {size[1]}: its labels would lie at the wrong places"
        )
    return image


def _feature(coco: CocoDataset, row: CocoObject) -> dict[str, object]:
    """Return an object as a GeoJSON feature, with y up as label files have it."""
    x, y, width, height = row.bbox
    shape = MultiPolygon() if row.outline is None else row.outline.polygons()
    parts = list(shape.geoms) or [box(x, y, x + width, y + height)]
    whole = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    flipped = shapely.transform(whole, lambda xy: xy * (1.0, -1.0))
    properties = {"class": coco.categories[row.category - 1].name, "coco_id": row.id}
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(flipped)}
