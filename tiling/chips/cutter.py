"""Cutter of one raster: its rows of chips, and the files of each chip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tiling.chips.area_of_interest import read_area
from tiling.chips.encode import check_format, encode_chip
from tiling.chips.folder import ChipFolder, Record
from tiling.chips.labels import UNNAMED, ChipLabels, is_sampled
from tiling.chips.manifest import crs_text
from tiling.chips.options import ChipOptions
from tiling.chips.reader import Unreadable, count_chip_rows, read_chip_rows, usable_nodata
from tiling.display.stretch import Stretch, apply_stretch
from tiling.errors import ChipOptionError
from tiling.grid.raster_grid import RasterGrid, resampled_size
from tiling.grid.window import PixelSize, PixelWindow
from tiling.raster.raster import Raster
from tiling.raster.reading import Chip
from tiling.vectors import read_labels


@dataclass(frozen=True)
class ChipRow:
    """Chips of one row of a raster.

    Attributes:
        chips: Chips that were read.
        unreadable: Records of chips that could not be read.
        negatives: Number of chips without labels that were not sampled, and so not read.
    """

    chips: list[Chip]
    unreadable: list[Record]
    negatives: int


class RasterCutter:
    """Cutter of one raster. `rows` runs in the thread that opened the raster; `write` may run in any.

    Attributes:
        grid: Grid of the pixels that are cut: the raster's own, or resampled.
        classes: Classes of its labels, in the order in which the file first names them.
        intersects_area: False where the area of interest does not intersect the raster.
        has_labels: True where a label intersects the raster.
    """

    def __init__(
        self, raster: Raster, name: str, options: ChipOptions, labels: Path | None, stretch: Stretch | None
    ) -> None:
        """Prepare to cut a raster.

        Args:
            raster: The open raster.
            name: Prefix of the chips' names.
            options: What is cut, and how it is written.
            labels: A file of polygons, or None.
            stretch: What `options.stretch` resolves to for this raster; None for native values.

        Raises:
            ChipOptionError: A GSD is asked for of a raster whose pixels have no known size.
            VectorReadError: The labels or the area of interest cannot be read.
        """
        self._raster, self._name, self._options, self._stretch = raster, name, options, stretch
        self._size = self._target_size()
        self.grid = raster.grid.resized(*self._size)
        self._area = None if options.area is None else read_area(options.area, self.grid, options.area_layer)
        self.intersects_area = options.area is None or self._area is not None
        self._labels: ChipLabels | None = None
        self.classes: list[str] = []
        self.has_labels = False
        if labels is not None:
            truth = read_labels(
                labels, self.grid, class_field=options.class_field, layer=options.layer, whole=True
            )
            self.classes = list(dict.fromkeys(name or UNNAMED for name in truth.classes))
            self._labels = ChipLabels(truth, options.min_visible)
            self.has_labels = self._labels.intersect(*self._size)
        self._nodata = None if stretch is not None else usable_nodata(raster)
        self._crs, self._gsd_m = crs_text(self.grid.crs), self.grid.gsd_m

    def _target_size(self) -> PixelSize:
        grid, gsd_m = self._raster.grid, self._options.gsd_m
        if gsd_m is None:
            return grid.size
        if grid.gsd_m is None:
            raise ChipOptionError(
                f"A ground resolution of {gsd_m:g} m was asked for, and {self._raster.path} has no CRS that "
                "says how large its pixels are."
            )
        return PixelSize(*resampled_size(grid, gsd_m))

    def check(self) -> None:
        """Check that the raster's pixels can be written as asked.

        Raises:
            RasterWriteError: The format cannot hold them.
            ChipOptionError: A band that the raster does not have.
        """
        raster, bands = self._raster, self._options.bands
        if bands is not None and not all(1 <= band <= raster.count for band in bands):
            raise ChipOptionError(
                f"Bands {', '.join(map(str, bands))} of {raster.path} were asked for; it has 1 to {raster.count}."
            )
        dtype, count = raster.dtype, len(bands or range(raster.count))
        if self._options.stretch is not None:
            dtype, count = "uint8", 3
        check_format(
            self._options.format, dtype, count, str(raster.path), has_codes=raster.colour_table is not None
        )

    def count_rows(self) -> int:
        """Return the number of rows of chips."""
        return count_chip_rows(self._raster, self._options.spec, **self._read_options())

    def _read_options(self) -> dict[str, Any]:
        within = None if self._area is None else self._area.bounds
        bands = self._options.bands if self._stretch is None else self._stretch.bands
        return {"size": self._size, "bands": bands, "within": within}

    def rows(self, start: int) -> Iterator[ChipRow]:
        """Read the rows of chips from number `start` on."""
        negatives = 0

        def is_wanted(windows: list[PixelWindow]) -> list[bool]:
            nonlocal negatives
            inside = [True] * len(windows) if self._area is None else self._area.intersects(windows).tolist()
            sampled = [self._is_sampled(window) for window in windows]
            negatives = sum(a and not b for a, b in zip(inside, sampled, strict=True))
            return [a and b for a, b in zip(inside, sampled, strict=True)]

        for row in read_chip_rows(
            self._raster, self._options.spec, **self._read_options(), chip_filter=is_wanted, start=start
        ):
            bad = [self._unreadable_record(chip) for chip in row if isinstance(chip, Unreadable)]
            yield ChipRow([chip for chip in row if isinstance(chip, Chip)], bad, negatives)

    def _is_sampled(self, window: PixelWindow) -> bool:
        share = self._options.negatives
        if self._labels is None or share >= 1:
            return True
        return is_sampled(self._id(window), share, self._options.seed) or bool(self._labels.clip(window))

    def _id(self, window: PixelWindow) -> str:
        return f"{self._name}_{window.col:06d}_{window.row:06d}"

    def _line(self, window: PixelWindow, grid: RasterGrid) -> Record:
        source = self._raster.source
        return {
            "id": self._id(window),
            "file": None,
            "source": str(source.path),
            "image": source.image,
            "window": {name: getattr(window, name) for name in ("col", "row", "width", "height")},
            "transform": grid.to_json()["transform"],
            "crs": self._crs,
            "gsd_m": self._gsd_m,
            "valid_fraction": None,
            "sha256": None,
            "split": None,
            "error": None,
        }

    def _unreadable_record(self, chip: Unreadable) -> Record:
        line = self._line(chip.window, self.grid.windowed(chip.window))
        return {"line": line | {"error": chip.reason}}

    def write(self, chip: Chip, folder: ChipFolder) -> Record | str:
        """Write one chip; return its record, or the reason why it is left out: `empty` or `nodata`."""
        valid = chip.valid
        if self._area is not None and self._options.mask_area:
            valid = valid & self._area.mask(chip.window)
        fraction = np.count_nonzero(valid) / valid.size
        if fraction == 0:
            return "empty"
        if 1 - fraction > self._options.max_nodata:
            return "nodata"
        pixels = chip.image if self._stretch is None else apply_stretch(chip.image, self._stretch)
        if fraction < 1:
            pixels = np.where(valid, pixels, np.asarray(self._nodata or 0).astype(pixels.dtype))
        grid = self.grid.windowed(chip.window)
        files = encode_chip(
            self._options.format,
            pixels,
            valid,
            grid,
            self._nodata,
            self._options.compression,
            self._raster.colour_table,
        )
        line = self._line(chip.window, grid) | {"valid_fraction": fraction}
        line["file"], line["sha256"] = folder.put(line["id"], files)
        annotations = [] if self._labels is None else self._labels.clip(chip.window)
        return {"line": line, "suffixes": list(files), "annotations": annotations}
