"""Charts drawn with Pillow: curves, confusion tables and contact sheets of mistakes."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from detectors.evaluation.confusion import Mistake
from detectors.inference.standalone_image import read_image
from tiling.arrays import Floats, Ints
from tiling.errors import TilingError

logger = logging.getLogger(__name__)

_INK, _PALE, _PAPER = "#222222", "#cccccc", "#ffffff"
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#882255", "#999933", "#332288")
_MARGIN = 60
_CROP_PX = 200
_CAPTION_PX = 18

Series = Mapping[str, tuple[Floats, Floats]]


def draw_curves(path: Path, title: str, series: Series, labels: tuple[str, str]) -> None:
    """Draw curves, name -> (x, y) arrays, as a PNG.

    `labels` are those of the two axes, which start at their lowest value or 0.
    """
    font = ImageFont.load_default(14)
    size, inner = (900, 560), (_MARGIN, 40, 900 - 190, 560 - _MARGIN)
    image = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(image)
    xs = np.concatenate([x for x, _ in series.values()] or [np.zeros(1)])
    ys = np.concatenate([y for _, y in series.values()] or [np.zeros(1)])
    low = np.array([min(0.0, xs.min(initial=0)), min(0.0, ys.min(initial=0))])
    span = np.maximum(np.array([xs.max(initial=0), ys.max(initial=0)]) - low, 1e-9)
    width, height = inner[2] - inner[0], inner[3] - inner[1]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        across, up = inner[0] + share * width, inner[3] - share * height
        draw.line((inner[0], up, inner[2], up), _PALE)
        draw.text((inner[0] - 6, up), f"{low[1] + share * span[1]:.3g}", _INK, font, "rm")
        draw.text((across, inner[3] + 6), f"{low[0] + share * span[0]:.4g}", _INK, font, "ma")
    draw.text((size[0] / 2, 12), title, _INK, font, "ma")
    draw.text(((inner[0] + inner[2]) / 2, size[1] - 10), labels[0], _INK, font, "md")
    draw.text((6, 14), labels[1], _INK, font, "lm")
    for number, (name, (x, y)) in enumerate(series.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        points = np.column_stack(
            [inner[0] + (x - low[0]) / span[0] * width, inner[3] - (y - low[1]) / span[1] * height]
        )
        if len(points) > 1:
            draw.line([(float(a), float(b)) for a, b in points], colour, 2)
        draw.text((inner[2] + 12, inner[1] + 20 * number), name, colour, font)
    image.save(path)


def draw_counts(path: Path, names: Sequence[str], counts: Ints) -> None:
    """Draw a confusion table as a PNG: rows as labelled, columns as found, darker for a larger share of the row."""
    font, cell, left = ImageFont.load_default(13), 64, 170
    side = left + cell * len(names)
    image = Image.new("RGB", (side, side), _PAPER)
    draw = ImageDraw.Draw(image)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    draw.text((6, 6), "labelled \\ found", _INK, font)
    for i, name in enumerate(names):
        middle = left + cell * i + cell / 2
        draw.text((left - 8, middle), name[:22], _INK, font, "rm")
        upright = Image.new("L", (left - 16, 16), 255)
        ImageDraw.Draw(upright).text((0, 0), name[:22], 0, font)
        image.paste(upright.rotate(90, expand=True), (int(middle) - 8, 8))
        for j in range(len(names)):
            x, y, share = left + cell * j, left + cell * i, float(shares[i, j])
            grey = round(255 * (1 - 0.8 * share))
            draw.rectangle((x, y, x + cell - 2, y + cell - 2), (grey, grey, 255))
            ink = _PAPER if share > 0.6 else _INK
            draw.text((x + cell / 2, y + cell / 2), str(int(counts[i, j])), ink, font, "mm")
    image.save(path)


def draw_mistakes(path: Path, mistakes: Sequence[Mistake], images: Path, columns: int = 6) -> None:
    """Draw a contact sheet of mistakes as a PNG, each cropped from its image with some ground around.

    Images that cannot be read are left out and logged.
    """
    cells = [cell for cell in (_crop(mistake, images) for mistake in mistakes) if cell is not None]
    rows = max(1, -(-len(cells) // columns))
    sheet = Image.new("RGB", (columns * _CROP_PX, rows * (_CROP_PX + _CAPTION_PX)), _PAPER)
    for number, cell in enumerate(cells):
        row, column = divmod(number, columns)
        sheet.paste(cell, (column * _CROP_PX, row * (_CROP_PX + _CAPTION_PX)))
    sheet.save(path)


def _crop(mistake: Mistake, images: Path) -> Image.Image | None:
    try:
        pixels = read_image(images / mistake.file_name, 1.0, 1.0).pixels
    except (TilingError, OSError) as error:
        logger.warning("%s", error)
        return None
    x, y, width, height = mistake.bbox
    side = 2.0 * max(width, height, 20.0)
    left, top = x + width / 2 - side / 2, y + height / 2 - side / 2
    whole = Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0)))
    zoom = (_CROP_PX - 4) / side
    part = whole.crop((round(left), round(top), round(left + side), round(top + side)))
    part = part.resize((_CROP_PX - 4, _CROP_PX - 4), Image.Resampling.BILINEAR)
    missed = mistake.found is None
    outline = [(v - o) * zoom for v, o in ((x, left), (y, top), (x + width, left), (y + height, top))]
    ImageDraw.Draw(part).rectangle(outline, outline="#ffcc00" if missed else "#ff3333", width=2)
    cell = Image.new("RGB", (_CROP_PX, _CROP_PX + _CAPTION_PX), _PAPER)
    cell.paste(part, (2, 2))
    if missed:
        text = f"missed {mistake.truth}"
    else:
        text = f"{mistake.found} {mistake.score:.2f}" + (f", is {mistake.truth}" if mistake.truth else "")
    ImageDraw.Draw(cell).text((2, _CROP_PX), text[:34], _INK, ImageFont.load_default(12))
    return cell


def worst_mistakes(mistakes: Sequence[Mistake], count: int = 48) -> list[Mistake]:
    """Return the wrong detections with the highest scores and the largest missed labels, half each where there are."""
    wrong = sorted((m for m in mistakes if m.score is not None), key=lambda m: -(m.score or 0.0))
    missed = sorted((m for m in mistakes if m.score is None), key=lambda m: -m.bbox[2] * m.bbox[3])
    half = count // 2
    return [*wrong[: max(half, count - len(missed))], *missed[: max(half, count - len(wrong))]][:count]
