"""What a raster says of itself beyond its pixels: when, with what, how, and under which marking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class SceneMetadata:
    """Facts of an acquisition; None, or empty, where the raster does not say.

    Attributes:
        acquired_at: ISO 8601, UTC with a trailing Z where the file gives a time zone.
        sensor: platform or sensor, as the file spells it.
        off_nadir_deg: angle between the line of sight and the vertical, degrees.
        classification: security classification of the image (NITF: T, S, C, R or U, spelled out), with its
            control markings where there are some.
        band_names: one per image band.
        wavelengths_nm: centre wavelength per image band, nanometres; empty where unknown.
        ichipb: the fields of a NITF ICHIPB extension (this image is a chip of a larger one), by name.
    """

    acquired_at: str | None = None
    sensor: str | None = None
    off_nadir_deg: float | None = None
    classification: str | None = None
    band_names: tuple[str, ...] = ()
    wavelengths_nm: tuple[float, ...] = ()
    ichipb: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A dict that `json` writes, without what is unknown."""
        values = asdict(self) | {"ichipb": dict(self.ichipb)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value not in (None, (), {})
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SceneMetadata:
        """The metadata `to_json` wrote; keys of a newer version are passed over."""
        return cls(
            acquired_at=data.get("acquired_at"),
            sensor=data.get("sensor"),
            off_nadir_deg=data.get("off_nadir_deg"),
            classification=data.get("classification"),
            band_names=tuple(str(name) for name in data.get("band_names", ())),
            wavelengths_nm=tuple(float(value) for value in data.get("wavelengths_nm", ())),
            ichipb=tuple((str(name), str(value)) for name, value in data.get("ichipb", {}).items()),
        )
