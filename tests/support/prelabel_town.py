"""A small project to pre-label, and, run as a script, runs of it that are killed in the middle.

python prelabel_town.py DIRECTORY SEED COUNT      makes DIRECTORY/<moment> for every one of MOMENTS or, where COUNT is
                                                  not 0, for as many random ones, and in it a project whose
                                                  pre-labeling was ended by SIGKILL at that moment;
                                                  DIRECTORY/undisturbed is one that was not
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from shapely import affinity
from shapely.geometry import Polygon, box

from detectors.model_package.card import ModelPackage
from geoengine.model import Changeset, Edit, Feature, Job, LabelClass, Scene, new_uid
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.features import proposals
from geoengine.tasks.jobs.job_context import JobContext
from geoengine.tasks.prelabel import api as module
from geoengine.tasks.prelabel import block as prelabel_block
from geoengine.tasks.prelabel import commit as prelabel_commit
from geoengine.tasks.prelabel import plan as prelabel_plan
from geoengine.tasks.prelabel import run as prelabel_run
from geoengine.tasks.prelabel.partners import Partners
from tests.support import toy_detector as toy
from tests.support.views import read
from tiling.access.file_check import hash_raster
from tiling.display.stretch import compute_stretch
from tiling.raster.raster import open_raster

WIDTH, HEIGHT = 200, 160
GSD_M = 0.5
TRANSFORM = Affine(GSD_M, 0, 3e5, 0, -GSD_M, 3e6)
BLOCK_PX, HALO_PX = 64, 16
BLOCKS = 12  # 4 x 3

# Some inside a block, some across one, two or four of them: (polygon in pixels, class number, score).
OBJECTS: list[tuple[Polygon, int, float]] = [
    (box(5, 5, 25, 20), 1, 0.9),
    (box(50, 10, 80, 30), 1, 0.8),
    (box(55, 55, 75, 72), 2, 0.5),
    (box(100, 40, 120, 100), 1, 0.4),
    (box(140, 10, 150, 22), 2, 1.0),
    (box(180, 120, 200, 160), 1, 0.7),
    (box(10, 100, 24, 140), 2, 0.6),
    (box(122, 122, 136, 134), 1, 0.2),  # below the limit of the card
]
PROPOSED = OBJECTS[:-1]
PARTNERS = Partners((("house", "house"), ("tree", "tree")))


def package(gsd_m: float = GSD_M) -> ModelPackage:
    """A package whose weights nobody reads."""
    return ModelPackage(Path("nowhere"), toy.toy_card(gsd_m))


class RemotePackage(ModelPackage):
    """A package that brings the toy to whatever process it is sent to; there every batch takes `pause_s` longer."""

    pause_s = 0.0

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrived, (self.pause_s,)


def remote_package(pause_s: float = 0.0) -> ModelPackage:
    """The same model as `package`, for other processes."""
    sent = RemotePackage(Path("nowhere"), toy.toy_card(GSD_M))
    object.__setattr__(sent, "pause_s", pause_s)
    return sent


def _arrived(pause_s: float) -> ModelPackage:
    def load(package: ModelPackage, device: str = "cpu", min_score: float | None = None) -> Any:
        predictor = load_toy(package, device, min_score)
        quick = predictor.predict

        def predict(images: Any) -> Any:
            time.sleep(pause_s)
            return quick(images)

        predictor.predict = predict
        return predictor

    prelabel_block.Predictor.load = load  # type: ignore[method-assign]
    return remote_package(pause_s)  # a scheduler unpacks it and sends it on


def write_scene(path: Path, **options: Any) -> Path:
    """The painted objects as a tiled GeoTIFF in UTM."""
    image = np.zeros((3, HEIGHT, WIDTH), np.uint8)
    for name, (polygon, label, score) in enumerate(OBJECTS, start=1):
        toy.paint(image, polygon, label, name, score)
    profile = {
        "driver": "GTiff",
        "dtype": "uint8",
        "count": 3,
        "width": WIDTH,
        "height": HEIGHT,
        "crs": "EPSG:32645",
    }
    tiling = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}
    with rasterio.open(path, "w", **{**profile, "transform": TRANSFORM, **tiling, **options}) as target:
        target.write(image)
    return path


def add_scene(project: Project, store: Store, path: Path) -> Scene:
    """Registers a raster that lies in the project."""
    with open_raster(path) as raster:
        return store.add_scene(
            key=path.stem,
            name=path.stem,
            uri=project.uri_for(path),
            source=str(path),
            content_hash=hash_raster(path),
            grid=raster.grid,
            bands=raster.count,
            dtype=raster.dtype,
            stretch=compute_stretch(raster),
        )


def make_project(directory: Path, classes: tuple[str, ...] = ("house", "tree")) -> Project:
    """A project with one scene, `town`."""
    project = Project.create(directory, "p", [LabelClass(key, key, "#e69f00") for key in classes])
    with project.store() as store:
        add_scene(project, store, write_scene(project.scenes_dir / "town.tif"))
    return project


def planned_project(directory: Path) -> Project:
    """The same with its job recorded and nothing done: copies of it end with the same bytes, times included."""
    project = make_project(directory)
    with project.store() as store:
        [scene] = read(store).scenes()
        prelabel_plan.plan_scene(project, store, scene, package(), PARTNERS, module.PrelabelSettings())
    return project


def load_toy(package: ModelPackage, device: str = "cpu", min_score: float | None = None) -> Any:
    """Stands in for `Predictor.load`."""
    return toy.ToyPredictor(package.card, min_score)


# --- for the test modules, which take the fixtures over by name ---


@pytest.fixture
def toy_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy in the place of every model, and blocks as small as the scene."""
    prelabel_block.forget_models()
    monkeypatch.setattr(prelabel_block.Predictor, "load", load_toy)
    monkeypatch.setattr(prelabel_plan, "BLOCK_PX", BLOCK_PX)
    monkeypatch.setattr(prelabel_plan, "HALO_PX", HALO_PX)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project")


