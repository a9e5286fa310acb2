"""Mosaic: many files of one delivery (grid tiles, strips) as one raster, through a GDAL VRT."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from affine import Affine
from rasterio.crs import CRS

from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.source import RasterSource
from tiling.errors import MosaicError
from tiling.grid.window import PixelSize
from tiling.ingest.file_stamps import note_originals
from tiling.ingest.mosaic_member import NO_COLOUR, Member, check_fits, horizontal, read_member
from tiling.raster.raster import open_raster
from tiling.raster.vrt import GDAL_TYPES, add_band, add_mask, add_source, new_vrt, write_vrt
from tiling.raster.vrt_files import write_view

# Resolutions that differ by less than this, relatively, are one resolution spelled differently.
_SAME_RESOLUTION = 1e-6

# A file whose corner is this close to a pixel's corner, in pixels, is copied pixel for pixel.
_ON_GRID_PX = 0.01

# Files that cover a smaller share of the rectangle around them than this are not neighbours.
_LEAST_COVERAGE = 1e-3


@dataclass(frozen=True)
class Mosaic:
    """Files that fit together, in the order they are drawn: where two overlap, the later one is on top.

    Attributes:
        members: the files.
        left: world x of the upper left corner.
        top: world y of it.
        resolution: (x, y) world units per pixel, the finest of the members'.
        size: (width, height) in pixels.
        has_gaps: parts of the rectangle are in no file.
    """

    members: tuple[Member, ...]
    left: float
    top: float
    resolution: tuple[float, float]
    size: PixelSize
    has_gaps: bool

    @property
    def source(self) -> RasterSource:
        """Its first file, and what was assigned to all of them."""
        return self.members[0].source

    @property
    def bits(self) -> int | None:
        """Used bits of a pixel, of the file that has most; None where one of them does not say."""
        bits = [member.bits for member in self.members]
        return None if None in bits else max(each for each in bits if each is not None)

    @property
    def crs(self) -> CRS:
        """The files' CRS; its horizontal part where only that is the same in all of them."""
        first = self.members[0].crs
        return first if all(member.crs == first for member in self.members) else horizontal(first)

    def name(self, position: int) -> str:
        """Return the name of a band: of the first file that has one."""
        return next((member.names[position] for member in self.members if member.names[position]), "")

    def interpretation(self, position: int) -> str:
        """Return the colour of a band: of the first file that says one."""
        said = [member.interpretations[position] for member in self.members]
        return next((each for each in said if each not in NO_COLOUR), said[0])

    def target(self, member: Member) -> tuple[float, float, float, float]:
        """Return (column, row, width, height) of a member in the mosaic's pixels; whole where it is on its grid."""
        scale = [own / common for own, common in zip(member.resolution, self.resolution, strict=True)]
        col = (member.left - self.left) / self.resolution[0]
        row = (self.top - member.top) / self.resolution[1]
        width, height = member.size[0] * scale[0], member.size[1] * scale[1]
        snapped = [round(value) for value in (col, row, width, height)]
        # The far corner tells whether sizes agree, too.
        drift = max(
            abs(col - snapped[0]), abs(row - snapped[1]),
            abs(col + width - snapped[0] - snapped[2]), abs(row + height - snapped[1] - snapped[3]),
        )  # fmt: skip
        if drift < _ON_GRID_PX:
            return snapped[0], snapped[1], snapped[2], snapped[3]
        return col, row, width, height


def plan_mosaic(sources: Sequence[Path | RasterSource], policy: ReadPolicy = DEFAULT_POLICY) -> Mosaic:
    """Read every file once, one after the other, and lay them out on one grid.

    CRSs have to be the same, however they are spelled; longitudes are unrolled, so files on both sides of the
    antimeridian are neighbours. Resolutions may differ: the finest one is taken.

    Raises:
        MosaicError: Files that are no mosaic; the sentence names the one that does not fit.
        RasterReadError: A file is damaged, truncated or not a raster.
    """
    if not sources:
        raise MosaicError("A mosaic of no files was asked for; expected at least one.")
    members: list[Member] = []
    seen: set[Path] = set()
    for source in map(RasterSource.of, sources):
        resolved = source.path.resolve()
        if resolved in seen:
            raise MosaicError(f"{source.path} was given twice; expected each file of a mosaic once.")
        seen.add(resolved)
        member = read_member(replace(source, path=source.path.absolute()), policy)
        if members:
            check_fits(member, members[0])
        members.append(member)
    return _lay_out([_unrolled(member, members[0]) for member in members])


def _unrolled(member: Member, first: Member) -> Member:
    """Move a file by whole turns of the Earth to where it is nearest to the first."""
    if not member.crs.is_geographic:
        return member
    turns = round((first.left - member.left) / 360.0)
    return replace(member, left=member.left + 360.0 * turns) if turns else member


