"""Bands of a raster: image, alpha and masks, and how their pixels are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from rasterio.enums import ColorInterp, MaskFlags, Resampling
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from tiling.arrays import Bytes, Mask, Opacity, Pixels
from tiling.errors import RasterReadError, WindowError

Dataset: TypeAlias = DatasetReader | WarpedVRT
_WAVELENGTH = re.compile(r"\s*\([0-9.]+ ?(micrometers|nanometers|um|nm)\)$", re.IGNORECASE)

# Names of the bands that a palette stands for.
PALETTE_BANDS = ("red", "green", "blue")

PixelsWithOpacity = tuple[Pixels, Opacity]


@dataclass(frozen=True)
class Bands:
    """The image bands of a file, and what says where they have pixels.

    Attributes:
        indexes: the file's bands that are image, counted from 1.
        alpha: the file's alpha band, or None.
        masked: 1-based bands whose masks say where there are pixels; empty where nodata values do.
        nodatavals: one per index; the value that means nothing, or None. All None where an alpha band or masks
            say it.
        dtype: numpy name of the type that holds every band.
        names: one per band of image: description, colour or "band N".
        palette: (256 or 65,536, 4) uint8 RGBA that the one band is an index into, or None.
        opaque: value of the alpha band that is opaque, in types whose alpha may be partial; else None.
        codes: the indexes into the palette are read as they are, in place of its colours.
    """

    indexes: tuple[int, ...]
    alpha: int | None
    masked: tuple[int, ...]
    nodatavals: tuple[float | None, ...]
    dtype: str
    names: tuple[str, ...]
    palette: Bytes | None
    opaque: int | None = None
    codes: bool = False

    @classmethod
    def of(cls, stored: DatasetReader, dataset: Dataset, path: Path) -> Bands:
        """Return the bands of `dataset`, which is `stored`, or a view of it with the same bands in front.

        Raises:
            RasterReadError: An alpha band and nothing else.
        """
        colours = dataset.colorinterp
        alpha = colours.index(ColorInterp.alpha) + 1 if ColorInterp.alpha in colours else None
        indexes = tuple(index for index in dataset.indexes if index != alpha)
        if not indexes:
            raise RasterReadError(f"{path} holds an alpha band and no image.")
        palette = palette_of(stored) if len(indexes) == 1 else None
        dtype = np.result_type(*(dataset.dtypes[index - 1] for index in indexes)).name
        flags = [dataset.mask_flag_enums[index - 1] for index in indexes]
        masked: tuple[int, ...] = ()
        if alpha is None and MaskFlags.per_dataset in flags[0]:
            masked = indexes[:1]
        elif alpha is None and not all(flags):
            # No flag at all is GDAL's way to say that a band has a mask of its own.
            masked = indexes
        decided = alpha is not None or bool(masked)
        return cls(
            indexes=indexes,
            alpha=alpha,
            masked=masked,
            # Beside an alpha band or a mask, which decide, a value that "means nothing" is an ordinary one.
            nodatavals=tuple(None if decided else dataset.nodatavals[index - 1] for index in indexes),
            dtype=dtype,
            names=tuple(band_name(stored, index) for index in indexes),
            palette=palette,
            opaque=None if alpha is None else _opaque_value(dataset, alpha),
        )

    @property
    def count(self) -> int:
        """Bands of image; 3 for the colours of a palette."""
        return 3 if self.palette is not None and not self.codes else len(self.indexes)

    def read(
        self,
        dataset: Dataset,
        window: Window,
        shape: tuple[int, int],
        wanted: Sequence[int],
        resampling: Resampling,
        path: Path,
    ) -> PixelsWithOpacity:
        """Read a window of `dataset` as (height, width) `shape`; `wanted` are 1-based bands of image.

        A pixel is invalid where all of the bands read say so, and valid where alpha is above 0.

        Returns:
            image (C, height, width), and the opacity of its pixels: bool unless alpha is partial in the window.

        Raises:
            WindowError: A band the raster does not have.
        """
        if not wanted or any(not 1 <= band <= self.count for band in wanted):
            raise WindowError(f"Bands {list(wanted)} of {path} were asked for; it has 1 to {self.count}.")
        positions = [0] if self.palette is not None else [band - 1 for band in wanted]
        if self.palette is not None:
            resampling = Resampling.nearest
        indexes = [self.indexes[position] for position in positions]
        extra = [] if self.alpha is None else [self.alpha]
        # rasterio reads bands together only where they are of one type.
        kinds = {dataset.dtypes[index - 1] for index in indexes + extra}
        groups = [indexes + extra] if len(kinds) == 1 else [[index] for index in indexes + extra]
        parts = [
            dataset.read(
                group,
                window=window,
                out_shape=(len(group), *shape),
                out_dtype=self.dtype,
                resampling=resampling,
            )
            for group in groups
        ]
        data = parts[0] if len(parts) == 1 else np.concatenate(parts)
        image = data[: len(indexes)]
        if extra:
            valid: Opacity = _opacity(data[-1], self.opaque)
        elif self.masked:
            bands = self.masked if len(self.masked) == 1 else tuple(indexes)
            masks = dataset.read_masks(
                bands, window=window, out_shape=(len(bands), *shape), resampling=resampling
            )
            valid = (masks > 0).any(axis=0)
        else:
            valid = not_nodata(image, [self.nodatavals[position] for position in positions])
        if self.palette is None:
            return image, valid
        rgba = self.palette[image[0]]
        valid = (valid > 0) & (rgba[..., 3] > 0)
        if self.codes:
            return image, valid
        return np.ascontiguousarray(rgba[..., [band - 1 for band in wanted]].transpose(2, 0, 1)), valid


def not_nodata(image: Pixels, nodatavals: Sequence[float | None]) -> Mask:
    """Return (H, W) False where all bands are their nodata value (or NaN, in floats)."""
    floats = image.dtype.kind == "f"
    if not floats and all(nodata is None for nodata in nodatavals):
        return np.ones(image.shape[1:], dtype=bool)
    valid = np.zeros(image.shape[1:], dtype=bool)
    for band, nodata in zip(image, nodatavals, strict=True):
        good = np.isfinite(band) if floats else np.True_
        if nodata is not None and not np.isnan(nodata):
            with np.errstate(over="ignore"):
                value = image.dtype.type(nodata) if floats or _fits(nodata, image.dtype) else None
            if value is not None:
                good = good & (band != value)
        if good is np.True_:  # one band that has no nodata makes every pixel valid
            return np.ones(image.shape[1:], dtype=bool)
        valid |= good
    return valid


def _opaque_value(dataset: Dataset, alpha: int) -> int | None:
    """Return the value that GDAL takes for opaque in an alpha band; None in types where none is agreed upon."""
    dtype = dataset.dtypes[alpha - 1]
    if dtype not in ("uint8", "uint16"):
        return None
    bits = dataset.tags(alpha, ns="IMAGE_STRUCTURE").get("NBITS", "")
    return (1 << int(bits) if bits.isdecimal() else 1 << 8 * np.dtype(dtype).itemsize) - 1


def _opacity(alpha: Pixels, opaque: int | None) -> Opacity:
    """Return the opacity (H, W) of pixels with these values of the alpha band."""
    valid: Mask = np.greater(alpha, 0)
    if opaque is None:
        return valid
    values = alpha.astype(np.float32)
    # A mask of 8 bits may stand in an alpha band of 16.
    opaque = opaque if values.max(initial=0) > 255 else min(opaque, 255)
    if not (valid & (values < opaque)).any():
        return valid
    scaled: Bytes = np.clip(np.rint(values * (255 / opaque)), 1, 255).astype(np.uint8)
    scaled[~valid] = 0
    return scaled


def _fits(value: float, dtype: np.dtype[Any]) -> bool:
    limits = np.iinfo(dtype)
    return bool(np.isfinite(value)) and value == int(value) and limits.min <= value <= limits.max


def palette_of(dataset: DatasetReader) -> Bytes | None:
    """Return (256 or 65,536, 4) RGBA of the first band's colour table, or None where it has none."""
    if dataset.colorinterp[0] != ColorInterp.palette or dataset.dtypes[0] not in ("uint8", "uint16"):
        return None
    try:
        table = dataset.colormap(1)
    except ValueError:
        return None
    size = 1 << (8 * np.dtype(dataset.dtypes[0]).itemsize)
    palette = np.zeros((size, 4), dtype=np.uint8)
    palette[:, 3] = 255
    for index, rgba in table.items():
        if 0 <= index < size:
            palette[index] = rgba
    return palette


def band_name(dataset: DatasetReader, index: int) -> str:
    """Return a band's description, else its colour, else "band N"."""
    # GDAL puts the wavelength of an ENVI file behind the name.
    description = _WAVELENGTH.sub("", dataset.descriptions[index - 1] or "").strip()
    if description:
        return description
    colour = dataset.colorinterp[index - 1]
    return f"band {index}" if colour in (ColorInterp.undefined, ColorInterp.gray) else str(colour.name)
