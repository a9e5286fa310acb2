"""Outlines without a model: what stands out around a click, or inside a box.

Which method, and how well it does, is measured by `benchmarks/outline.py` and told in docs/outline.md.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import shapely
from PIL import Image
from scipy import ndimage

from tiling.outlines.basins import Basins, Floats, flooded, gradient, lab_colours
from tiling.outlines.cut import Mask, cut_object
from tiling.outlines.prompt import Box, Outline, Prompt, View
from tiling.outlines.trace import trace

METHOD = "watershed-cut"

# How far around a click is looked for an object whose size nobody knows, in pixels of the view.
HALVES_PX = (16, 24, 32, 48, 64, 96, 128, 192, 256)
# A box is looked at with a quarter of its longer side around it, and at least so much.
_MARGIN, _LEAST_MARGIN_PX = 0.25, 3.0
# A larger window is shrunk to so many cells.
_CELLS = 160

_SEED = 0.06  # of a window: the radius around a click that is the object for certain
_FIRST = 0.25  # of a window: the radius that is taken for it at first
_CORE = 0.2  # of a box: the half width of the middle that is the object for certain
_LEAST_SEED_CELLS = 2.0
_RIM_CELLS = 2

_ALTERNATIVES = 3
_ALIKE = 0.85  # two outlines with a larger IoU are one proposal
_MIDDLING = 6.0  # contrast at which quality is one half
_RIM_COST = 8.0


def propose(view: View, prompt: Prompt) -> list[Outline]:
    """Up to three outlines, the best first; none where nothing stands out.

    In a box, the gradient is flooded from its middle and from all around it (a watershed), and a graph cut gives
    the alternative. At a click the size is unknown: in windows from 32 to 512 pixels the rim is ground and the click
    object, and a graph cut over basins finds the border; outlines are ranked by how much the colours change across
    their border against inside, by how convex they are, and by how little of them the window cuts off.

    Args:
        view: what is seen, at native resolution.
        prompt: in pixels of the view.
    """
    found = sorted(_candidates(view, prompt), key=lambda outline: -outline.quality)
    best: list[Outline] = []
    for outline in found:
        if all(_iou(outline, other) < _ALIKE for other in best):
            best.append(outline)
    return best[:_ALTERNATIVES]


def _candidates(view: View, prompt: Prompt) -> Iterator[Outline]:
    beside = [shapely.Point(point) for point in prompt.negative]
    for window in _windows(view, prompt):
        x0, y0, x1, y1 = (int(value) for value in window)
        scale = max(1.0, max(x1 - x0, y1 - y0) / _CELLS)
        cells = max(1, round((x1 - x0) / scale)), max(1, round((y1 - y0) / scale))
        if min(cells) < 8:
            continue
        picture = Image.fromarray(view.rgb[y0:y1, x0:x1])
        seen = Image.fromarray(view.valid[y0:y1, x0:x1])
        if scale > 1:
            picture = picture.resize(cells, Image.Resampling.BOX)
            seen = seen.resize(cells, Image.Resampling.NEAREST)
        lab, valid = lab_colours(np.asarray(picture)), np.asarray(seen)
        steep, inside = gradient(lab), prompt.moved((x0, y0), scale)
        for mask in _masks(lab, steep, valid, inside):
            part = ndimage.binary_fill_holes(_chosen(mask & valid, inside))
            shape = trace(part, (x0, y0), scale)
            # A hole at a negative point may have been filled as one that does not matter.
            if shape is not None and not any(shape.covers(at) for at in beside):
                contrast = _contrast(part, steep, shape.area / shape.convex_hull.area)
                yield Outline(shape, max(0.0, contrast) / (max(0.0, contrast) + _MIDDLING))


def _windows(view: View, prompt: Prompt) -> Iterator[Box]:
    """Where to look: (x0, y0, x1, y1), cut off at the view's edge, smallest first."""
    height, width = view.valid.shape
    x0, y0, x1, y1 = prompt.bounds
    middle_x, middle_y, reach = (x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0) / 2
    if prompt.box is None:
        # Points far apart are on one object: windows that don't hold them all with some ground are too small.
        halves = [float(half) for half in HALVES_PX if half >= 1.5 * reach] or [1.5 * reach]
    else:
        halves = [reach + max(2 * _MARGIN * reach, _LEAST_MARGIN_PX)]
    for half in halves:
        low = max(0, int(middle_x - half)), max(0, int(middle_y - half))
        high = min(width, int(middle_x + half) + 1), min(height, int(middle_y + half) + 1)
        if low[0] < high[0] and low[1] < high[1]:
            yield (*low, *high)
        if low == (0, 0) and high == (width, height):
            return


