"""What a raster says of itself beyond its pixels: when, with what, how, and under which marking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from tiling.source import RasterSource

# From the lowest to the highest; control markings may follow a word.
_CLASSIFICATIONS = ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET")


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


def common_metadata(parts: Sequence[SceneMetadata]) -> SceneMetadata:
    """What the parts of one scene have in common; the earliest time, and the highest classification of any."""
    first = parts[0]
    same = {
        field.name: getattr(first, field.name)
        for field in fields(SceneMetadata)
        if all(getattr(part, field.name) == getattr(first, field.name) for part in parts)
    }
    times = [part.acquired_at for part in parts if part.acquired_at is not None]
    classified = [part.classification for part in parts if part.classification is not None]
    same["acquired_at"] = min(times, default=None)
    same["classification"] = max(classified, key=_height, default=None)
    return SceneMetadata(**same)


def _height(classification: str) -> tuple[int, int]:
    """How high a classification is; one that is not known counts as the highest, more markings as higher."""
    words = classification.upper()
    known = [level for level, name in enumerate(_CLASSIFICATIONS) if words.startswith(name)]
    return max(known, default=len(_CLASSIFICATIONS)), len(words)


def read_metadata(source: RasterSource) -> SceneMetadata:
    """What a raster says of itself."""
    from tiling.raster import open_raster

    with open_raster(source) as raster:
        return SceneMetadata(band_names=raster.band_names)
