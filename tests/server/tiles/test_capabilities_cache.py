from __future__ import annotations

from dataclasses import replace

import pytest
from affine import Affine
from pyproj import CRS

from geoengine.model import Scene
from server.representations.scene_version import VersionedScene
from server.tiles import capabilities_cache
from server.tiles.capabilities_cache import CapabilitiesCache
from tiling.display.stretch import Stretch
from tiling.grid.raster_grid import RasterGrid

WKT = CRS.from_epsg(32645).to_wkt()


def scene(number: int) -> Scene:
    grid = RasterGrid(WKT, Affine(1, 0, 350_000 + 64 * number, 0, -1, 3_056_000), 64, 64)
    return Scene(
        id=number,
        key=f"s{number}",
        name=f"S {number}",
        uri=f"s{number}.tif",
        source="s.tif",
        content_hash=f"hash {number}",
        grid=grid,
        bands=1,
        dtype="uint8",
        nodata=None,
        stretch=Stretch((1,), (0.0,), (255.0,)),
        acquired_at=None,
        marking=None,
        created_at="2026-01-01T00:00:00.000Z",
    )


def test_a_document_is_made_again_when_something_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0
    real = capabilities_cache.capabilities

    def counted(*arguments: object) -> bytes:
        nonlocal made
        made += 1
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(capabilities_cache, "capabilities", counted)
    cache = CapabilitiesCache()
    scenes = [VersionedScene(scene(number), "1") for number in range(1, 31)]
    first = cache.get(scenes, "Town", "http://a/")
    assert cache.get([VersionedScene(one.scene, one.version) for one in scenes], "Town", "http://a/") is first
    assert made == 1
    for others, root in (
        (scenes[:-1], "http://a/"),
        ([*scenes[:-1], VersionedScene(scenes[-1].scene, "2")], "http://a/"),
        ([*scenes[:-1], VersionedScene(replace(scenes[-1].scene, name="New"), "2")], "http://a/"),
        (scenes, "http://b/"),
    ):
        before = made
        assert cache.get(others, "Town", root) == real(others, "Town", root)
        assert made == before + 1
