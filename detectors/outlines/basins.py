"""Watershed basins of a view, and the graph of those that touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.sparse import coo_matrix
from skimage.segmentation import watershed

from tiling.arrays import Bytes, Floats, Mask

_TO_XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])
_WHITE_D65 = np.array([0.95047, 1.0, 1.08883])


def lab_colours(rgb: Bytes) -> Floats:
    """Convert sRGB (H, W, 3) to CIE L*a*b* (D65), in which distances are about those an eye sees."""
    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)[rgb]
    xyz = linear @ _TO_XYZ.T / _WHITE_D65
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def gradient(lab: Floats) -> Floats:
    """Compute the colour gradient per pixel (H, W): the steepest of the three channels, smoothed over one pixel."""
    smooth = ndimage.gaussian_filter(lab, (1, 1, 0))
    along = [ndimage.sobel(smooth, axis) / 8 for axis in (0, 1)]
    steepest: Floats = np.hypot(*along).max(axis=-1)
    return steepest


def flooded(steep: Floats, markers: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Label every pixel with the number of the marker that reaches it over the lowest pass (H, W).

    The watershed from markers (Meyer & Beucher 1990). Not scipy's `watershed_ift`, which crosses ridges between
    flat grounds.
    """
    reached: npt.NDArray[np.int32] = watershed(steep, markers)  # type: ignore[no-untyped-call, unused-ignore]
    return reached


@dataclass(frozen=True)
class Basins:
    """Basins of a view, numbered from 0.

    Attributes:
        number: (H, W) int32, the basin each pixel belongs to.
        area: (N,) pixels.
        colour: (N, 3) mean L*a*b*.
        contact: (N, N) sparse; how strongly two that touch belong together: the length of their border in
            pixels, each counted less the more the colours differ across it.
    """

    number: npt.NDArray[np.int32]
    area: Floats
    colour: Floats
    contact: Any

    @classmethod
    def of(cls, lab: Floats, steep: Floats) -> Basins:
        """Compute the basins of a view: one for every local minimum of the gradient."""
        lowest = ndimage.minimum_filter(steep, 3) == steep
        markers, count = ndimage.label(lowest)
        number = flooded(steep, markers.astype(np.int32)) - 1
        area = np.bincount(number.ravel(), minlength=count).astype(float)
        sums = [np.bincount(number.ravel(), lab[..., k].ravel(), count) for k in range(3)]
        return cls(number, area, np.stack(sums, axis=1) / area[:, None], _contacts(number, count, lab))

    def share(self, mask: Mask) -> Floats:
        """Return the share of each basin that lies in a mask (H, W), 0 to 1."""
        inside = np.bincount(self.number[mask], minlength=len(self.area))
        return inside / self.area


def _contacts(number: npt.NDArray[np.int32], count: int, lab: Floats) -> Any:
    pairs: list[tuple[Any, Any]] = [(np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])]
    across = [((lab[a] - lab[b]) ** 2).sum(axis=-1) for a, b in pairs]
    # The scale of Boykov & Jolly (2001): what neighbouring pixels differ by, on the average.
    usual = 2 * np.concatenate([part.ravel() for part in across]).mean() + 1e-9
    meets = [number[a] != number[b] for a, b in pairs]
    rows = np.concatenate([number[a][met] for (a, _), met in zip(pairs, meets, strict=True)])
    columns = np.concatenate([number[b][met] for (_, b), met in zip(pairs, meets, strict=True)])
    weights = np.concatenate([np.exp(-part[met] / usual) for part, met in zip(across, meets, strict=True)])
    one_way = coo_matrix((weights, (rows, columns)), shape=(count, count)).tocsr()
    return one_way + one_way.T