def _lay_out(members: list[Member]) -> Mosaic:
    x_step, y_step = (_finest([member.resolution[axis] for member in members]) for axis in (0, 1))
    left = min(member.left for member in members)
    top = max(member.top for member in members)
    right = max(member.left + member.size.width * member.resolution[0] for member in members)
    bottom = min(member.top - member.size.height * member.resolution[1] for member in members)
    size = PixelSize(
        max(1, math.ceil((right - left) / x_step - _ON_GRID_PX)),
        max(1, math.ceil((top - bottom) / y_step - _ON_GRID_PX)),
    )
    mosaic = Mosaic(tuple(members), left, top, (x_step, y_step), size, has_gaps=True)
    targets = np.array([mosaic.target(member) for member in members])
    boxes = shapely.box(*targets[:, :2].T, *(targets[:, :2] + targets[:, 2:]).T)
    covered = float(shapely.union_all(boxes).area) / (size.width * size.height)
    if max(size) >= 2**31 or covered < _LEAST_COVERAGE:
        raise MosaicError(
            f"The {len(members)} files cover {covered:.1g} of the {size.width} x {size.height} px around them; "
            "expected neighbours of one delivery."
        )
    return replace(mosaic, has_gaps=covered < 1 - 1e-12)


def _finest(resolutions: list[float]) -> float:
    finest = min(resolutions)
    # One spelled a digit shorter than the others is no reason to resample them.
    same = [value for value in resolutions if value / finest - 1 < _SAME_RESOLUTION]
    return same[0]


def write_mosaic(mosaic: Mosaic, target: Path, policy: ReadPolicy = DEFAULT_POLICY) -> None:
    """Write a mosaic as a VRT that reads from the files where they lie.

    Members that are turned, or negatives, are read through views, which are written beside it.
    Where files say by a number what is nothing, and all by the same, the mosaic says so as well; otherwise a
    mask is put together from theirs. Where something is nothing in one file and a pixel in another, the pixel
    is seen (by a number: band by band). Files off the common grid are resampled (bilinear; nearest for a
    palette); those on it are passed through.

    Raises:
        RasterWriteError: The file cannot be written.
    """
    first = mosaic.members[0]
    names = _write_views(mosaic, target, policy)
    by_number = first.nodata if _numbers_agree(mosaic.members) else None
    x_step, y_step = mosaic.resolution
    transform = Affine(x_step, 0.0, mosaic.left, 0.0, -y_step, mosaic.top)
    root = new_vrt(mosaic.size, mosaic.crs.to_wkt(), transform)
    masked = by_number is None and (mosaic.has_gaps or any(m.has_nodata for m in mosaic.members))
    for position, dtype in enumerate(first.dtypes):
        nodata = None if by_number is None else by_number[position]
        band = add_band(
            root,
            GDAL_TYPES[dtype],
            number=position + 1,
            nodata=nodata,
            name=mosaic.name(position),
            colour=mosaic.interpretation(position),
            colours=first.colours,
            bits=None if mosaic.bits is None else str(mosaic.bits),
            scale=first.scales[position],
            offset=first.offsets[position],
        )
        for member, name in zip(mosaic.members, names, strict=True):
            options: dict[str, Any] = {}
            if nodata is not None:
                options["NODATA"] = repr(float(nodata))
            elif masked and member.has_nodata:
                options["UseMaskBand"] = "true"
            _add(band, mosaic, member, name, str(member.bands[position]), dtype, options)
    if masked:
        band = add_mask(root)
        for member, name in zip(mosaic.members, names, strict=True):
            # What is nothing in a later file does not hide what an earlier one has there.
            _add(band, mosaic, member, name, f"mask,{member.bands[0]}", "uint8", {"NODATA": "0"})
    note_originals(root, [member.path for member in mosaic.members])
    write_vrt(root, target)


def _write_views(mosaic: Mosaic, target: Path, policy: ReadPolicy) -> list[str | None]:
    """Write the views that members are read through; return their names, None for members that are read as they are."""
    names: list[str | None] = []
    for number, member in enumerate(mosaic.members, 1):
        names.append(f"{target.stem}.{number}.view.vrt" if member.has_view else None)
        if names[-1] is not None:
            with open_raster(member.source, policy) as raster:
                write_view(raster.level(0), target.with_name(names[-1]))
    return names


def _add(
    band: ET.Element,
    mosaic: Mosaic,
    member: Member,
    name: str | None,
    source_band: str,
    dtype: str,
    options: dict[str, Any],
) -> None:
    target = mosaic.target(member)
    on_grid = all(value == int(value) for value in target) and target[2:] == member.size
    smooth = not on_grid and member.colours is None and not source_band.startswith("mask")
    add_source(
        band,
        member.path if name is None else name,
        source_band,
        size=member.size,
        block=member.block,
        data_type=GDAL_TYPES[dtype],
        target=target,
        resampling="bilinear" if smooth else None,
        options=options,
        relative=name is not None,
    )


def _numbers_agree(members: Sequence[Member]) -> bool:
    """Return True where all files have the same nodata values, one in every band, and no masks."""

    def spelled(member: Member) -> tuple[str, ...]:
        return tuple(repr(value) for value in member.nodata)

    first = spelled(members[0])
    return "None" not in first and all(spelled(m) == first and not m.masked for m in members)
