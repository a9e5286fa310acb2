"""One file of a mosaic: where it lies, and what it has to have in common with the others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyproj
from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, WktVersion
from rasterio.io import DatasetReader

from tiling.access.env import reading
from tiling.access.file_check import check_dataset_complete
from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.source import RasterSource
from tiling.errors import MosaicError
from tiling.grid.crs_text import horizontal_part
from tiling.grid.raster_grid import SQUARE_TOLERANCE_PX, RasterGrid
from tiling.grid.window import PixelSize
from tiling.raster.bands import PALETTE_BANDS, Dataset, band_name
from tiling.raster.header import RasterHeader
from tiling.raster.memory_vrt import has_mask, has_overruled_nodata
from tiling.raster.metadata import SceneMetadata, dataset_metadata
from tiling.raster.north_up import turned_grid
from tiling.raster.raster import Raster
from tiling.raster.validity import check_not_emptied
from tiling.raster.vrt import ColourTable

_NOT_NORTH_UP = (
    "is rotated, mirrored or south up, and not so that quarter turns lay its pixels north up; the files of a mosaic "
    "have to be north up (gdalwarp writes a raster that is)."
)


@dataclass(frozen=True)
class Member:
    """One file of a mosaic: what has to agree, and where it lies.

    Attributes:
        source: the file, absolute, and what was assigned to it.
        crs: its CRS.
        left: world x of its upper left corner.
        top: world y of it.
        size: (width, height) in pixels.
        resolution: (x, y) world units per pixel, both positive.
        dtypes: per band of image, numpy names.
        nodata: per band of image, None where the file says none.
        masked: an alpha band or a mask says where it has pixels.
        colours: the colour table of its only band, or None.
        names: per band of image, its description, "" without one.
        interpretations: per band of image, what colour it is.
        bits: used bits of a pixel, of the band that has most; None where one of them does not say.
        scales: per band of image, factor from stored numbers to the quantity that they mean.
        offsets: per band of image, what is added to that.
        bands: the file's own numbers of the bands of image.
        block: (width, height) of the file's blocks.
        metadata: time, sensor, classification and the like.
        has_view: the file is mirrored, turned by quarters or a negative, and read through a view that is not.
    """

    source: RasterSource
    crs: CRS
    left: float
    top: float
    size: PixelSize
    resolution: tuple[float, float]
    dtypes: tuple[str, ...]
    nodata: tuple[float | None, ...]
    masked: bool
    colours: ColourTable | None
    names: tuple[str, ...]
    interpretations: tuple[str, ...]
    bits: int | None
    scales: tuple[float, ...]
    offsets: tuple[float, ...]
    bands: tuple[int, ...]
    block: PixelSize
    metadata: SceneMetadata
    has_view: bool = False

    @property
    def path(self) -> Path:
        """The file."""
        return self.source.path

    @property
    def has_nodata(self) -> bool:
        """True for a file with a mask or nodata values."""
        return self.masked or any(value is not None for value in self.nodata)


def read_member(source: Path | RasterSource, policy: ReadPolicy = DEFAULT_POLICY) -> Member:
    """Open a file, note what matters of it and close it.

    Raises:
        MosaicError: It has no georeference, one that is not north up nor turned by quarters, or no image.
        RasterReadError: It is damaged, truncated or not a raster.
    """
    source = RasterSource.of(source)
    path = source.path
    with Raster(source, policy=policy) as raster, reading(path, allow_network=policy.allow_network):
        stored, header = raster.stored, raster.header
        check_dataset_complete(stored, path, policy)
        if not _is_north_up(header, path) or header.white is not None:
            view = raster.level(0)
            if view.crs != header.crs:
                raise MosaicError(f"{path} {_NOT_NORTH_UP}")
            check_not_emptied(raster)
            return _member(source, view, view.transform, tuple(view.colorinterp), stored, has_view=True)
        return _member(source, stored, header.transform, header.colours, stored, crs=header.crs)


def _member(
    source: RasterSource,
    dataset: Dataset,
    transform: Affine,
    colours: tuple[ColorInterp, ...],
    stored: DatasetReader,
    *,
    crs: CRS | None = None,
    has_view: bool = False,
) -> Member:
    """Return the member that is read from `dataset`: the file `stored`, or a view of it that lies north up."""
    path = source.path
    bands = [index for index in dataset.indexes if colours[index - 1] != ColorInterp.alpha]
    if not bands:
        raise MosaicError(f"{path} holds no band of image; expected at least one.")
    has_alpha = ColorInterp.alpha in colours
    masked = has_alpha or has_mask(dataset) or not dataset.mask_flag_enums[bands[0] - 1]
    if has_alpha and has_overruled_nodata(dataset, colours):
        raise MosaicError(
            f"{path} has an alpha band and nodata values as well, of which GDAL takes the values; expected one of "
            "them (gdal_translate -a_nodata none removes the values)."
        )
    block_height, block_width = dataset.block_shapes[bands[0] - 1]
    palette_colours = _colours(dataset, bands)
    return Member(
        source=source,
        crs=crs or dataset.crs,
        left=float(transform.c),
        top=float(transform.f),
        size=PixelSize(dataset.width, dataset.height),
        resolution=(float(transform.a), float(-transform.e)),
        dtypes=tuple(str(dataset.dtypes[index - 1]) for index in bands),
        nodata=tuple(None if masked else dataset.nodatavals[index - 1] for index in bands),
        masked=masked,
        colours=palette_colours,
        names=tuple(stored.descriptions[index - 1] or "" for index in bands),
        interpretations=tuple(colours[index - 1].name for index in bands),
        bits=_most_bits(stored, bands),
        scales=tuple(float(stored.scales[index - 1]) for index in bands),
        offsets=tuple(float(stored.offsets[index - 1]) for index in bands),
        bands=tuple(bands),
        block=PixelSize(block_width, block_height),
        metadata=_metadata(stored, bands, paletted=palette_colours is not None),
        has_view=has_view,
    )


def _is_north_up(header: RasterHeader, path: Path) -> bool:
    """Return False for a raster that a turn by quarters lays north up, pixel for pixel.

    Raises:
        MosaicError: It has no place, or cannot be laid north up so.
    """
    t = header.transform
    if not header.crs or t.is_identity:
        lacking = "transform" if header.crs else "CRS"
        raise MosaicError(
            f"{path} has no {lacking} of its own; the files of a mosaic need a CRS and a transform (--crs "
            "assigns a CRS)."
        )
    drift_px = max(abs(t.b) * header.height / abs(t.a or 1), abs(t.d) * header.width / abs(t.e or 1))
    if t.a > 0 and t.e < 0 and drift_px < SQUARE_TOLERANCE_PX:
        return True
    if turned_grid(RasterGrid(None, t, header.width, header.height)) is None:
        raise MosaicError(f"{path} {_NOT_NORTH_UP}")
    return False


def _most_bits(dataset: DatasetReader, bands: list[int]) -> int | None:
    said = [dataset.tags(index, ns="IMAGE_STRUCTURE").get("NBITS", "") for index in bands]
    return max(map(int, said)) if all(text.isdecimal() for text in said) else None


def _metadata(dataset: DatasetReader, bands: list[int], *, paletted: bool) -> SceneMetadata:
    names = PALETTE_BANDS if paletted else tuple(band_name(dataset, index) for index in bands)
    return dataset_metadata(dataset, names, paletted=paletted)


def _colours(dataset: Dataset, bands: list[int]) -> ColourTable | None:
    if len(bands) > 1 or dataset.colorinterp[bands[0] - 1] != ColorInterp.palette:
        return None
    return tuple(sorted(dataset.colormap(bands[0]).items()))


# Interpretations that say no colour; what has none takes that of the other files.
NO_COLOUR = {"undefined", "gray"}


def check_fits(member: Member, first: Member) -> None:
    """Raise `MosaicError` where two files cannot be parts of one raster."""

    def differs(what: str, got: object, expected: object) -> MosaicError:
        return MosaicError(f"{member.path} has {what} {got}; expected {expected} as in {first.path.name}.")

    if member.crs != first.crs and horizontal(member.crs) != horizontal(first.crs):
        wanted = _crs_name(first.crs)
        raise MosaicError(
            f"{member.path} has the CRS {_crs_name(member.crs)}; expected {wanted} as in {first.path.name}: "
            f"gdalwarp -t_srs {wanted if wanted.startswith('EPSG:') else first.path.name} writes one that has it."
        )
    if len(member.bands) != len(first.bands):
        raise differs("a number of bands of", len(member.bands), len(first.bands))
    if member.dtypes != first.dtypes:
        raise differs("pixels of type", ", ".join(member.dtypes), ", ".join(first.dtypes))
    if (member.scales, member.offsets) != (first.scales, first.offsets):
        raise differs("scales and offsets", (member.scales, member.offsets), (first.scales, first.offsets))
    if member.colours != first.colours:
        raise MosaicError(
            f"{member.path} has another colour table than {first.path.name}; expected the same."
        )
    pairs = zip(member.interpretations, first.interpretations, strict=True)
    if any(one != other and not {one, other} & NO_COLOUR for one, other in pairs):
        raise differs("bands of", ", ".join(member.interpretations), ", ".join(first.interpretations))
    names = [[name.strip().lower() for name in each.names] for each in (member, first)]
    if names[0] != names[1] and sorted(names[0]) == sorted(names[1]):
        raise differs("the bands", ", ".join(member.names), ", ".join(first.names))


def horizontal(crs: CRS) -> CRS:
    """Return the horizontal part of a compound CRS, of any other CRS itself."""
    known = pyproj.CRS.from_wkt(crs.to_wkt(version=WktVersion.WKT2_2019))
    return CRS.from_wkt(horizontal_part(known).to_wkt()) if known.is_compound else crs


def _crs_name(crs: CRS) -> str:
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.to_wkt().split('"')[1]
