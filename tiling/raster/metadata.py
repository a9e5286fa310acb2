"""Metadata of a raster: time, sensor, view angle, classification and bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from tiling.raster.acquisition import acquired_at, number, off_nadir_deg, sensor

# From the lowest to the highest; control markings may follow a word.
_FROM_LOWEST = ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET")


def common_metadata(parts: Sequence[SceneMetadata]) -> SceneMetadata:
    """Merge the metadata of a scene's parts: what they agree on, earliest time, highest classification."""
    first = parts[0]
    agreed = {
        field.name: getattr(first, field.name)
        for field in fields(SceneMetadata)
        if all(getattr(part, field.name) == getattr(first, field.name) for part in parts)
    }
    times = [part.acquired_at for part in parts if part.acquired_at is not None]
    classified = [part.classification for part in parts if part.classification is not None]
    agreed["acquired_at"] = min(times, default=None)
    agreed["classification"] = max(classified, key=_height, default=None)
    return SceneMetadata(**agreed)


def _height(classification: str) -> tuple[int, int]:
    """Return the rank of a classification; an unknown one ranks highest, more markings rank higher."""
    words = classification.upper()
    known = [level for level, name in enumerate(_FROM_LOWEST) if words.startswith(name)]
    return max(known, default=len(_FROM_LOWEST)), len(words)


if TYPE_CHECKING:
    from rasterio.io import DatasetReader

_CLASSIFICATIONS = {
    "T": "TOP SECRET",
    "S": "SECRET",
    "C": "CONFIDENTIAL",
    "R": "RESTRICTED",
    "U": "UNCLASSIFIED",
}

# Nanometres in a unit, as ENVI and GDAL's band tags spell units. Wavenumbers, frequencies and indexes are none.
_NANOMETRES = {
    "nanometers": 1.0,
    "nm": 1.0,
    "micrometers": 1e3,
    "microns": 1e3,
    "um": 1e3,
    "µm": 1e3,
    "μm": 1e3,
}

# Without a unit: optical wavelengths in micrometres are below this, in nanometres above.
_LONGEST_UM = 100.0


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
        """Return a dict that `json` writes, without what is unknown."""
        values = asdict(self) | {"ichipb": dict(self.ichipb)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value not in (None, (), {})
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SceneMetadata:
        """Return the metadata `to_json` wrote; keys of a newer version are passed over."""
        return cls(
            acquired_at=data.get("acquired_at"),
            sensor=data.get("sensor"),
            off_nadir_deg=data.get("off_nadir_deg"),
            classification=data.get("classification"),
            band_names=tuple(str(name) for name in data.get("band_names", ())),
            wavelengths_nm=tuple(float(value) for value in data.get("wavelengths_nm", ())),
            ichipb=tuple((str(name), str(value)) for name, value in data.get("ichipb", {}).items()),
        )


def dataset_metadata(dataset: DatasetReader, band_names: tuple[str, ...], *, paletted: bool) -> SceneMetadata:
    """Return what an open image says of itself, inside `tiling.access.env.reading`.

    What it does not say, or says in no known form, is left out.

    Args:
        dataset: the image as it is stored.
        band_names: one per band of image.
        paletted: whether the one band is an index into a palette.
    """
    tags = {name: text.strip() for name, text in dataset.tags().items()}
    domains = {name: dataset.tags(ns=name) for name in dataset.tag_namespaces() if ":" not in name}
    return SceneMetadata(
        acquired_at=acquired_at(tags, domains),
        sensor=sensor(tags, domains),
        off_nadir_deg=off_nadir_deg(tags, domains),
        classification=_classification(tags),
        band_names=band_names,
        wavelengths_nm=() if paletted else _wavelengths_nm(dataset, len(band_names)),
        ichipb=tuple(
            (name.removeprefix("ICHIP_"), tags[name]) for name in sorted(tags) if name.startswith("ICHIP_")
        ),
    )


def _classification(tags: Mapping[str, str]) -> str | None:
    """Return the marking of the image segment, else of the file (MIL-STD-2500C, fields ISCLAS and FSCLAS and so on)."""
    for level in ("I", "F"):
        spelled = _CLASSIFICATIONS.get(tags.get(f"NITF_{level}SCLAS", ""))
        if spelled is not None:
            markings = (tags.get(f"NITF_{level}S{field}", "") for field in ("CODE", "CTLH"))
            return "//".join([spelled, *(marking for marking in markings if marking)])
    return None


def _wavelengths_nm(dataset: DatasetReader, count: int) -> tuple[float, ...]:
    """Of each band, or of none: a list with holes could not be told from one of other bands."""
    found = [_wavelength_nm(dataset, index) for index in dataset.indexes[:count]]
    return tuple(value for value in found if value is not None) if None not in found else ()


def _wavelength_nm(dataset: DatasetReader, index: int) -> float | None:
    """From CENTRAL_WAVELENGTH_UM of GDAL's IMAGERY domain, else a tag with or without a unit."""
    imagery, tags = dataset.tags(index, ns="IMAGERY"), dataset.tags(index)
    tags = {name.lower(): text.strip() for name, text in tags.items()}
    unit = tags.get("wavelength_units") or tags.get("wavelength_unit") or tags.get("bandwavelength_unit")
    candidates = (
        (imagery.get("CENTRAL_WAVELENGTH_UM"), "um"),
        (tags.get("central_wavelength_um"), "um"),
        (tags.get("wavelength"), unit),
        (tags.get("bandwavelength"), unit),
    )
    for text, given in candidates:
        value = number(text)
        if value is None or value <= 0:
            continue
        scale = _NANOMETRES.get((given or "").lower()) if given and given.lower() != "unknown" else None
        if scale is None and given and given.lower() != "unknown":
            continue
        # Rounded: 0.55 um is 550 nm, not 550.0000000000001.
        return round(value * (scale or (1e3 if value < _LONGEST_UM else 1.0)), 6)
    return None
