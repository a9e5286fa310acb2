"""Features of scenes, kept in the project's cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geoengine
from detectors.inference.sizes import DEFAULT_CHIPS
from detectors.inference.sliced import chip_reader
from detectors.model_package.card import ModelPackage
from detectors.similarity.embed import Embedder, embed_scene
from detectors.similarity.feature_map import COMPONENTS, FeatureMap, read_features, write_features
from geoengine.atomic import atomic_write
from geoengine.model import Scene
from geoengine.project import Project
from geoengine.tasks.scenes.open_scene import open_scene
from tiling.grid.window import PixelSize

FOLDER = "find"


class SceneFeatures:
    """Features of the scenes of a project by one package, made where they are missing or out of date."""

    def __init__(self, project: Project, package: ModelPackage, device: str = "cpu") -> None:
        """Take the project and the package; it is loaded when features have to be made."""
        self._project, self._package, self._device = project, package, device
        self._embedder: Embedder | None = None

    def path(self, scene: Scene, size: PixelSize) -> Path:
        """Return the file of a scene's features; a newer stretch or version of the package takes the same."""
        name = f"{scene.key}-{self._package.card.name}-{size.width}x{size.height}.npz"
        return self._project.cache_dir / FOLDER / name

    def read(self, scene: Scene, size: PixelSize) -> FeatureMap | None:
        """Return the features that were made of the scene as it is, or None."""
        return read_features(self.path(scene, size), self._fingerprint(scene, size))

    def make(
        self, scene: Scene, size: PixelSize, progress: Callable[[float], None] | None = None
    ) -> FeatureMap:
        """Compute the features of a scene and keep them.

        Args:
            scene: The scene.
            size: (width, height) that it is seen in.
            progress: Called with the share that is done.

        Raises:
            TilingError: The raster cannot be read, or is another one than was registered.
            DetectorError: The package or the device cannot be used.
            OSError: The file cannot be written.
        """
        if self._embedder is None:
            self._embedder = Embedder.load(self._package, self._device)
        with open_scene(self._project, scene) as raster:
            read = chip_reader(raster, scene.stretch, size)
            features = embed_scene(self._embedder, read, size, progress=progress)
        path = self.path(scene, size)
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(path, write_features(features, self._fingerprint(scene, size)))
        return features

    def _fingerprint(self, scene: Scene, size: PixelSize) -> dict[str, Any]:
        return {
            "content_hash": scene.content_hash,
            "stretch": scene.stretch.to_json(),
            "size": list(size),
            "sha256": self._package.card.sha256,
            "components": COMPONENTS,
            "chips": [DEFAULT_CHIPS.size_px, DEFAULT_CHIPS.overlap_px],
            "version": geoengine.__version__,
        }
