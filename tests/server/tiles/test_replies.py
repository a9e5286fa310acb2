"""Replies with images: ETags, 304 and lifetimes."""

from __future__ import annotations

import pytest
from flask import Flask

from geoengine.model import Scene
from server.representations.scene_version import VersionedScene
from server.tiles.drawing import EncodedImage
from server.tiles.media import MediaChoice
from server.tiles.replies import IMMUTABLE, REVALIDATE, UNREADABLE_HEADER, chosen_media, image_reply
from tiling.display.rendering import JPEG, PNG

IMAGE = b"\x89PNG"


def not_drawn() -> EncodedImage:
    raise AssertionError("the browser has this image")


@pytest.mark.parametrize(("asked", "lifetime"), [("v1", IMMUTABLE), ("v0", REVALIDATE), (None, REVALIDATE)])
def test_only_the_current_version_is_kept_for_ever(scene: Scene, asked: str | None, lifetime: str) -> None:
    with Flask("test").test_request_context():
        reply = image_reply([VersionedScene(scene, "v1")], asked, "0/0/0", True, lambda: EncodedImage(IMAGE))
    assert (reply.data, reply.mimetype) == (IMAGE, "image/png")
    assert (reply.headers["Cache-Control"], reply.headers["Vary"]) == (lifetime, "Accept")


def test_an_image_that_the_browser_has_is_not_drawn(scene: Scene) -> None:
    scenes = [VersionedScene(scene, "v1"), VersionedScene(scene, "w1")]
    app = Flask("test")
    with app.test_request_context():
        tag = image_reply(scenes, "v1", "0/0/0", False, lambda: EncodedImage(IMAGE)).headers["ETag"]
    with app.test_request_context(headers={"If-None-Match": tag}):
        assert image_reply(scenes, "v1", "0/0/0", False, not_drawn).status_code == 304
        for others, what in ((scenes, "0/0/1"), (scenes[:1], "0/0/0")):
            assert image_reply(others, "v1", what, False, lambda: EncodedImage(IMAGE)).status_code == 200


def test_an_image_with_unreadable_parts_is_not_stored(scene: Scene) -> None:
    with Flask("test").test_request_context():
        reply = image_reply(
            [VersionedScene(scene, "v1")], "v1", "0", False, lambda: EncodedImage(IMAGE, True)
        )
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers[UNREADABLE_HEADER] == "1"
    assert "ETag" not in reply.headers


def test_a_suffix_decides_before_accept() -> None:
    with Flask("test").test_request_context(headers={"Accept": "image/png"}):
        assert chosen_media("jpg") == (MediaChoice(JPEG, JPEG), False)
        assert chosen_media(None) == (MediaChoice(PNG, PNG), True)
