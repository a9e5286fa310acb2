"""Names of the numpy array types that packages pass to one another; shapes stand in the docstrings."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

Pixels: TypeAlias = npt.NDArray[np.generic]
"""Pixels in a raster's own type, mostly (bands, height, width)."""

Bytes: TypeAlias = npt.NDArray[np.uint8]
"""Display values, colour tables and other arrays of 8-bit numbers."""

Rgba: TypeAlias = npt.NDArray[np.uint8]
"""Display values (height, width, 4): red, green, blue, alpha."""

Opacity: TypeAlias = Mask | Bytes
"""Valid pixels (height, width) as bool; or, where some are partly transparent, 0 (nothing) to 255 (opaque)."""

Geometries: TypeAlias = npt.NDArray[np.object_]
"""Shapely geometries."""

Texts: TypeAlias = npt.NDArray[np.object_]
"""Texts, such as keys of classes; None where there is none."""
