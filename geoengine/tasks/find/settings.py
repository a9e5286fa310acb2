"""Settings of a search for more objects of a class, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from geoengine.errors import GeoEngineError
from geoengine.model import ProposalsResult

KIND = "find"


class FindError(GeoEngineError, ValueError):
    """There is nothing to search by, or a scene that cannot be searched."""


@dataclass(frozen=True)
class FindSettings:
    """What to search for.

    Attributes:
        class_key: The class that is proposed.
        like: Uids of the examples; empty for all accepted objects of the class.
        limit: The most proposals for a scene.
        min_score: Lowest score of a proposal.
        device: `cpu`, `cuda` or `cuda:N`.
    """

    class_key: str
    like: tuple[str, ...] = ()
    limit: int = 200
    min_score: float = 0.3
    device: str = "cpu"

    @property
    def model(self) -> str:
        """Name of the model that the proposals carry."""
        return f"{KIND}-{self.class_key}"


@dataclass
class SceneFind:
    """What a search gave on one scene.

    Attributes:
        scene_key: The scene.
        error: Why it was not searched, or None.
        outcome: What became of the proposals.
        made_features: Whether the features had to be computed.
        features_s: Seconds to compute or read the features.
        search_s: Seconds of the search itself.
    """

    scene_key: str
    error: str | None = None
    outcome: ProposalsResult | None = None
    made_features: bool = False
    features_s: float = 0.0
    search_s: float = 0.0


@dataclass
class FindReport:
    """What a search gave.

    Attributes:
        model: Name of the model that the proposals carry.
        examples: How many objects were taken for examples.
        rejected: How many rejected ones were learned from.
        calibrated: Whether scores are the share that people accepted so far; else they only rank.
        gsd_m: Ground metres per pixel that the scenes were seen at; None where nobody knows.
        scenes: Scene by scene.
    """

    model: str
    examples: int
    rejected: int
    calibrated: bool = False
    gsd_m: float | None = None
    scenes: list[SceneFind] = field(default_factory=list)
