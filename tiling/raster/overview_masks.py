"""Check that the mask of a raster has overviews, as its pixels have."""

from __future__ import annotations

import threading
from pathlib import Path

from cachetools import LRUCache
from rasterio.enums import Resampling
from rasterio.io import DatasetReader

from tiling.access.env import open_dataset
from tiling.grid.window import PixelSize

_Key = tuple[str, tuple[int, ...], tuple[tuple[int, int] | None, ...]]

_known: LRUCache[_Key, bool] = LRUCache(1024)
_lock = threading.Lock()


def mask_has_overviews(dataset: DatasetReader, factors: tuple[int, ...]) -> bool:
    """Return False where overviews of an image would say that everything is valid, and its mask does not.

    A mask in a file of its own, `.msk`, often has no overviews; GDAL then reports that all of an image's overview
    is valid. Call it inside `tiling.access.env.reading`.

    Args:
        dataset: the image, with a mask.
        factors: of its overviews, ascending; at least one.

    Raises:
        RasterioError: The mask is damaged.
    """
    mask_file = Path(f"{dataset.name}.msk")
    key = (dataset.name, factors, (_stamp(Path(dataset.name)), _stamp(mask_file)))
    with _lock:
        known = _known.get(key)
    if known is None:
        known = _compare(dataset, factors, mask_file)
        with _lock:
            _known[key] = known
    return known


def _compare(dataset: DatasetReader, factors: tuple[int, ...], mask_file: Path) -> bool:
    if mask_file.is_file():
        with open_dataset(mask_file) as mask:
            return tuple(mask.overviews(1)) == factors
    with open_dataset(dataset.name, overview_level=len(factors) - 1) as smallest:
        size = PixelSize(smallest.width, smallest.height)
        if (smallest.read_masks(1) != 255).any():
            return True
    # Averaged, for the nearest pixels would miss small holes.
    mask = dataset.read_masks(1, out_shape=(size.height, size.width), resampling=Resampling.average)
    return bool((mask == 255).all())


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:  # an image within a file, a VRT in memory, or no such file
        return None
    return status.st_mtime_ns, status.st_size
