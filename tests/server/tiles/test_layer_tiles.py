"""Tests of `server.tiles.layer_tiles`."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyproj import Transformer

from geoengine.project import Project
from geoengine.tasks.layers import add_layer
from server.representations.scene_version import VersionedScene, scene_version
from server.tiles.cache import TileCache
from server.tiles.layer_tiles import LayerTiles
from server.tiles.media import MediaChoice
from tests.server.conftest import EAST, NORTH
from tests.support.map_tiles import painted, write_mbtiles
from tiling.errors import TileArchiveError, WindowError

PNG = MediaChoice.of_suffix("png")


def corner() -> tuple[float, float]:
    x, y = Transformer.from_crs(32645, 3857, always_xy=True).transform(EAST, NORTH)
    return x - 10, y + 10


def test_tiles_follow_their_archive(project: Project, tmp_path: Path) -> None:
    path = write_mbtiles(tmp_path / "map.mbtiles", painted(corner(), (17, 18)))
    layer = add_layer(project, path)
    with project.store() as store, store.reading() as view:
        scene = view.scenes()[0]
    versioned = VersionedScene(scene, scene_version(scene))
    tiles = LayerTiles(TileCache(tmp_path / "cache"))
    assert tiles.first_level(layer, scene.grid) == 0
    first = tiles.version(layer, versioned)
    image = tiles.tile(layer, versioned, (2, 0, 0), PNG)
    assert not image.is_marked
    assert tiles.tile(layer, versioned, (2, 0, 0), PNG) == image
    with pytest.raises(WindowError):
        tiles.tile(layer, versioned, (2, 99, 0), PNG)

    # Another file in its place is opened, and what was drawn of the former one is not sent.
    path.unlink()
    write_mbtiles(path, painted((corner()[0] + 30, corner()[1]), (17, 18)), bounds="80,20,90,30")
    assert tiles.version(layer, versioned) != first
    assert tiles.tile(layer, versioned, (2, 0, 0), PNG) != image
    path.unlink()
    with pytest.raises(TileArchiveError):
        tiles.version(layer, versioned)
    tiles.close()
