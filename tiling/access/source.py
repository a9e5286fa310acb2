"""Raster source: a file, the image in it, the surface that it is seen over, and what a person assigned to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from tiling.errors import RasterReadError


@dataclass(frozen=True)
class RasterSource:
    """Raster file and how to see it.

    Attributes:
        path: the file.
        image: which image of a file that holds several (segments of a NITF, sub-datasets), counted from 1;
            None for its only or first one.
        dem: an elevation model, metres above the ellipsoid, that rational polynomial coefficients (RPCs) are
            evaluated over; None for a constant height.
        height_m: that constant height above the ellipsoid, metres; None for the RPCs' own height offset.
        crs: CRS that a person assigned in place of the file's, a code or WKT as `tiling.grid.crs_text.assignable_crs`
            returns it; None for the file's own.
        no_alpha: the band that the file calls alpha is a band of image, such as near infrared.
        force: a georeference that is possible and not plausible is taken as it is.
        allow: folders, beside the file's own, that it may refer to.

    Raises:
        RasterReadError: An image below 1, or both a DEM and a height.
    """

    path: Path
    image: int | None = None
    dem: Path | None = None
    height_m: float | None = None
    crs: str | None = None
    no_alpha: bool = False
    force: bool = False
    allow: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        """Check the image number, and that DEM and height are not both given."""
        if self.image is not None and self.image < 1:
            raise RasterReadError(f"Image {self.image} of {self.path} was asked for; they count from 1.")
        if self.dem is not None and self.height_m is not None:
            raise RasterReadError(
                f"Both the elevation model {self.dem} and a height of {self.height_m} m were given for "
                f"{self.path}; expected one of them."
            )

    @classmethod
    def of(cls, source: str | PathLike[str] | RasterSource) -> RasterSource:
        """Return `source` itself, or the file of that name, seen as it comes.

        >>> RasterSource.of("delivery.ntf").path.suffix, RasterSource.of("delivery.ntf").image
        ('.ntf', None)
        """
        return source if isinstance(source, RasterSource) else cls(Path(source))

    def made_at(self, path: Path) -> RasterSource:
        """Return the source of a copy or VRT of this one: it has what was assigned to it, and is as implausible."""
        return RasterSource(path, force=self.force, allow=self.allow if path.suffix == ".vrt" else ())

    def options_json(self) -> dict[str, Any]:
        """Everything but the path, as a dict that `json` writes; empty for a file seen as it comes."""
        options = {
            "image": self.image,
            "dem": None if self.dem is None else str(self.dem),
            "height_m": self.height_m,
            "crs": self.crs,
            "no_alpha": self.no_alpha or None,
            "force": self.force or None,
            "allow": [str(folder) for folder in self.allow] or None,
        }
        return {name: value for name, value in options.items() if value is not None}

    @classmethod
    def from_json(cls, path: Path, options: Mapping[str, Any]) -> RasterSource:
        """Return the source that `options_json` described."""
        dem = options.get("dem")
        return cls(
            path,
            options.get("image"),
            None if dem is None else Path(dem),
            options.get("height_m"),
            options.get("crs"),
            bool(options.get("no_alpha")),
            bool(options.get("force")),
            tuple(Path(folder) for folder in options.get("allow", ())),
        )
