"""What is cut out of rasters, and how it is written."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from tiling.chips.encode import ChipFormat, Compression
from tiling.chips.splits import SplitSpec
from tiling.display.statistics import compute_statistics
from tiling.display.stretch import Stretch, choose_stretch, compute_stretch
from tiling.errors import ChipOptionError
from tiling.grid.plan import ChipSpec
from tiling.raster.metadata import read_metadata
from tiling.raster.raster import Raster


@dataclass(frozen=True)
class StretchRequest:
    """How native values become 8 bits; None where the raster itself decides.

    Attributes:
        bands: a named combination, or bands counted from 1, such as `4,3,2`.
        limits: what becomes black and white, such as `percentile:2,98`.
        gamma: above 1 brightens the middle.
        colormap: the name of a colour map, for one band.
    """

    bands: str | None = None
    limits: str | None = None
    gamma: float | None = None
    colormap: str | None = None

    def resolve(self, raster: Raster) -> Stretch:
        """The stretch for one raster, from its whole.

        Raises:
            StretchError: the raster has no such bands, or a text that means nothing.
            RasterReadError: the file is damaged or truncated.
        """
        if self == StretchRequest():
            return compute_stretch(raster)
        wavelengths = read_metadata(raster.source, raster.policy).wavelengths_nm
        return choose_stretch(compute_statistics(raster), raster.band_names, wavelengths, **asdict(self))


@dataclass(frozen=True)
class ChipOptions:
    """How rasters are cut into chips.

    Attributes:
        spec: size, overlap and edge.
        gsd_m: ground metres per pixel that the scenes are brought to first; None for their own.
        bands: 1-based bands to write; None for all. Not together with `stretch`, which says its own.
        stretch: writes 8-bit RGB through a stretch; None for native values.
        format: `tif`, `png`, `jpg` or `npy`.
        compression: of GeoTIFFs: `deflate`, `zstd` or `none`.
        area: a file of polygons; only chips that reach into them are written.
        mask_area: makes pixels outside of the area invalid, too.
        max_nodata: chips with a larger share of invalid pixels are left out; those without any valid pixel
            always.
        class_field: the property of labels that holds the class; None for the usual ones.
        min_visible: pieces of objects below this share of their own area are no annotations.
        negatives: the share of chips without an annotation that is kept.
        split: how chips are shared out; None for one set.
        seed: which negatives are kept.

    Raises:
        ChipOptionError: a share that is not within 0 and 1, or options that contradict each other.
    """

    spec: ChipSpec
    gsd_m: float | None = None
    bands: tuple[int, ...] | None = None
    stretch: StretchRequest | None = None
    format: ChipFormat = "tif"
    compression: Compression = "deflate"
    area: Path | None = None
    mask_area: bool = False
    max_nodata: float = 1.0
    class_field: str | None = None
    min_visible: float = 0.0
    negatives: float = 1.0
    split: SplitSpec | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("max_nodata", "min_visible", "negatives"):
            if not 0 <= getattr(self, name) <= 1:
                raise ChipOptionError(f"{name} is {getattr(self, name)}; expected 0 to 1.")
        if self.bands is not None and self.stretch is not None:
            raise ChipOptionError("Both bands and a stretch were given; a stretch says its own bands.")
        if self.mask_area and self.area is None:
            raise ChipOptionError("Pixels outside of an area are to be masked, and no area was given.")