@pytest.fixture
def store(project: Project) -> Iterator[Store]:
    with project.store() as opened:
        yield opened


@pytest.fixture
def scene(store: Store) -> Scene:
    return read(store).scene_by_key("town")


def run(
    project: Project, store: Store, model: ModelPackage | None = None, **options: Any
) -> module.ScenePrelabel:
    """Pre-label the one scene of the project; options that are settings go into `PrelabelSettings`."""
    names = {field.name for field in fields(module.PrelabelSettings)} & set(options)
    settings = module.PrelabelSettings(**{name: options.pop(name) for name in names})
    [report] = module.prelabel(project, store, read(store).scenes(), model or package(), settings, **options)
    return report


def context(project: Project, store: Store, job: Job) -> JobContext:
    """The context of a job that nobody cancels."""
    return JobContext(project, store, job, "cpu", lambda: False, lambda _share: None)


def change(store: Store, *edits: Edit) -> None:
    """What a person does."""
    store.commit(Changeset(new_uid(), read(store).scene_by_key("town").id, "ana", edits))


def of_score(store: Store, scene: Scene, score: float) -> Feature:
    """The one live object of that score."""
    [feature] = [f for f in read(store).features(scene.id).features if f.score == score]
    return feature


def pixels(polygon: Polygon) -> Polygon:
    """World to pixels of the scene."""
    inverse = ~TRANSFORM
    return affinity.affine_transform(
        polygon, [inverse.a, inverse.b, inverse.d, inverse.e, inverse.c, inverse.f]
    )


def assert_proposed(features: Sequence[Feature], expected: list[tuple[Polygon, int, float]]) -> None:
    """Each of `expected` is there once, in its place, and nothing else."""

    def rows(items: list[tuple[Polygon, str, float]]) -> list[tuple[object, ...]]:
        return sorted((*np.round(p.bounds, 3), round(p.area, 2), c, s) for p, c, s in items)

    names = {1: "house", 2: "tree"}
    assert rows([(pixels(f.geometry), f.class_key, f.score or 0) for f in features]) == rows(
        [(polygon, names[label], score) for polygon, label, score in expected]
    )


# --- other processes ---

