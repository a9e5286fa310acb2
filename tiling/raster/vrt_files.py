"""Views of rasters written as VRT files."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import rasterio.shutil

from tiling.access.env import writing
from tiling.raster.bands import Dataset
from tiling.raster.vrt import write_vrt


def write_view(dataset: Dataset, target: Path) -> None:
    """Write an open view, such as a warp, as a VRT; what it reads from and is in memory gets a file beside it.

    Args:
        dataset: the view.
        target: ``<name>.vrt``; the file beside it is ``<name>.inner.vrt``.

    Raises:
        RasterWriteError: A file cannot be written.
    """
    with writing(target):
        rasterio.shutil.copy(dataset, str(target), driver="VRT")
    tree = ET.parse(target)
    for reference in tree.iter("SourceDataset"):
        text = (reference.text or "").strip()
        if text.startswith("<"):
            inner = target.with_suffix(".inner.vrt")
            write_vrt(ET.fromstring(text), inner)
            reference.text = inner.name
            reference.set("relativeToVRT", "1")
            write_vrt(tree.getroot(), target)
