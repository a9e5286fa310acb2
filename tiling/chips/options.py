"""Options of a run: size, resolution, area, stretch, format, labels and splits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tiling.chips.encode import ChipFormat, Compression
from tiling.chips.splits import SplitSpec
from tiling.display.stretch_request import StretchRequest
from tiling.errors import ChipOptionError
from tiling.grid.plan import ChipSpec


@dataclass(frozen=True)
class ChipOptions:
    """Options with which rasters are cut into chips.

    Attributes:
        spec: Size, overlap and edge.
        gsd_m: GSD that the rasters are resampled to first, metres; None for their own.
        bands: 1-based bands to write; None for all. Not together with `stretch`, which has its own.
        stretch: Writes 8-bit RGB through a stretch; None for native values.
        format: `tif`, `png`, `jpg` or `npy`.
        compression: Compression of GeoTIFFs: `deflate`, `zstd` or `none`.
        area: A file of polygons; only chips that intersect them are written.
        area_layer: Its layer; None for the only one.
        mask_area: Makes pixels outside the area invalid, too.
        max_nodata: Chips with a larger share of invalid pixels are left out; those without any valid pixel
            always.
        class_field: The property of labels that holds the class; None for `tiling.class_names.CLASS_FIELDS`.
        layer: Layer of the label files, such as GeoPackages; None for the only one.
        min_visible: Fragments below this share of their object's area are no annotations.
        negatives: The share of chips without annotations that is kept.
        split: How chips are split; None for one set.
        seed: Seed of the sample of chips without annotations.

    Raises:
        ChipOptionError: A share that is not within 0 and 1, or options that contradict each other.
    """

    spec: ChipSpec
    gsd_m: float | None = None
    bands: tuple[int, ...] | None = None
    stretch: StretchRequest | None = None
    format: ChipFormat = "tif"
    compression: Compression = "deflate"
    area: Path | None = None
    area_layer: str | None = None
    mask_area: bool = False
    max_nodata: float = 1.0
    class_field: str | None = None
    layer: str | None = None
    min_visible: float = 0.0
    negatives: float = 1.0
    split: SplitSpec | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the shares, and that the options agree."""
        for name in ("max_nodata", "min_visible", "negatives"):
            if not 0 <= getattr(self, name) <= 1:
                raise ChipOptionError(f"{name} is {getattr(self, name)}; expected 0 to 1.")
        if self.bands is not None and self.stretch is not None:
            raise ChipOptionError("Both bands and a stretch were given; a stretch says its own bands.")
        if self.area_layer is not None and self.area is None:
            raise ChipOptionError("A layer of the area was given, and no area.")
        if self.mask_area and self.area is None:
            raise ChipOptionError("Pixels outside of an area are to be masked, and no area was given.")
