"""Version of a scene's tiles, in their addresses and ETags."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from geoengine.model import Scene

# Changes whenever the same scene would be drawn differently by newer code: old tiles in browsers must go.
RENDERING = 4


@dataclass(frozen=True)
class VersionedScene:
    """Scene with its version.

    Attributes:
        scene: The scene.
        version: `scene_version`, followed by the state of its files where they are not those that were registered.
        changed: One sentence where they are not, else None.
    """

    scene: Scene
    version: str
    changed: str | None = None


def scene_version(scene: Scene) -> str:
    """Return a hash of everything registered that decides how the scene's tiles look."""
    reading, stretch = dict(scene.reading), scene.stretch.to_json()
    drawn = [RENDERING, scene.content_hash, scene.uri, reading, scene.nodata, stretch]
    return hashlib.sha256(json.dumps(drawn, sort_keys=True).encode()).hexdigest()[:20]
