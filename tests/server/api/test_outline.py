"""Click to outline over HTTP."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import shapely
from flask.testing import FlaskClient

from detectors.outlines import classical
from detectors.outlines.outline_card import CARD_FILE
from detectors.outlines.prompt import Prompt
from geoengine.model import Changeset, CreateFeature
from server.app import close_app, create_app
from server.outlines.outliner import MAX_BOX_PX, Outliner, prompt_window, similar_areas
from server.state import state_of
from tests.support.browser import make_project, roof, to_pixels, to_world
from tests.support.sam_models import write_package
from tests.support.views import read
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid
from tiling.grid.window import PixelWindow

Ask = Callable[..., Any]
ADDRESS = "/api/scenes/1/outline"


@pytest.fixture(autouse=True)
def classical_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package that comes with us is not used, unless a test says so."""
    monkeypatch.setattr("server.outlines.outliner.has_runtime", lambda: False)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with mock.patch("server.outlines.outliner.has_runtime", return_value=False):
        app = create_app(make_project(tmp_path_factory.mktemp("town")))
    yield app.test_client()
    close_app(app)


def world(x: float, y: float) -> list[float]:
    point = to_world(shapely.Point(x, y))
    return [point.x, point.y]


def iou(geometry: dict[str, Any], n: int) -> float:
    found, truth = to_pixels(shapely.geometry.shape(geometry)), shapely.affinity.translate(roof(n), 2, 2)
    shared = found.intersection(truth).area
    return float(shared / (found.area + truth.area - shared))


def test_a_click_and_a_box_outline_a_roof(town: FlaskClient) -> None:
    for body in (
        {"points": [world(230, 320)]},
        {"box": list(to_world(roof(0).buffer(8, join_style="mitre")).bounds)},
    ):
        reply = town.post(ADDRESS, json=body).json
        assert iou(reply["outlines"][0]["geometry"], 0) > 0.8
        assert reply["method"] == "watershed-cut"
        assert len(reply["outlines"]) <= 3
    assert town.get("/api/scenes/1/features").json["total"] == 8  # nothing was stored


def test_accepted_objects_of_its_class_tell_how_large_it_is(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with project.store() as store:
        scene = read(store).scene(1)
        roofs = [to_world(roof(n)) for n in range(1, 6)]
        edits = [CreateFeature(f"{n + 50:032x}", "tree", shape) for n, shape in enumerate(roofs)]
        store.commit(Changeset("kin-token-1", scene.id, "ana", tuple(edits)))
        prompt = Prompt((tuple(world(230, 320)),))
        assert similar_areas(read(store), scene, prompt, "tree") == pytest.approx(
            [shape.area for shape in roofs]
        )
        assert similar_areas(read(store), scene, prompt, "building") == []  # only proposed, by a model
        far = Prompt(((world(230, 320)[0] + 5000, world(230, 320)[1]),))
        assert similar_areas(read(store), scene, far, "tree") == []
    app = create_app(project)
    body = {"points": [world(230, 320)], "class": "tree"}
    with mock.patch.object(classical, "propose", wraps=classical.propose) as propose:
        reply = app.test_client().post(ADDRESS, json=body)
    close_app(app)
    assert iou(reply.json["outlines"][0]["geometry"], 0) > 0.8
    assert propose.call_args.args[2] == pytest.approx([60 * 40] * 5)  # in pixels


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"points": [world(-5, 10)]}, "points[0]", "column -5, row 10, outside the scene"),
        ({"points": [world(9, 9)], "negative": [world(9, 5000)]}, "negative[0]", "outside the scene"),
        ({"box": [0, 0, 5, 5]}, "box", "outside the scene"),
        ({"box": [5, 0, 0, 5]}, "box", "expected one with a width"),
        (
            {"box": [0.0, -2.1e-35, 9e11, 0.0]},
            "box",
            "expected one with a width",
        ),  # none that is left in pixels
        ({}, "points", "Neither a point nor a box"),
    ],
)
def test_what_cannot_be_outlined_is_said(town: FlaskClient, body: dict, field: str, words: str) -> None:
    reply = town.post(ADDRESS, json=body)
    assert reply.status_code == 422
    assert reply.json["errors"][0]["field"] == field
    assert words in reply.json["errors"][0]["message"]


