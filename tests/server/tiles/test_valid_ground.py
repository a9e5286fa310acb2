"""Valid ground of scenes, read once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from server.representations.scene_version import VersionedScene
from server.tiles import valid_ground
from server.tiles.drawing import TileDrawer
from server.tiles.valid_ground import ValidGround


def test_each_scene_is_read_once_and_waits_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    slow, go_on = threading.Event(), threading.Event()

    @contextmanager
    def lend(scene: Any, _what: str) -> Iterator[Any]:
        opened.append(scene.id)
        if scene.id == 1:
            slow.set()
            assert go_on.wait(10)
        yield scene

    monkeypatch.setattr(
        valid_ground, "valid_shares", lambda scene, side: np.full((side, 1), scene.id, np.uint8)
    )
    ground = ValidGround(cast(TileDrawer, SimpleNamespace(opened=lend)))

    def shares(number: int) -> int:
        scene = SimpleNamespace(id=number, grid=SimpleNamespace(width=100, height=100))
        return int(ground.shares(cast(VersionedScene, SimpleNamespace(scene=scene, version="v")))[0, 0])

    with ThreadPoolExecutor(3) as pool:
        first, again = pool.submit(shares, 1), pool.submit(shares, 1)
        assert slow.wait(10)
        try:
            assert pool.submit(shares, 2).result(10) == 2
            assert not first.done()
            assert not again.done()
        finally:
            go_on.set()
        assert (first.result(10), again.result(10)) == (1, 1)
    assert opened == [1, 2]
