"""Crops as other sensors, seasons and archives would show them, so that a model carries to places it never saw.

Resolution, optics and compression first, then haze, light, cast shadows and colour: each by chance, none moves an
object. Randomisation of this kind in place of data from the other domain: Tobin et al., 2017, arXiv:1703.06907.
"""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tiling.arrays import Bytes, Floats

_COARSER = (1.2, 3.5)  # pixels of the crop per pixel of the coarser sensor
_BLUR_PX = (0.4, 1.6)
_JPEG_QUALITY = (25, 85)


def imitate_sensor(pixels: Bytes, rng: np.random.Generator) -> Bytes:
    """Return an (H, W, 3) uint8 crop as another sensor would show it; objects stay where they are."""
    image = Image.fromarray(pixels)
    for chance, change in ((0.45, _coarser), (0.35, _refocused), (0.35, _compressed)):
        if rng.random() < chance:
            image = change(image, rng)
    light = np.asarray(image).astype(np.float64) / 255
    for chance, alter in (
        (0.5, _gamma),
        (0.25, _haze),
        (0.25, _shadow),
        (0.35, _colour_cast),
        (0.15, _colours),
    ):
        if rng.random() < chance:
            light = alter(light, rng)
    shown: Bytes = np.round(np.clip(light, 0, 1) * 255).astype(np.uint8)
    return shown


def _coarser(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    factor = float(np.exp(rng.uniform(*np.log(_COARSER))))
    small = image.resize(
        (max(8, round(image.width / factor)), max(8, round(image.height / factor))), Image.Resampling.BOX
    )
    return small.resize(image.size, Image.Resampling.BILINEAR)


def _refocused(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    radius = rng.uniform(*_BLUR_PX)
    if rng.random() < 0.5:
        return image.filter(ImageFilter.GaussianBlur(radius))
    return image.filter(ImageFilter.UnsharpMask(radius, percent=int(rng.integers(60, 200)), threshold=0))


def _compressed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    file = BytesIO()
    image.save(file, "JPEG", quality=int(rng.integers(*_JPEG_QUALITY)))
    return Image.open(file).convert("RGB")


def _gamma(light: Floats, rng: np.random.Generator) -> Floats:
    changed: Floats = light ** float(np.exp(rng.normal(0, 0.3)))
    return changed


def _haze(light: Floats, rng: np.random.Generator) -> Floats:
    """Mix with the light that air scatters, bluish white."""
    air = np.array([0.8, 0.85, 0.92]) * rng.uniform(0.7, 1.0)
    share = rng.uniform(0.1, 0.5)
    mixed: Floats = light * (1 - share) + air * share
    return mixed


def _shadow(light: Floats, rng: np.random.Generator) -> Floats:
    """Darken a soft-edged quadrilateral, as a cloud or a tower would."""
    height, width = light.shape[:2]
    mask = Image.new("L", (width, height))
    centre = rng.uniform(0, 1, 2) * (width, height)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 4))
    radii = rng.uniform(0.15, 0.7, 4) * max(width, height)
    corners = centre + radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in corners], fill=255)
    soft = np.asarray(mask.filter(ImageFilter.GaussianBlur(rng.uniform(1, 12))), np.float64) / 255
    darkened: Floats = light * (1 - soft[..., None] * rng.uniform(0.25, 0.65))
    return darkened


def _colour_cast(light: Floats, rng: np.random.Generator) -> Floats:
    """Warm or cool the light: red and blue against each other, green a little."""
    warm = rng.normal(0, 0.18)
    cast: Floats = light * np.exp([warm, rng.normal(0, 0.05), -warm])
    return cast


def _colours(light: Floats, rng: np.random.Generator) -> Floats:
    """Return grey, as a panchromatic sensor; or the channels in another order, as colour-infrared; or one lost."""
    kind = rng.integers(3)
    if kind == 0:
        return np.repeat(light.mean(axis=2, keepdims=True), 3, axis=2)
    order = rng.permutation(3)
    if kind == 1:
        return np.ascontiguousarray(light[..., order])
    lost = light.copy()
    lost[..., order[0]] = light[..., order[1]]
    return lost
