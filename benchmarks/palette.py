"""On how many pixels of real scenes the colours of classes are seen.

    python benchmarks/palette.py [--data ../shared/data] [--colors '#ff9900,#26beff']

Of each colour, the share of pixels of a scene from which it differs by more than 25 (CIEDE2000; Sharma, Wu and Dalal
2005), for a town, woods, an airport, streets, a village, tanks and a radar image; and how far apart the two colours are
that are most alike, in OKLab (Ottosson 2020), for the colour vision that tells them apart least (Machado, Oliveira and
Fernandes 2009; the same measure as in the page). No colour-infrared image is in the data.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import rasterio

from geoengine.model import default_color
from tiling.arrays import Floats

SCENES = {
    "town": "banepa/banepa.tif",
    "woods": "neon_trees/images/*",
    "airport": "airport/images/*",
    "streets": "cars/images/*",
    "village": "oam_buildings/images/zanzibar*",
    "tanks": "airbus_oil_storage/images/*",
    "radar": "rasters/sar_rotated.tif",
}
FILES, PIXELS, SIDE_PX = 12, 4000, 1500
NEAR = 25.0
_DEFICIENCIES = (
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--colors", default=",".join(default_color(index) for index in range(8)))
    options = parser.parse_args()
    colors = options.colors.split(",")
    pixels = {name: lab(sample(sorted(options.data.glob(pattern)))) for name, pattern in SCENES.items()}
    print("colour  ", *(f"{name:>8}" for name in pixels), "   least")
    for color in colors:
        own = lab(rgb(color))
        shares = [float((difference(own, each) > NEAR).mean()) for each in pixels.values()]
        print(f"{color} ", *(f"{share:8.2f}" for share in shares), f"{min(shares):8.2f}")
    if len(colors) > 1:
        apart, a, b = min((distance(a, b), a, b) for a, b in combinations(colors, 2))
        print(f"most alike: {a} and {b}, {apart:.3f} apart in OKLab")


def sample(files: Sequence[Path]) -> Floats:
    """Return (N, 3) sRGB values, 0 to 255, of valid pixels of some files, the same number of each."""
    draw = np.random.default_rng(0)
    found = []
    for path in files[:FILES]:
        with rasterio.open(path) as raster:
            shrunk = min(1.0, SIDE_PX / max(raster.width, raster.height))
            shape = (int(raster.height * shrunk), int(raster.width * shrunk))
            bands = [1, 2, 3] if raster.count >= 3 else [1, 1, 1]
            values = raster.read(bands, out_shape=(3, *shape)).astype(np.float64)
            valid = values[:, raster.dataset_mask(out_shape=shape) > 0].T
        found.append(valid[draw.integers(0, len(valid), PIXELS // min(FILES, len(files)))])
    return np.concatenate(found)


def rgb(color: str) -> Floats:
    """Return the three values of `#rrggbb`, 0 to 255."""
    return np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)], np.float64)


def linear(values: Floats) -> Floats:
    """Return linear light of sRGB values, 0 to 1."""
    v = values / 255
    return np.asarray(np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4))


def lab(values: Floats) -> Floats:
    """Return CIE 1976 L*a*b* of sRGB values, white point D65."""
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.072175],
            [0.0193339, 0.119192, 0.9503041],
        ]
    )
    t = linear(values) @ to_xyz.T / (0.95047, 1, 1.08883)
    x, y, z = np.moveaxis(np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def difference(one: Floats, other: Floats) -> Floats:
    """Return the CIEDE2000 difference of L*a*b* values, with all weights 1."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25.0**7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = np.where(grey, 0, (h2 - h1 + 180) % 360 - 180)
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    lightness, c, total = (l1 + l2) / 2, (c1 + c2) / 2, h1 + h2
    wide = np.where(total < 360, (total + 360) / 2, (total - 360) / 2)
    h = np.where(grey, total, np.where(np.abs(h1 - h2) <= 180, total / 2, wide))
    t = (
        1
        - 0.17 * np.cos(np.radians(h - 30))
        + 0.24 * np.cos(np.radians(2 * h))
        + 0.32 * np.cos(np.radians(3 * h + 6))
        - 0.2 * np.cos(np.radians(4 * h - 63))
    )
    vl = (l2 - l1) / (1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2))
    vc, vh = (c2 - c1) / (1 + 0.045 * c), dh / (1 + 0.015 * c * t)
    rotation = np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2))))
    twist = 2 * np.sqrt(c**7 / (c**7 + 25.0**7)) * rotation * vc * vh
    return np.asarray(np.sqrt(vl**2 + vc**2 + vh**2 - twist))


def distance(one: str, other: str) -> float:
    """Return the distance of two colours in OKLab for the colour vision that tells them apart least."""
    lights = [linear(rgb(color)) for color in (one, other)]
    views = [lights, *([np.array(matrix) @ light for light in lights] for matrix in _DEFICIENCIES)]
    return min(float(np.linalg.norm(oklab(a) - oklab(b))) for a, b in views)


def oklab(light: Floats) -> Floats:
    """Return OKLab of linear light."""
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.793617785, -0.0040720468],
            [1.9779984951, -2.428592205, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.808675766],
        ]
    )
    return np.asarray(to_lab @ np.cbrt(np.maximum(cones @ light, 0)))


if __name__ == "__main__":
    main()
