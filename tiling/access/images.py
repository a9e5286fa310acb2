"""The images in one file: segments of a NITF, pages of a TIFF, sub-datasets of a container."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from rasterio.io import DatasetReader

from tiling.access.env import open_dataset, reading
from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.reference_closure import check_references
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError


def list_images(path: str | PathLike[str], policy: ReadPolicy = DEFAULT_POLICY) -> int:
    """How many images a file holds: each can be opened by its number, from 1 on.

    Raises:
        RasterReadError: no such file, not a raster, or not one that the policy allows.
    """
    network = policy.allow_network
    with reading(path, allow_network=network):
        real = check_references(Path(path), policy)
        with open_dataset(real, allow_network=network) as dataset:
            return max(1, len(_sub_datasets(dataset, real)))


def open_image(source: RasterSource, real: Path, *, allow_network: bool = False) -> DatasetReader:
    """Opens the image that is meant, as it is stored; to be used under `reading` and closed by the caller.

    Args:
        source: the image.
        real: where its file really is, from `check_references`.
        allow_network: whether its pixels may be fetched.

    Raises:
        RasterReadError: the file has no image of that number, or several and none of its own.
    """
    path = source.path
    dataset = open_dataset(real, allow_network=allow_network)
    if dataset.count > 0 and source.image is None:
        return dataset
    with dataset:
        names = _sub_datasets(dataset, real) or ([dataset.name] if dataset.count > 0 else [])
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
    return open_dataset(names[number - 1], allow_network=allow_network)


def _sub_datasets(dataset: DatasetReader, path: Path) -> list[str]:
    """The names of a file's sub-datasets, as far as they are parts of the file.

    A name is text that a file may carry; one that leads elsewhere is none of this file's images.
    """
    whole = str(path)
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
