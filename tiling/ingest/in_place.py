"""Rasters read from where they lie: a small VRT in the project, and overviews beside it."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.enums import ColorInterp, MaskFlags, Resampling

from tiling.access.env import reading, writing
from tiling.access.file_check import check_complete
from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError, RasterWriteError
from tiling.grid.window import PixelSize
from tiling.ingest.assign_nodata import assign_nodata
from tiling.ingest.file_stamps import note_originals
from tiling.ingest.mosaic import Mosaic, write_mosaic
from tiling.progress import Progress
from tiling.raster.facts import SMALL_PX, RasterFacts, read_facts
from tiling.raster.raster import Raster, open_raster
from tiling.raster.vrt import GDAL_TYPES, add_band, add_source, new_vrt, write_vrt
from tiling.raster.vrt_files import write_view

# The first overview: half of the size costs four times the disk of a quarter, and reading at half of the
# size from the original costs no more than reading at the whole.
_FIRST_FACTOR = 4

_OVERVIEW_OPTIONS = {
    "COMPRESS_OVERVIEW": "ZSTD",
    "ZSTD_LEVEL_OVERVIEW": 1,
    "GDAL_TIFF_OVR_BLOCKSIZE": 512,
    "BIGTIFF_OVERVIEW": "IF_SAFER",
    "INTERLEAVE_OVERVIEW": "PIXEL",
    "GDAL_NUM_THREADS": "ALL_CPUS",
}


def refer_in_place(
    source: Path | RasterSource | RasterFacts | Mosaic,
    target: Path,
    *,
    nodata: float | tuple[int, ...] | None = None,
    progress: Progress | None = None,
    policy: ReadPolicy = DEFAULT_POLICY,
) -> RasterSource:
    """Return a raster that is read from the source's own files and quick at every zoom; no pixel is copied.

    Where a raster needs nothing, it is itself the answer. Otherwise `target` is written, a VRT, and beside it
    what it needs, all named after it: ``.vrt.ovr`` overviews from a quarter of the size down (8 percent of
    the pixels), ``.mask.tif`` for a nodata colour, ``.north.vrt`` for a raster that has to be laid north up,
    ``.north.inner.vrt`` for what that reads from where it is no file, ``.nodata.vrt``, ``.mosaic.vrt`` and views of its
    files. The source's folder is only read.

    Args:
        source: any raster GDAL reads, or what `read_facts` says of it, or a mosaic.
        target: ``<key>.vrt``; appears last, so it is whole when it is there.
        nodata: as for `tiling.ingest.cog.ensure_cog`.
        progress: called with the fraction done.
        policy: which files the source may be made of.

    Raises:
        RasterReadError: The source is damaged, truncated or not a raster.
        RasterWriteError: A file could not be written, for example because the disk is full.
        NodataError: The no-data value does not fit the source's bands or type.
    """
    report = progress or (lambda fraction: None)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as name:
            folder, stem = Path(name), target.stem
            policy = policy.owning(folder)
            originals: list[Path] = []
            if isinstance(source, Mosaic):
                origin = source.source.made_at(folder / f"{stem}.mosaic.vrt")
                write_mosaic(source, origin.path, policy)
            else:
                facts = source if isinstance(source, RasterFacts) else read_facts(source, policy)
                origin = facts.source
                originals = [origin.path, *([origin.dem] if origin.dem else []), *facts.parts]
                if nodata is None and not facts.is_warped and facts.has_overviews:
                    return origin
            if nodata is not None:
                origin = assign_nodata(origin, folder, stem, nodata, policy, lambda part: report(0.5 * part))
            made = folder / target.name
            with open_raster(origin, policy) as raster:
                _write_view(raster, made, originals)
                _build_overviews(made, target, paletted=raster.palette is not None)
            # The VRT goes last: where it is, everything it needs is there.
            for path in sorted(folder.iterdir(), key=lambda path: path == made):
                path.replace(target.with_name(path.name))
    except OSError as error:
        if isinstance(error, RasterReadError | RasterWriteError):
            raise
        raise RasterWriteError(f"{target} could not be written ({error.strerror or error}).") from error
    report(1.0)
    return origin.made_at(target)


def _write_view(raster: Raster, made: Path, originals: list[Path]) -> None:
    """Write the VRT of a raster as it is seen: north up, a mask as an alpha band.

    GDAL builds no overviews of a VRT's mask.
    """
    dataset = raster.level(0)
    source = str(dataset.name)
    if raster.is_warped or dataset is not raster.stored:
        # A view, which has no file of its own.
        north = made.with_name(f"{made.stem}.north.vrt")
        write_view(dataset, north)
        source = north.name
    elif Path(source).parent == made.parent:
        source = Path(source).name
    grid = raster.grid
    size = grid.size
    root = new_vrt(size, None if grid.crs_wkt is None else dataset.crs.to_wkt(), dataset.transform)
    bands = [
        (str(index), str(dataset.dtypes[index - 1]), dataset.colorinterp[index - 1])
        for index in dataset.indexes
    ]
    if ColorInterp.alpha not in dataset.colorinterp and MaskFlags.per_dataset in dataset.mask_flag_enums[0]:
        bands.append(("mask,1", bands[0][1], ColorInterp.alpha))
    # Of all bands, for GDAL builds no overviews of bands that differ in it.
    bits = dataset.tags(1, ns="IMAGE_STRUCTURE").get("NBITS")
    block_height, block_width = dataset.block_shapes[0]
    for number, (source_band, dtype, colour) in enumerate(bands, 1):
        inside = number <= dataset.count
        band = add_band(
            root,
            GDAL_TYPES[dtype],
            number=number,
            nodata=dataset.nodatavals[number - 1] if inside else None,
            name=(dataset.descriptions[number - 1] or "") if inside else "",
            colour=colour.name,
            colours=tuple(sorted(dataset.colormap(1).items())) if colour == ColorInterp.palette else None,
            bits=bits,
            scale=dataset.scales[number - 1] if inside else 1.0,
            offset=dataset.offsets[number - 1] if inside else 0.0,
        )
        add_source(
            band,
            source,
            source_band,
            size=size,
            block=PixelSize(block_width, block_height),
            data_type=GDAL_TYPES[dtype],
            relative=not os.path.isabs(source) and ":" not in source,
        )
    note_originals(root, originals)
    write_vrt(root, made)


def _build_overviews(made: Path, target: Path, *, paletted: bool) -> None:
    with ExitStack() as stack:
        stack.enter_context(writing(target))
        stack.enter_context(rasterio.Env(**_OVERVIEW_OPTIONS))
        dataset = stack.enter_context(rasterio.open(made, "r+"))
        longest, factor = max(dataset.width, dataset.height), _FIRST_FACTOR
        factors: list[int] = []
        if longest <= SMALL_PX:
            return
        while not factors or longest / factors[-1] > SMALL_PX:
            factors.append(factor)
            factor *= 2
        if not paletted and "NBITS" not in dataset.tags(1, ns="IMAGE_STRUCTURE"):
            kind = np.dtype(dataset.dtypes[0]).kind
            stack.enter_context(rasterio.Env(PREDICTOR_OVERVIEW=3 if kind == "f" else 2))
        dataset.build_overviews(factors, Resampling.nearest if paletted else Resampling.average)
    with reading(made):
        check_complete(made.with_name(f"{made.name}.ovr"))