_TOY_ONLY = """
import sys, types
module = types.ModuleType("detectors.inference.predictor")
module.Predictor = type("Predictor", (), {})
sys.modules["detectors.inference.predictor"] = module
"""


def toy_only(folder: Path) -> dict[str, str]:
    """The environment of processes that know the toy alone: importing torch takes many times as long as they run."""
    (folder / "toy-only").mkdir()
    (folder / "toy-only/sitecustomize.py").write_text(_TOY_ONLY)
    here = Path(__file__).resolve()
    paths = (folder / "toy-only", here.parents[2])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}


# --- being killed ---


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _patch(owner: object, name: str, *, call: int = 1, before: bool = True) -> Callable[[], None]:
    """Makes the `call`-th call of a function the last thing the process does, done or not."""

    def apply() -> None:
        original, count = getattr(owner, name), 0

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if before and count == call:
                _kill()
            result = original(*args, **kwargs)
            if count == call:
                _kill()
            return result

        setattr(owner, name, wrapped)

    return apply


# Every block is one rename, then the labels are one.
MOMENTS: dict[str, Callable[[], None]] = {
    "before-any-block": _patch(prelabel_block, "detect_block"),
    "first-block-not-renamed": _patch(os, "replace"),
    "sixth-block-not-renamed": _patch(os, "replace", call=6),
    "block-not-recorded": _patch(Store, "set_item", call=4),
    "not-merged": _patch(prelabel_commit, "merge_scene"),
    "not-committed": _patch(Store, "replace_proposals"),
    "inside-the-commit": _patch(proposals, "write_features", before=False),
    "committed": _patch(Store, "replace_proposals", before=False),
    "labels-not-renamed": _patch(os, "replace", call=BLOCKS + 1),
    "labels-written": _patch(prelabel_commit, "write_labels", before=False),
    "not-tidied": _patch(shutil, "rmtree"),
}


def random_moments(seed: int, count: int, calls: int) -> dict[str, Callable[[], None]]:
    """Moments anywhere in the run: before the n-th of the Python calls that the undisturbed one makes."""
    numbers = sorted(random.Random(seed).sample(range(1, calls), count))
    return {f"call-{number}": partial(_at_call, number, _kill) for number in numbers}


def _at_call(number: int, then: Callable[[], None]) -> None:
    count = 0

    def note(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event == "call"
        if count == number:
            then()

    sys.setprofile(note)


def main(directory: Path, seed: int, count: int) -> None:
    """Forks before anything is open, so that torch is imported once and not for every moment.

    All start from one project whose job is recorded, so that their labels can be compared to the last byte.
    """
    prelabel_block.Predictor.load = load_toy  # type: ignore[method-assign]
    prelabel_plan.BLOCK_PX, prelabel_plan.HALO_PX = BLOCK_PX, HALO_PX
    template = planned_project(directory / "template")

    def fork(moment: str, prepare: Callable[[], None]) -> int:
        project = Project.open(shutil.copytree(template.directory, directory / moment))
        child = os.fork()
        if child == 0:
            with project.store() as store:
                prepare()
                run(project, store)
                sys.setprofile(None)
            os._exit(0)
        return os.waitpid(child, 0)[1]

    def undisturbed() -> None:
        # More calls than any run makes; how many it was is told by the last one that can be.
        calls = 0

        def note(_frame: object, event: str, _arg: object) -> None:
            nonlocal calls
            calls += event == "call"

        sys.setprofile(note)
        original = prelabel_run.PrelabelRun.run

        def told(self: Any, *args: Any) -> Any:
            reports = original(self, *args)
            (directory / "calls").write_text(str(calls))
            return reports

        prelabel_run.PrelabelRun.run = told  # type: ignore[method-assign]

    if fork("undisturbed", undisturbed):
        raise SystemExit("the undisturbed run failed")
    calls = int((directory / "calls").read_text())
    moments = random_moments(seed, count, calls) if count else MOMENTS
    for moment, prepare in moments.items():
        status = fork(moment, prepare)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            raise SystemExit(f"{moment}: the run was not killed (status {status})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
