"""Random polygons and detections for property tests."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import strategies as st

from detectors.detections import Detections, Space
from tests.support.examples import examples

# No deadline: a busy machine is no failure.
quick = examples(40)

_coordinate = st.floats(0, 120, width=32)
_radius = st.floats(2, 25, width=32)
# Three columns of chips that share 20 px and more, over all of what the polygons can cover, and no chip at all.
_seen = st.sampled_from(
    [
        (-np.inf, -np.inf, 60, np.inf),
        (40, -np.inf, 100, 80),
        (40, 50, 100, np.inf),
        (70, -np.inf, np.inf, np.inf),
        (-np.inf, -np.inf, np.inf, np.inf),
    ]
)


@st.composite
def polygons(draw: st.DrawFn) -> shapely.Polygon:
    """A box, or a polygon that is star-shaped around its centre and so never crosses itself; perhaps with a hole."""
    x, y = draw(_coordinate), draw(_coordinate)
    if draw(st.booleans()):
        return shapely.box(x, y, x + draw(_radius), y + draw(_radius))
    radii = np.array(draw(st.lists(_radius, min_size=4, max_size=9)))
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    ring = np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)])
    hole = [(x - 0.5, y - 0.5), (x, y + 0.5), (x + 0.5, y - 0.5)]
    return shapely.Polygon(
        ring, [hole] if draw(st.booleans()) and shapely.Polygon(ring).contains(shapely.Polygon(hole)) else []
    )


@st.composite
def detections(draw: st.DrawFn, max_size: int = 12) -> Detections:
    """Detections in RESAMPLED space, close enough together to overlap; scores are often equal.

    Any may reach beyond what was seen of it, and count as cut or not: nothing follows from the one for the other.
    """
    shapes = draw(st.lists(polygons(), max_size=max_size))
    size = len(shapes)
    array = np.empty(size, object)
    array[:] = shapes
    score = st.one_of(st.sampled_from([0.5, 0.9]), st.floats(0.05, 1.0))
    return Detections.from_polygons(
        array,
        draw(st.lists(score, min_size=size, max_size=size)),
        draw(st.lists(st.integers(1, 2), min_size=size, max_size=size)),
        draw(st.lists(st.booleans(), min_size=size, max_size=size)),
        Space.RESAMPLED,
        seen=draw(st.lists(_seen, min_size=size, max_size=size)),
    )
