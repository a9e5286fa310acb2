"""Histograms of what is in view, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from tests.server.conftest import EAST, HEIGHT, NORTH, WIDTH

Problem = Callable[..., dict[str, Any]]


def test_values_in_view_are_counted_for_each_channel(client: FlaskClient) -> None:
    values = np.random.default_rng(7).integers(1, 256, (3, HEIGHT, WIDTH), dtype=np.uint8)
    extent = f"{EAST + 50},{NORTH - 100},{EAST + 100},{NORTH - 25}"
    reply = client.get(f"/api/scenes/1/histogram?extent={extent}").json
    part = values[:, 50:200, 100:200]
    assert [channel["name"] for channel in reply["channels"]] == ["band 1", "band 2", "band 3"]
    for channel, band in zip(reply["channels"], part, strict=True):
        assert (channel["p2"], channel["p98"]) == pytest.approx(tuple(np.percentile(band, [2, 98])))
        assert sum(channel["counts"]) == band.size
        assert (channel["low"], channel["high"]) == (0, 255)
    (one,) = client.get(f"/api/scenes/1/histogram?extent={extent}&bands=2&limits=range:10,90").json[
        "channels"
    ]
    assert (one["name"], one["low"], one["high"]) == ("band 2", 10, 90)
    # Of the whole scene, nodata is not counted.
    whole = client.get("/api/scenes/1/histogram").json["channels"][0]
    assert sum(whole["counts"]) == (WIDTH - 100) * HEIGHT
    beside = f"{EAST + 310},{NORTH - 100},{EAST + 340},{NORTH - 25}"
    empty = client.get(f"/api/scenes/1/histogram?extent={beside}").json["channels"][0]
    assert empty["counts"] == []


def test_what_cannot_be_counted_is_one_sentence(client: FlaskClient) -> None:
    for query, words in (
        ("extent=0,0,1,1", "a part of the scene"),
        ("extent=1,2", "extent"),
        ("bands=9", "band"),
        ("limits=percentile:9", "percentile"),
    ):
        reply = client.get(f"/api/scenes/1/histogram?{query}")
        assert reply.status_code == 400, reply.json
        assert words in str(reply.json)
    assert client.get("/api/scenes/99/histogram").status_code == 404
