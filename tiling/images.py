"""The images in one file: segments of a NITF, pages of a TIFF, sub-datasets of a container."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import rasterio
from rasterio.io import DatasetReader

from tiling.env import reading
from tiling.errors import RasterReadError
from tiling.source import RasterSource


def list_images(path: str | PathLike[str]) -> int:
    """How many images a file holds: each can be opened by its number, from 1 on.

    Raises:
        RasterReadError: no such file, or not a raster.
    """
    with reading(path), rasterio.open(_whole(Path(path))) as dataset:
        return max(1, len(_sub_datasets(dataset, Path(path))))


def open_image(source: RasterSource) -> DatasetReader:
    """Opens the image that is meant, as it is stored; to be used under `reading` and closed by the caller.

    Raises:
        RasterReadError: the file has no image of that number, or several and none of its own.
    """
    path = source.path
    dataset = rasterio.open(_whole(path))
    if dataset.count > 0 and source.image is None:
        return dataset
    with dataset:
        names = _sub_datasets(dataset, path) or ([dataset.name] if dataset.count > 0 else [])
    if source.image is None and len(names) != 1:
        raise RasterReadError(
            f"{path} holds no image of its own (sub-datasets: {len(names)}); "
            f"{'say which one is meant by its number' if names else 'expected an image'}."
        )
    number = source.image or 1
    if number > len(names):
        raise RasterReadError(
            f"Image {number} of {path} was asked for; the number of images it holds is {len(names)}."
        )
    return rasterio.open(names[number - 1])


def _whole(path: Path) -> str:
    # Absolute: views of the file find it again whatever the working directory is by then.
    return str(path.absolute())


def _sub_datasets(dataset: DatasetReader, path: Path) -> list[str]:
    """The names of a file's sub-datasets, as far as they are parts of the file.

    A name is text that a file may carry; one that leads elsewhere is none of this file's images.
    """
    whole = _whole(path)
    return [
        name
        for name in dataset.subdatasets
        if dataset.driver != "VRT" and name.split(":", 1)[0].isidentifier() and _leads_to(name, whole)
    ]


def _leads_to(name: str, whole: str) -> bool:
    """True for PREFIX:path, PREFIX:n:path, PREFIX:"path":part and the like."""
    _, _, rest = name.partition(":")
    number, _, after = rest.partition(":")
    rest = after if number.isdigit() else rest
    return rest in (whole, f'"{whole}"') or rest.startswith((f"{whole}:", f'"{whole}":'))