def test_a_click_where_there_is_no_image(client: FlaskClient) -> None:
    reply = client.post(ADDRESS, json={"points": [[300_340.0, 3_049_900.0]]})
    assert reply.status_code == 422
    assert "has no image" in reply.json["detail"]


def test_a_box_larger_than_may_be_read_is_refused_and_a_large_one_reduced() -> None:
    grid = RasterGrid(None, PIXEL_PLANE, 40_000, 40_000)
    place = prompt_window(grid, Prompt(box=(0, 0, 4000, 2000)))
    assert max(place.size) <= 640
    assert place.window.contains(PixelWindow(0, 0, 4000, 2000))
    with pytest.raises(ValueError, match=f"at most {MAX_BOX_PX} px"):
        prompt_window(grid, Prompt(box=(0, 0, 20_000, 10)))


def test_who_comes_when_one_waits_is_asked_to_come_again(town: FlaskClient) -> None:
    outliner = state_of(town.application).outliner
    with outliner._admission():
        outliner._admitted.acquire()  # as the one that waits does
        reply = town.post(ADDRESS, json={"points": [world(230, 320)]})
        outliner._admitted.release()
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "2"


def test_a_package_in_the_project_is_used_instead(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    folder = write_package(project.models_dir / "discs")
    app = create_app(project)
    try:
        reply = app.test_client().post(ADDRESS, json={"points": [world(500, 500)]}).json
        disc = shapely.Point(500, 500).buffer(12)
        found = to_pixels(shapely.geometry.shape(reply["outlines"][0]["geometry"]))
        assert reply["method"] == "discs"
        assert found.symmetric_difference(disc).area < 0.12 * disc.area
        (folder / "encoder.onnx").write_bytes(b"damaged")
        fresh = create_app(project)
        for _ in range(2):  # the server goes on, and says the same again
            reply = fresh.test_client().post(ADDRESS, json={"points": [world(500, 500)]})
            assert reply.status_code == 500
            assert reply.json["detail"].startswith("discs/encoder.onnx has sha256 ")
        shutil.rmtree(folder)
        reply = fresh.test_client().post(ADDRESS, json={"points": [world(230, 320)]}).json
        assert iou(reply["outlines"][0]["geometry"], 0) > 0.8
        close_app(fresh)
    finally:
        close_app(app)


def test_the_package_that_comes_with_us_is_used_where_it_can_run(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    card = write_package(tmp_path / "shipped" / "outline") / CARD_FILE
    card.write_text(card.read_text().replace("discs", "shipped"))
    shipped = card.parents[1]
    body = {"points": [world(500, 500)]}

    def answer() -> Any:
        with mock.patch("server.state.Outliner", functools.partial(Outliner, shipped_dir=shipped)):
            app = create_app(project)
        try:
            return app.test_client().post(ADDRESS, json=body).json
        finally:
            close_app(app)

    with mock.patch("server.outlines.outliner.has_runtime", return_value=True):
        used = answer()
    assert (used["method"], used["note"]) == ("shipped", None)
    without = answer()
    assert without["method"] == "watershed-cut"
    assert without["note"].endswith("pip install 'geoengine-labeling[outline]'.")
    # That of the project comes first.
    write_package(project.models_dir / "own")
    assert answer()["method"] == "discs"


def test_a_package_sees_what_is_around_a_box() -> None:
    grid = RasterGrid(None, PIXEL_PLANE, 2000, 2000)
    small, large = Prompt(box=(900, 900, 940, 920)), Prompt(box=(500, 500, 1100, 900))
    assert prompt_window(grid, small).window.width < 80
    assert prompt_window(grid, small, seen_around=True).window.width == 257
    assert prompt_window(grid, large, seen_around=True).window.width == 1201
