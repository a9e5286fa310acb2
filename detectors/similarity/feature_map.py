"""Features of a scene in cells of 8 px, one byte for each of a few numbers, and the file that keeps them.

A scene of 100 megapixels takes 58 MB: 36 principal components (of 152 features) in 8 bits for each cell. Every scene
has components of its own. What is learned in the space of all features holds for each of them, because pooling,
projection and a linear score can change places.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tiling.arrays import Mask
from tiling.grid.window import PixelSize

CELL_PX = 8
COMPONENTS = 36
_STEPS = 127
# So much of the range is kept; what is beyond becomes the largest code.
_KEPT = 0.9995
_ARRAYS = ("mean", "basis", "scale")

Reals = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Projection:
    """Principal components of a scene's features, and the step of each component's code.

    Attributes:
        mean: (D,) float32.
        basis: (K, D) float32, orthonormal rows.
        scale: (K,) float32, the value of one step.
    """

    mean: Reals
    basis: Reals
    scale: Reals

    @classmethod
    def fit(cls, features: Reals, components: int = COMPONENTS) -> Projection:
        """Fit to (N, D) float32 features; there are fewer components where D is smaller."""
        mean = features.mean(axis=0)
        values, vectors = np.linalg.eigh(np.cov(features - mean, rowvar=False, bias=True).astype(np.float64))
        basis = vectors[:, np.argsort(-values)[:components]].T
        # A vector and its opposite are as good; the choice must not be the library's.
        largest = np.abs(basis).argmax(axis=1)
        basis = (basis * np.sign(basis[np.arange(len(basis)), largest])[:, None]).astype(np.float32)
        reach = np.quantile(np.abs((features - mean) @ basis.T), _KEPT, axis=0)
        return cls(mean, basis, np.maximum(reach / _STEPS, 1e-8).astype(np.float32))

    def encode(self, features: Reals) -> Codes:
        """Return the (..., K) codes of (..., D) features."""
        steps = np.rint((features - self.mean) @ self.basis.T / self.scale)
        return np.clip(steps, -_STEPS, _STEPS).astype(np.int8)

    def decode(self, codes: npt.NDArray[Any]) -> Reals:
        """Return the (..., D) features that (..., K) codes, or means of codes, stand for."""
        features: Reals = self.mean + (codes * self.scale).astype(np.float32) @ self.basis
        return features


@dataclass(frozen=True)
class FeatureMap:
    """Features of a scene at one resolution.

    Attributes:
        codes: (H, W, K) int8, a cell for every 8 x 8 px.
        valid: (H, W) bool, whether the scene has anything in the cell.
        projection: What the codes stand for.
        size: (width, height) of the scene in pixels at that resolution.
    """

    codes: Codes
    valid: Mask
    projection: Projection
    size: PixelSize


def write_features(features: FeatureMap, fingerprint: Mapping[str, Any]) -> bytes:
    """Return the content of the features' file (.npz).

    Args:
        features: The features.
        fingerprint: What they were made of, as JSON; `read_features` wants the same.
    """
    arrays = {name: getattr(features.projection, name) for name in _ARRAYS}
    buffer = io.BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        codes=features.codes,
        valid=np.packbits(features.valid),
        size=np.array(features.size),
        fingerprint=np.array(_text(fingerprint)),
        **arrays,
    )
    return buffer.getvalue()


def read_features(path: Path, fingerprint: Mapping[str, Any]) -> FeatureMap | None:
    """Read a features' file; None where there is none, it is damaged, or was made of something else."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            if str(arrays["fingerprint"]) != _text(fingerprint):
                return None
            codes = arrays["codes"]
            height, width, _ = codes.shape
            bits = np.unpackbits(arrays["valid"], count=height * width)
            projection = Projection(*(arrays[name] for name in _ARRAYS))
            size = PixelSize(*arrays["size"].tolist())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return FeatureMap(codes, bits.reshape(height, width).astype(np.bool_), projection, size)


def _text(fingerprint: Mapping[str, Any]) -> str:
    return json.dumps(fingerprint, sort_keys=True)
