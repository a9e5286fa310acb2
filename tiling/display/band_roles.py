"""Roles of a scene's bands: red, green, blue and near infrared."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tiling.errors import StretchError

# Named combinations: the roles of the bands shown as red, green and blue, or those of an index.
COMBINATIONS = {"natural": ("red", "green", "blue"), "cir": ("nir", "red", "green"), "ndvi": ("nir", "red")}
# Whole names of bands; of several spellings the first that is present. B02 … are Sentinel-2's, B2 … the same without
# the zero; Landsat 8 and 9 agree on blue, green and red.
_NAMES = {
    "red": ("red", "r", "b04", "b4"),
    "green": ("green", "g", "b03", "b3"),
    "blue": ("blue", "b", "b02", "b2"),
    "nir": (
        "nir",
        "nir1",
        "nir 1",
        "near infrared",
        "near infrared 1",
        "nearinfrared",
        "n",
        "b08",
        "b8",
        "b8a",
    ),
}
# Else a word of the name, as in "Band 4 (Red)", without the words that mean another band.
_WORDS = {
    "red": (r"\bred\b", r"edge|infra"),
    "green": (r"\bgreen\b", r"edge|green i\b"),
    "blue": (r"\bblue\b", r"coastal"),
    "nir": (r"\bnir1?\b|\bnear infra ?red\b", r"short|swir|narrow"),
}
# Nanometres: the range of a band's centre, and its usual centre.
_WAVELENGTHS = {
    "red": (625, 690, 660),
    "green": (520, 600, 560),
    "blue": (450, 520, 480),
    "nir": (760, 900, 840),
}
# The order of unnamed bands, by their number. Four may also be blue, green, red, NIR (Maxar, Planet), but only
# names can tell; as QGIS does, red is taken to be the first. Eight are WorldView's.
_ORDERS = {
    3: {"red": 1, "green": 2, "blue": 3},
    4: {"red": 1, "green": 2, "blue": 3, "nir": 4},
    8: {"red": 5, "green": 3, "blue": 2, "nir": 7},
}


def band_roles(names: Sequence[str], wavelengths_nm: Sequence[float], count: int) -> dict[str, int]:
    """Find red, green, blue and nir by name, else by wavelength, else by the usual order of bands.

    >>> band_roles(["coastal", "blue", "green", "red", "NIR 1"], (), 5)
    {'red': 4, 'green': 3, 'blue': 2, 'nir': 5}

    Args:
        names: One per band; names of no colour are ignored.
        wavelengths_nm: Centres, one per band, nanometres; empty where unknown.
        count: The number of bands.

    Returns:
        The 1-based band of each role that was found.
    """
    roles = _by_name(names[:count])
    for role, band in _by_wavelength(wavelengths_nm[:count]).items():
        roles.setdefault(role, band)
    usual = _ORDERS.get(count) or ({"red": 1, "green": 2, "blue": 3} if count > 3 else {})
    if not roles:
        return dict(usual)
    if count == 4 and sorted(roles.values()) == [1, 2, 3] and "nir" not in roles:
        roles["nir"] = 4  # The fourth beside three colours, whatever their order.
    return roles


def _by_name(names: Sequence[str]) -> dict[str, int]:
    plain = [" ".join(re.findall(r"[a-z0-9]+", name.lower())) for name in names]
    if plain == [f"b{number}" for number in range(1, len(plain) + 1)]:
        return {}  # These are numbers, no names of Sentinel-2.
    roles = {}
    for role, spellings in _NAMES.items():
        word, other = _WORDS[role]
        found = [plain.index(spelling) for spelling in spellings if spelling in plain]
        found += [i for i, name in enumerate(plain) if re.search(word, name) and not re.search(other, name)]
        if found:
            roles[role] = found[0] + 1
    return roles


def _by_wavelength(wavelengths_nm: Sequence[float]) -> dict[str, int]:
    roles = {}
    for role, (low, high, centre) in _WAVELENGTHS.items():
        fitting = [(abs(nm - centre), band) for band, nm in enumerate(wavelengths_nm, 1) if low <= nm <= high]
        if fitting:
            roles[role] = min(fitting)[1]
    return roles


def pick_bands(
    wanted: str | None, names: Sequence[str], wavelengths_nm: Sequence[float], count: int
) -> tuple[int, ...]:
    """Return the 1-based bands of a named combination, of numbers such as "4,3,2", or of None.

    None is natural colour, else the first three bands, else the first.

    Raises:
        StretchError: Neither a combination nor one or three numbers, or the scene lacks those bands.
    """
    roles = band_roles(names, wavelengths_nm, count)
    if wanted is None:
        natural = tuple(roles[role] for role in COMBINATIONS["natural"] if role in roles)
        return natural if len(natural) == 3 else (1, 2, 3) if count >= 3 else (1,)
    if wanted not in COMBINATIONS:
        return _parse_numbers(wanted, names, count)
    needed = COMBINATIONS[wanted]
    if any(role not in roles for role in needed):
        raise StretchError(
            f"Bands {wanted!r} need {', '.join(needed)}, and not all were found: {_describe_bands(names, count)}."
        )
    return tuple(roles[role] for role in needed)


def _parse_numbers(text: str, names: Sequence[str], count: int) -> tuple[int, ...]:
    try:
        chosen = tuple(int(part) for part in text.split(","))
    except ValueError:
        chosen = ()
    if len(chosen) not in (1, 3):
        raise StretchError(
            f"Bands {text!r} were asked for; expected {', '.join(COMBINATIONS)}, or one or three numbers."
        )
    if any(not 1 <= band <= count for band in chosen):
        raise StretchError(f"Bands {text!r} were asked for; {_describe_bands(names, count)}.")
    return chosen


def _describe_bands(names: Sequence[str], count: int) -> str:
    """List the bands of a scene for an error message."""
    known = list(names[:count]) + [f"band {number}" for number in range(len(names) + 1, count + 1)]
    shown = [f"{number} {name}" for number, name in enumerate(known[:12], 1)]
    return f"it has {', '.join(shown)}" + (f" … {count}" if count > len(shown) else "")
