"""Facts about a raster from one opening, handed on so that no later step opens it for them."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from tiling.access.env import reading
from tiling.access.file_check import check_dataset_complete
from tiling.access.images import RasterFile
from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.side_cars import side_cars
from tiling.access.source import RasterSource
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelSize
from tiling.raster.metadata import SceneMetadata, dataset_metadata
from tiling.raster.raster import Raster, open_raster
from tiling.raster.validity import check_not_emptied

# A raster whose longer side is at most this is read whole as fast as by tiles and overviews.
SMALL_PX = 512

# Larger blocks make a map tile read far more than it shows.
_MAX_BLOCK_PX = 2048


@dataclass(frozen=True)
class RasterFacts:
    """Facts that one opening of a raster tells; its file is complete, and all that it refers to may be read.

    Attributes:
        source: the file and how it is seen.
        grid: its pixel space and world space, north up.
        count: bands of image.
        dtype: numpy name of a pixel's type.
        bits: bits of a pixel that are used.
        nodata: the value that means nothing, or None.
        band_names: one per band of image.
        metadata: time, sensor, classification and the like.
        driver: GDAL's name of the format.
        is_warped: the file is seen through a warp, because it is not north up with square pixels.
        block: size of the file's blocks.
        overviews: factors of the overviews, ascending; empty for a warped view.
        parts: files that a VRT is made of.
    """

    source: RasterSource
    grid: RasterGrid
    count: int
    dtype: str
    bits: int
    nodata: float | None
    band_names: tuple[str, ...]
    metadata: SceneMetadata
    driver: str
    is_warped: bool
    block: PixelSize
    overviews: tuple[int, ...]
    parts: tuple[Path, ...] = ()

    @property
    def path(self) -> Path:
        """The file."""
        return self.source.path

    @property
    def is_tile_ready(self) -> bool:
        """True for a north-up GeoTIFF that is tiled and has overviews, or is small: it needs no copy."""
        if self.is_warped or self.driver not in ("GTiff", "COG"):
            return False
        if max(self.grid.width, self.grid.height) <= SMALL_PX:
            return True
        tiled = self.block.width < self.grid.width and max(self.block) <= _MAX_BLOCK_PX
        return tiled and self.has_overviews

    @property
    def has_overviews(self) -> bool:
        """True where every zoom level is read quickly: the raster is small, or has the overviews for it.

        The smallest overview must be small enough to make a thumbnail of, and the first must not be so small
        that the zoom levels in between are slow.
        """
        longest = max(self.grid.width, self.grid.height)
        return longest <= SMALL_PX or (
            bool(self.overviews) and self.overviews[0] <= 4 and longest / self.overviews[-1] <= 4 * SMALL_PX
        )


def read_facts(
    source: str | PathLike[str] | RasterSource,
    policy: ReadPolicy = DEFAULT_POLICY,
    file: RasterFile | None = None,
) -> RasterFacts:
    """Open a raster once and note what registering, copying and displaying it need to know.

    Args:
        source: the raster.
        policy: which files it may be made of.
        file: the source's file where it is open already.

    Raises:
        RasterReadError: The file is missing, truncated, damaged or no raster, or the policy does not allow it.
    """
    source = RasterSource.of(source)
    network = policy.allow_network
    with (
        Raster(source, policy=policy, file=file) as raster,
        reading(source.path, allow_network=network),
    ):
        check_dataset_complete(raster.stored, source.path, policy)
        check_not_emptied(raster)
        block_height, block_width = raster.level(0).block_shapes[0]
        return RasterFacts(
            source=source,
            grid=raster.grid,
            count=raster.count,
            dtype=str(raster.dtype),
            bits=raster.bits,
            nodata=raster.nodata,
            band_names=raster.band_names,
            metadata=raster_metadata(raster),
            driver=str(raster.stored.driver),
            is_warped=raster.is_warped,
            block=PixelSize(block_width, block_height),
            overviews=raster.overviews,
            parts=_parts(raster),
        )


def _parts(raster: Raster) -> tuple[Path, ...]:
    if raster.stored.driver != "VRT":
        return ()
    beside = set(side_cars(raster.path).values())
    files = [Path(name) for name in raster.stored.files[1:]]
    return tuple(path for path in files if path not in beside and path.is_file())


def read_metadata(
    source: str | PathLike[str] | RasterSource, policy: ReadPolicy = DEFAULT_POLICY
) -> SceneMetadata:
    """Return what a raster says of itself; what it does not say, or says in no known form, is left out.

    Raises:
        RasterReadError: The file cannot be opened.
    """
    with open_raster(source, policy) as raster:
        return raster_metadata(raster)


def raster_metadata(raster: Raster) -> SceneMetadata:
    """Return what an open raster says of itself: acquisition, classification, bands.

    Raises:
        RasterReadError: The file is damaged.
    """
    with reading(raster.path, allow_network=raster.policy.allow_network):
        return dataset_metadata(raster.stored, raster.band_names, paletted=raster.palette is not None)
