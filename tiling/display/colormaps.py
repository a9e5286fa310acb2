"""Colormaps for one band or index: perceptually uniform, and readable with colour blindness.

Each is a few evenly spaced colours of the published map with linear interpolation between them (at most 11 of 255
and on average 0.5 away from it). Sources:

- viridis, magma: Stéfan van der Walt and Nathaniel Smith, https://bids.github.io/colormap, CC0.
- cividis: Nuñez, Anderton and Renslow (2018), PLoS ONE 13(7): e0199239, CC BY 4.0.
- brbg, brown to blue-green: colour specifications developed by Cynthia Brewer, https://colorbrewer2.org,
  Apache-style licence. Read like the usual red-yellow-green of a vegetation index, without red against green.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from tiling.arrays import Bytes

_COLOURS = {
    "grey": "000000 ffffff",
    "viridis": "440154 481769 472a7a 433d84 3d4e8a 355e8d 2e6d8e 297b8e 23898e 1f978b 21a585 2eb37c 46c06f 65cb5e "
    "89d548 b0dd2f d8e219 fde725",
    "magma": "000004 090720 1a1042 311165 4a1079 621980 792282 912b81 aa337d c23b75 d9466b ec5860 f7725c fc8e64 "
    "feaa74 fec68a fde2a3 fcfdbf",
    "cividis": "00224e 002d68 163770 2e416d 3f4c6c 4e566c 5c616e 696b71 767676 838179 928c78 a09875 afa471 bfb06b "
    "cfbd62 dfca57 f0d846 fee838",
    "brbg": "543005 8c510a bf812d dfc27d f6e8c3 f5f5f5 c7eae5 80cdc1 35978f 01665e 003c30",
}

COLORMAPS = tuple(_COLOURS)


@lru_cache
def colormap_table(name: str) -> Bytes:
    """Return the colormap `name`, one of `COLORMAPS`, as (3, 256) uint8: red, green and blue of each index.

    >>> colormap_table("viridis")[:, [0, 255]].T.tolist()
    [[68, 1, 84], [253, 231, 37]]
    """
    colours = np.array([list(bytes.fromhex(colour)) for colour in _COLOURS[name].split()], dtype=np.float64)
    positions = np.linspace(0.0, 255.0, len(colours))
    channels = [np.interp(np.arange(256), positions, channel) for channel in colours.T]
    return np.rint(channels).astype(np.uint8)
