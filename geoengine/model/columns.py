"""Many features as columns, for whoever wants them all at once and no object for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class FeatureColumns:
    """A page of N features in the order they were created; entry i of each column is of feature i.

    Attributes:
        uid, class_key, state, origin, author, time: as in `Feature`.
        geometry: (N,) object, shapely Polygons in the scene's CRS.
        score, model: None where there is none.
        revision: from 1 on.
        attributes: JSON objects as text.
        total: how many there were before a limit cut in.
    """

    uid: Sequence[str]
    class_key: Sequence[str]
    geometry: npt.NDArray[np.object_]
    state: Sequence[str]
    score: Sequence[float | None]
    revision: Sequence[int]
    origin: Sequence[str]
    model: Sequence[str | None]
    author: Sequence[str]
    time: Sequence[str]
    attributes: Sequence[str]
    total: int

    @property
    def truncated(self) -> bool:
        """Whether a limit left some out."""
        return self.total > len(self.uid)