def _masks(lab: Floats, steep: Floats, valid: Mask, prompt: Prompt) -> Iterator[Mask]:
    """The object in one window, once at a click and in two ways in a box or where something is kept out."""
    certain, ground, likely = markers(valid, prompt)
    if not certain.any():
        return
    if prompt.box is not None or prompt.negative:
        yield flooded(steep, certain.astype(np.int32) + 2 * ground.astype(np.int32)) == 1
    yield cut_object(Basins.of(lab, steep), certain, ground, likely)


def markers(valid: Mask, prompt: Prompt) -> tuple[Mask, Mask, Mask]:
    """What is the object for certain, what is ground for certain, and what is taken for the object at first."""
    size = min(valid.shape)
    radius = max(_LEAST_SEED_CELLS, _SEED * size)
    beside = _discs(valid.shape, prompt.negative, radius)
    if prompt.box is None:
        rim = np.ones_like(valid)
        rim[_RIM_CELLS:-_RIM_CELLS, _RIM_CELLS:-_RIM_CELLS] = False
        seed = _discs(valid.shape, prompt.points, radius)
        likely = _discs(valid.shape, prompt.points, _FIRST * size)
    else:
        rim, core = ~_within(valid.shape, prompt.box, 0.5), _within(valid.shape, prompt.box, _CORE)
        seed, likely = _discs(valid.shape, prompt.points, _LEAST_SEED_CELLS) | core, ~rim
    ground = (rim | ~valid | beside) & ~(seed & ~beside & valid)
    return seed & ~ground, ground, likely


def _chosen(mask: Mask, prompt: Prompt) -> Mask:
    """The parts of a mask that hold a point; the largest part where there is none."""
    parts, count = ndimage.label(mask)
    height, width = mask.shape
    at = [parts[min(height - 1, max(0, int(y))), min(width - 1, max(0, int(x)))] for x, y in prompt.points]
    wanted = [part for part in at if part]
    if not wanted and count:
        wanted = [1 + int(np.bincount(parts.ravel())[1:].argmax())]
    return np.isin(parts, wanted)


def _contrast(mask: Mask, steep: Floats, convexity: float) -> float:
    """How much a mask looks like an object; in L*a*b* per pixel, below 0 for nothing at all."""
    inner = ndimage.binary_erosion(mask)
    if not inner.any():
        return 0.0
    border = ndimage.binary_dilation(mask) & ~inner
    near = np.ones_like(mask)
    near[3:-3, 3:-3] = False
    cut_off = (mask & near).sum() / (mask & ~inner).sum()
    change = steep[border].mean() - 0.5 * steep[inner].mean()
    return float(change * convexity**2 - _RIM_COST * cut_off)


def _discs(shape: tuple[int, ...], points: tuple[tuple[float, float], ...], radius: float) -> Mask:
    rows, columns = np.indices(shape) + 0.5
    found = np.zeros(shape, dtype=bool)
    for x, y in points:
        found |= (columns - x) ** 2 + (rows - y) ** 2 <= radius**2
    return found


def _within(shape: tuple[int, ...], box: Box, share: float) -> Mask:
    """The pixels nearer to the middle of a box than `share` of its width and height."""
    rows, columns = np.indices(shape) + 0.5
    x0, y0, x1, y1 = box
    near_x = np.abs(columns - (x0 + x1) / 2) <= share * (x1 - x0)
    found: npt.NDArray[np.bool_] = near_x & (np.abs(rows - (y0 + y1) / 2) <= share * (y1 - y0))
    return found


def _iou(one: Outline, other: Outline) -> float:
    shared = shapely.intersection(one.polygon, other.polygon).area
    return float(shared / (one.polygon.area + other.polygon.area - shared))
