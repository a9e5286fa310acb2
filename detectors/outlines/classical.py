"""Outlines without a model, for the object at a click or inside a box.

Which method, and how well it does, is measured by `benchmarks/outline.py` and reported in docs/outline.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from PIL import Image
from scipy import ndimage
from shapely.geometry import Polygon

from detectors.outlines.basins import Basins, flooded, gradient, lab_colours
from detectors.outlines.cut import cut_object
from detectors.outlines.prompt import Box, Outline, Point, Prompt, View
from detectors.outlines.ranking import best_of, score, size_trait, traits_of
from detectors.outlines.star import star_shaped
from detectors.outlines.trace import trace
from tiling.arrays import Floats, Mask

METHOD = "watershed-cut"

# Search distances around a click for an object of unknown size, in pixels of the view.
HALVES_PX = (16, 24, 32, 48, 64, 96, 128, 192, 256)
# A box is looked at with a quarter of its longer side around it, and at least so much.
_MARGIN, _LEAST_MARGIN_PX = 0.25, 3.0
# A larger window is shrunk to so many cells; a smaller one is stretched until it has so many, by no more than two.
_CELLS, _LEAST_CELLS, _FINEST = 160, 80, 0.5

_SEED = 0.06  # of a window: the radius around a click that is the object for certain
_FIRST = 0.25  # of a window: the radius that is taken for it at first
_CORE = 0.2  # of a box: the half width of the middle that is the object for certain
_LEAST_SEED_CELLS = 2.0
_BORDER_CELLS = 2

_ALTERNATIVES = 3
_FILL = 10.0  # what filling the box is worth, in scores


def propose(view: View, prompt: Prompt, similar_areas: Sequence[float] = ()) -> list[Outline]:
    """Propose up to three outlines, the best first; none where no object is found.

    In a box, the gradient is flooded from its middle and from all around it (a watershed), and a graph cut gives
    the alternative. At a click the size is unknown: in windows from 32 to 512 pixels the border is background and the
    click is object; a graph cut over basins, a watershed and the strongest closed line around the click each find an
    outline. `detectors/outlines/ranking.py` ranks all these outlines by how likely they are the object.

    Args:
        view: What is seen, at native resolution.
        prompt: In pixels of the view.
        similar_areas: Areas of similar objects, in pixels of the view; fewer than three tell nothing.
    """
    found = list(candidates(view, prompt))
    if not found:
        return []
    shapes = [shape for shape, _ in found]
    traits = [np.append(traits, size_trait(shape.area, similar_areas)) for shape, traits in found]
    scores = score(np.stack(traits)) + [_FILL * _filled(shape, prompt.box) for shape in shapes]
    return [Outline(shapes[n], quality) for n, quality in best_of(shapes, scores, _ALTERNATIVES)]


def candidates(view: View, prompt: Prompt) -> Iterator[tuple[Polygon, Floats]]:
    """Yield outlines in no order, each with its traits but that of size."""
    beside = [shapely.Point(point) for point in prompt.negative]
    x0, y0, x1, y1 = prompt.bounds
    centre = (x0 + x1) / 2, (y0 + y1) / 2
    for origin, scale, lab, valid in _scaled_windows(view, prompt):
        steep, inside = gradient(lab), prompt.moved(origin, scale)
        for mask in _masks(lab, steep, valid, inside):
            part = ndimage.binary_fill_holes(_chosen(mask & valid, inside))
            shape = trace(part, origin, scale)
            # A hole at a negative point may have been filled as one that does not matter.
            if shape is not None and not any(shape.covers(at) for at in beside):
                yield shape, traits_of(part, shape, lab, steep, centre)


def _scaled_windows(view: View, prompt: Prompt) -> Iterator[tuple[Point, float, Floats, Mask]]:
    """Yield windows: origin, pixels of the view per cell, colours and valid cells."""
    for window in _windows(view, prompt):
        x0, y0, x1, y1 = (int(value) for value in window)
        longest = max(x1 - x0, y1 - y0)
        scale = min(max(1.0, longest / _CELLS), max(_FINEST, longest / _LEAST_CELLS))
        cells = max(1, round((x1 - x0) / scale)), max(1, round((y1 - y0) / scale))
        if min(*cells, x1 - x0, y1 - y0) < 8:
            continue
        rgb = Image.fromarray(view.rgb[y0:y1, x0:x1])
        seen = Image.fromarray(view.valid[y0:y1, x0:x1])
        if scale != 1:
            rgb = rgb.resize(cells, Image.Resampling.BOX if scale > 1 else Image.Resampling.BICUBIC)
            seen = seen.resize(cells, Image.Resampling.NEAREST)
        yield (x0, y0), scale, lab_colours(np.asarray(rgb)), np.asarray(seen)


def _windows(view: View, prompt: Prompt) -> Iterator[Box]:
    """Yield the windows to search, (x0, y0, x1, y1), clipped to the view, smallest first."""
    height, width = view.valid.shape
    x0, y0, x1, y1 = prompt.bounds
    middle_x, middle_y, half_size = (x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0) / 2
    if prompt.box is None:
        # Points far apart are on one object: windows that don't hold them all with some background are too small.
        halves = [float(half) for half in HALVES_PX if half >= 1.5 * half_size] or [1.5 * half_size]
    else:
        halves = [half_size + max(2 * _MARGIN * half_size, _LEAST_MARGIN_PX)]
    for half in halves:
        low = max(0, int(middle_x - half)), max(0, int(middle_y - half))
        high = min(width, int(middle_x + half) + 1), min(height, int(middle_y + half) + 1)
        if low[0] < high[0] and low[1] < high[1]:
            yield (*low, *high)
        if low == (0, 0) and high == (width, height):
            return


def _masks(lab: Floats, steep: Floats, valid: Mask, prompt: Prompt) -> Iterator[Mask]:
    """Yield masks of the object in one window, by two or three methods."""
    certain, background, likely = markers(valid, prompt)
    if not certain.any():
        return
    yield flooded(steep, certain.astype(np.int32) + 2 * background.astype(np.int32)) == 1
    yield from cut_object(Basins.of(lab, steep), certain, background, likely)
    if prompt.box is None and not prompt.negative and len(prompt.points) == 1:
        yield star_shaped(lab, prompt.points[0])


def markers(valid: Mask, prompt: Prompt) -> tuple[Mask, Mask, Mask]:
    """Return masks of certain object, certain background, and the object at first."""
    size = min(valid.shape)
    radius = max(_LEAST_SEED_CELLS, _SEED * size)
    beside = _discs(valid.shape, prompt.negative, radius)
    if prompt.box is None:
        border = np.ones_like(valid)
        border[_BORDER_CELLS:-_BORDER_CELLS, _BORDER_CELLS:-_BORDER_CELLS] = False
        seed = _discs(valid.shape, prompt.points, radius)
        likely = _discs(valid.shape, prompt.points, _FIRST * size)
    else:
        border, core = ~_within(valid.shape, prompt.box, 0.5), _within(valid.shape, prompt.box, _CORE)
        seed, likely = _discs(valid.shape, prompt.points, _LEAST_SEED_CELLS) | core, ~border
    background = (border | ~valid | beside) & ~(seed & ~beside & valid)
    return seed & ~background, background, likely


def _chosen(mask: Mask, prompt: Prompt) -> Mask:
    """Return the parts of a mask that hold a point, or the largest part where none does."""
    parts, count = ndimage.label(mask)
    height, width = mask.shape
    at = [parts[min(height - 1, max(0, int(y))), min(width - 1, max(0, int(x)))] for x, y in prompt.points]
    wanted = [part for part in at if part]
    if not wanted and count:
        wanted = [1 + int(np.bincount(parts.ravel())[1:].argmax())]
    return np.isin(parts, wanted)


def _discs(shape: tuple[int, ...], points: tuple[tuple[float, float], ...], radius: float) -> Mask:
    rows, columns = np.indices(shape) + 0.5
    found = np.zeros(shape, dtype=bool)
    for x, y in points:
        found |= (columns - x) ** 2 + (rows - y) ** 2 <= radius**2
    return found


def _within(shape: tuple[int, ...], box: Box, share: float) -> Mask:
    """Return the pixels nearer to the middle of a box than `share` of its width and height."""
    rows, columns = np.indices(shape) + 0.5
    x0, y0, x1, y1 = box
    near_x = np.abs(columns - (x0 + x1) / 2) <= share * (x1 - x0)
    found: Mask = near_x & (np.abs(rows - (y0 + y1) / 2) <= share * (y1 - y0))
    return found


def _filled(shape: Polygon, box: Box | None) -> float:
    """Return the IoU of an outline's bounds with the box drawn around the object; 0 without one."""
    if box is None:
        return 0.0
    bounds, drawn = shapely.box(*shape.bounds), shapely.box(*box)
    shared = bounds.intersection(drawn).area
    return float(shared / (bounds.area + drawn.area - shared))
