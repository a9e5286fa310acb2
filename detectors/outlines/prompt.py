"""Prompts and outlines, all in pixels, corner convention."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from shapely.geometry import Polygon

from detectors.errors import PromptError
from tiling.arrays import Bytes, Mask

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Prompt:
    """Clicks or a box that point at an object.

    Attributes:
        points: (x, y) on the object.
        negative: (x, y) beside it.
        box: (x0, y0, x1, y1) around it, or None.

    Raises:
        PromptError: Neither a point on it nor a box, a box without area, or a number that is not finite.
    """

    points: tuple[Point, ...] = ()
    negative: tuple[Point, ...] = ()
    box: Box | None = None

    def __post_init__(self) -> None:
        """Check that the prompt points at something."""
        numbers = [value for point in (*self.points, *self.negative) for value in point]
        if not all(math.isfinite(value) for value in (*numbers, *(self.box or ()))):
            raise PromptError("A prompt with a number that is not finite was given; expected coordinates.")
        if not self.points and self.box is None:
            raise PromptError("Neither a point nor a box was given; expected one of them on the object.")
        if self.box is not None and not (self.box[0] < self.box[2] and self.box[1] < self.box[3]):
            raise PromptError(f"The box {self.box} was given; expected one with a width and a height.")

    @property
    def bounds(self) -> Box:
        """Bounds (x0, y0, x1, y1) of the box and the points on the object."""
        corners = np.array([*self.points, *([] if self.box is None else [self.box[:2], self.box[2:]])])
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        return float(x0), float(y0), float(x1), float(y1)

    def moved(self, origin: Point, scale: float) -> Prompt:
        """Return the prompt in pixels that are `scale` of these wide, the first of which starts at `origin`."""

        def move(points: tuple[Point, ...]) -> tuple[Point, ...]:
            return tuple(((x - origin[0]) / scale, (y - origin[1]) / scale) for x, y in points)

        if self.box is None:
            return Prompt(move(self.points), move(self.negative))
        low, high = move((self.box[:2], self.box[2:]))
        return Prompt(move(self.points), move(self.negative), (*low, *high))


@dataclass(frozen=True)
class View:
    """Pixels around a prompt as the analyst sees them.

    Attributes:
        rgb: (H, W, 3) uint8.
        valid: (H, W) bool, False where the scene has nothing.
    """

    rgb: Bytes
    valid: Mask


@dataclass(frozen=True)
class Outline:
    """Proposed outline of an object.

    Attributes:
        polygon: Valid, in pixels of the view.
        quality: 0 to 1, for ranking; no probability.
    """

    polygon: Polygon
    quality: float


# Proposals, the best first; none where nothing stands out.
Proposer = Callable[[View, Prompt], list[Outline]]
