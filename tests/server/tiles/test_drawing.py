"""Rendering of tiles: once for all that wait, and only tiles that exist."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from geoengine.model import Scene
from server.http.errors import TileRangeError
from server.representations.scene_version import VersionedScene
from server.tiles.drawing import SingleFlight, TileRequest, check_range
from server.tiles.media import MediaChoice
from tiling.display.rendering import JPEG, PNG
from tiling.maptiles.tile_sets import NativeTiles


def test_one_works_while_others_wait() -> None:
    flights, running, most = SingleFlight(), [0], [0]

    def work() -> None:
        with flights.of("key"):
            running[0] += 1
            most[0] = max(most[0], running[0])
            threading.Event().wait(0.005)
            running[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 1
    assert not flights._flights


def test_tiles_that_do_not_exist_are_refused(scene: Scene) -> None:
    tiles = NativeTiles(scene.grid)
    request = TileRequest(
        VersionedScene(scene, "v1"),
        "native",
        tiles,
        tiles.max_zoom,
        0,
        0,
        scene.stretch,
        "",
        MediaChoice(JPEG, PNG),
    )
    check_range(request)
    with pytest.raises(TileRangeError, match="Scene 'town': "):
        check_range(replace(request, x=99))
