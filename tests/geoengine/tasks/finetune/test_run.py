"""Fine-tuning: better is published, everything else is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from rasterio.features import rasterize
from shapely.geometry import Polygon
from torch import nn

from detectors.model_package.card_file import load_package
from detectors.model_package.registry import Registry
from geoengine.model import Changeset, FeatureState, Job, JobState, LabelClass, Scene, UpdateFeature, new_uid
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.finetune import areas as finetune_areas
from geoengine.tasks.finetune import run as module
from geoengine.tasks.finetune.areas import HELD_OUT, split_areas
from geoengine.tasks.finetune.labels import read_labels
from geoengine.tasks.finetune.plan import KIND, FinetuneReport, FinetuneSettings, record_job, report_path
from geoengine.tasks.finetune.training_set import SCHEDULE, class_infos, training_set
from geoengine.tasks.worker.worker import run_next
from tests.support import finetune_town as houses
from tests.support.views import read

small_cells, project, store, scene = houses.small_cells, houses.project, houses.store, houses.scene
pytestmark = pytest.mark.usefixtures("small_cells")
SETTINGS = FinetuneSettings("toy", ("town",), steps=16)


class Learning:
    """Stands in for the network: it learns in no time, and is as good as it is told to be."""

    def __init__(self) -> None:
        self.before, self.after = 0.5, 0.6
        self.folders: list[Path] = []
        self.at_step: Callable[[int], None] = lambda step: None

    def learn(
        self, config: Any, splits: Any, network: Any, out: Path, **options: Any
    ) -> tuple[nn.Module, float]:
        assert options["resume"]
        self.folders.append(out)
        for step in range(1, config.steps + 1):
            (out / module.CHECKPOINT).write_text(str(step))
            self.at_step(step)
            options["progress"](step, config.steps, 1.0)
        torch.manual_seed(0)
        return nn.Linear(2, 2), 1.0

    def measure(self, config: Any, network: Any, splits: Any, device: str, tick: Any) -> dict[str, Any]:
        tick(1.0)
        return {"house": houses.figures(self.after)}

    def measure_package(self, *arguments: Any) -> dict[str, Any]:
        return {"house": houses.figures(self.before)}


@pytest.fixture
def learning(monkeypatch: pytest.MonkeyPatch) -> Learning:
    stub = Learning()
    for name in ("learn", "measure", "measure_package"):
        monkeypatch.setattr(module, name, getattr(stub, name))
    monkeypatch.setattr(module, "starting_network", lambda config, package: None)
    # What is published is no detector, so it is compared with its card and not loaded.
    monkeypatch.setattr("detectors.installation.try_package", lambda package: package.check_weights())
    get = Registry.get
    toy = houses.package()
    monkeypatch.setattr(Registry, "get", lambda self, name: toy if name == "toy" else get(self, name))
    return stub


def record(store: Store, settings: FinetuneSettings = SETTINGS) -> Job:
    return record_job(store, settings, houses.package().card)


def published(project: Project) -> list[str]:
    return sorted(path.name for path in project.models_dir.iterdir())


def test_what_is_better_becomes_a_package_that_says_where_it_comes_from(
    project: Project, store: Store, scene: Scene, learning: Learning
) -> None:
    houses.put(store, scene, houses.PLACES)
    record(store)
    shares: list[float] = []
    job = run_next(project, store, started=lambda job: shares.append)
    assert job is not None
    assert (job.state, job.worker) == (JobState.DONE, None)
    assert job.message is not None
    assert job.message.startswith(
        "toy-tuned-1 is better than toy 1 (abababababab): F1 0.600 after and 0.500 "
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert published(project) == ["toy-tuned-1"]
    package = Registry(project.models_dir).get("toy-tuned-1")
    package.check_weights()
    card = package.card
    assert card.class_keys == ("house",)
    assert card.classes[0].min_score == 0.4
    assert card.training["parent_sha256"] == "ab" * 32
    facts = {"content_hash": scene.content_hash, "changeset": read(store).last_changeset(scene.id)}
    assert card.training["scenes"] == {"town": facts}
    assert card.training["before"]["house"]["iou_0.5"]["f1"] == 0.5
    assert card.metrics["house"]["iou_0.5"]["f1"] == 0.6
    assert card.sources[0]["origin"] == "project p: town"
    # Every item is done, the last one's result is the report, and nothing heavy is left.
    items = read(store).job_items(job.id)
    assert {item.state for item in items} == {JobState.DONE}
    assert [item.params for item in items] == [{"steps": n} for n in range(2, 17, 2)] + [{"compare": True}]
    report = FinetuneReport.read(project.resolve(items[-1].result or ""))
    assert (report.model, report.f1) == ("toy-tuned-1", (0.5, 0.6))
    assert not (learning.folders[0] / module.CHECKPOINT).exists()
    assert not (learning.folders[0] / "package").exists()
    # The same again is the same job.
    assert record(store).id == job.id


@pytest.mark.parametrize("box", [False, True])
def test_a_class_that_no_package_has_is_learnt(
    project: Project,
    store: Store,
    scene: Scene,
    learning: Learning,
    monkeypatch: pytest.MonkeyPatch,
    box: bool,
) -> None:
    store.put_classes([*read(store).classes(), LabelClass("shed", "Shed", "#123456")])
    houses.put(store, scene, houses.PLACES, class_key="shed")
    if not box:
        first, *_ = read(store).features(scene.id).features
        corners = scene.grid.world_polygons_to_pixel([first.geometry])[0].exterior.coords[:3]
        geometry = scene.grid.pixel_polygons_to_world([Polygon(corners)])[0]
        store.commit(Changeset(new_uid(), scene.id, "ana", (UpdateFeature(first.uid, 1, geometry=geometry),)))
    for name, f1 in (("measure_package", 0.0), ("measure", 0.7)):
        monkeypatch.setattr(module, name, lambda *_, f1=f1: {"shed": houses.figures(f1)})
    job = record(store, FinetuneSettings("toy", ("town",), ("shed",), steps=8))
    done = run_next(project, store)
    assert done is not None
    assert (done.message or "").startswith(
        "toy-tuned-1 is better than toy 1 (abababababab): F1 0.700 after and 0.000"
    )
    [shed] = load_package(project.models_dir / "toy-tuned-1").card.classes
    assert (shed.key, shed.geometry, shed.color) == ("shed", "box" if box else "polygon", "#123456")
    *_, last = read(store).job_items(job.id)
    assert FinetuneReport.read(project.resolve(last.result or "")).forgotten == ("house", "tree")


@pytest.mark.parametrize("after", [0.5, 0.4])
def test_what_is_not_better_is_not_published(
    project: Project, store: Store, scene: Scene, learning: Learning, after: float
) -> None:
    houses.put(store, scene, houses.PLACES)
    record(store)
    learning.after = after
    job = run_next(project, store)
    assert job is not None
    assert job.state == JobState.DONE
    assert job.message == (
        f"not better than toy 1 (abababababab), so nothing was published: F1 {after:.3f} after and 0.500 before, on "
        "the same 7 held-out labels"
    )
    assert published(project) == []


def test_too_few_labels_are_refused_in_a_sentence(
    project: Project, store: Store, scene: Scene, learning: Learning
) -> None:
    houses.put(store, scene, houses.PLACES[:5])
    houses.put(store, scene, houses.PLACES[5:], FeatureState.PROPOSED)
    record(store)
    job = run_next(project, store)
    assert job is not None
    assert job.state == JobState.FAILED
    message = job.message or ""
    assert message.startswith("house has 5 accepted objects, of which ")
    assert message.endswith("where no proposal waits, expected at least 6 and 2: review more")
    assert learning.folders == []


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (
            None,
            "no house or tree has been accepted in town, expected reviewed objects of a class that the model",
        ),
        (
            ("boat",),
            "class is 'boat', expected one that toy finds (house, tree) or a new one of the project's (there is none)",
        ),
    ],
)
def test_nothing_to_learn_from(
    project: Project,
    store: Store,
    scene: Scene,
    learning: Learning,
    classes: tuple[str, ...] | None,
    message: str,
) -> None:
    houses.put(store, scene, houses.PLACES, FeatureState.PROPOSED)
    record(store, FinetuneSettings("toy", ("town",), classes))
    job = run_next(project, store)
    assert job is not None
    assert job.state == JobState.FAILED
    assert (job.message or "").startswith(message)


def test_a_cancelled_job_publishes_nothing_and_resumes(
    project: Project, store: Store, scene: Scene, learning: Learning
) -> None:
    houses.put(store, scene, houses.PLACES)
    job = record(store)

    def call_off(step: int) -> None:
        if step == 5:
            store.cancel_job(job.id)

    learning.at_step = call_off
    cancelled = run_next(project, store)
    assert cancelled is not None
    assert cancelled.state == JobState.CANCELLED
    assert published(project) == []
    assert (learning.folders[0] / module.CHECKPOINT).read_text() == "5"
    done = [item.params["steps"] for item in read(store).job_items(job.id, [JobState.DONE])]
    assert done == [2, 4]
    assert run_next(project, store) is None

    learning.at_step = lambda step: None
    store.retry_job(job.id)
    retried = run_next(project, store)
    assert retried is not None
    assert retried.state == JobState.DONE
    assert learning.folders[1] == learning.folders[0]
    assert published(project) == ["toy-tuned-1"]


def test_with_other_labels_a_checkpoint_is_of_no_use(
    project: Project, store: Store, scene: Scene, learning: Learning
) -> None:
    houses.put(store, scene, houses.PLACES[:-1])
    job = record(store)
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 12

    put_back = run_next(project, store, stop=stop)
    assert put_back is not None
    assert (put_back.state, put_back.worker) == (JobState.QUEUED, None)
    houses.put(store, scene, houses.PLACES[-1:])
    done = run_next(project, store)
    assert done is not None
    assert done.state == JobState.DONE
    assert len({*learning.folders}) == 2
    assert record(store).id != job.id


def test_killed_right_after_it_was_published_it_is_not_published_twice(
    project: Project, store: Store, scene: Scene, learning: Learning, monkeypatch: pytest.MonkeyPatch
) -> None:
    houses.put(store, scene, houses.PLACES)
    job = record(store)

    def write(path: Path, content: bytes) -> None:
        if path.name == report_path(project, job).name:
            raise KeyboardInterrupt
        path.write_bytes(content)

    with monkeypatch.context() as patched:
        patched.setattr(module, "atomic_write", write)
        with pytest.raises(KeyboardInterrupt):
            run_next(project, store)
    assert read(store).job(job.id).state == JobState.QUEUED
    assert published(project) == ["toy-tuned-1"]
    done = run_next(project, store)
    assert done is not None
    assert (done.message or "").startswith("toy-tuned-1 is better")
    assert published(project) == ["toy-tuned-1"]
    # Other weights get the next number.
    houses.put(store, scene, houses.PLACES[:1], FeatureState.REJECTED, "tree")
    tuned = FinetuneSettings("toy-tuned-1", ("town",), ("house",), steps=4)
    store.create_job(KIND, tuned.to_params(), "another")
    monkeypatch.setattr(torch, "manual_seed", lambda seed: None)
    other = run_next(project, store)
    assert other is not None
    assert (other.message or "").startswith("toy-tuned-2 is better than toy-tuned-1 1 (")
    assert load_package(project.models_dir / "toy-tuned-2").card.sources[0]["origin"] == "project p: town"


def test_samples_match_the_labels(project: Project, store: Store, scene: Scene) -> None:
    houses.put(store, scene, houses.PLACES)
    houses.put(store, scene, [(1, 1)], FeatureState.REJECTED, "tree")
    houses.put(store, scene, [(0, 0)], FeatureState.PROPOSED, "tree")
    keys, card = ("house", "tree"), houses.package().card
    areas = split_areas([read_labels(store, scene, keys, houses.GSD_M)], card, keys, 0, (6, 2))
    infos = class_infos(card, keys, [], [])
    config, splits = training_set(project, areas, card, infos, SCHEDULE, lambda: None)
    assert set(splits) <= {"reviewed for house", "reviewed for house, tree"}
    assert {source.name for source in config.sources} == {
        name for name, split in splits.items() if split.train
    }
    apart = sum(len(split.val) for split in splits.values())
    assert apart == sum(len(one.windows) for one in areas if one.part == HELD_OUT)
    for name, split in splits.items():
        for sample in (*split.train, *split.val):
            assert sample.outlined.all()
            assert sample.labelled.tolist() == [True, name.endswith("tree")]
            drawn = rasterize(list(sample.polygons), sample.image.shape[:2]).astype(bool)
            assert np.array_equal(drawn, sample.image[:, :, 2] > 130)  # where the houses were painted
            assert set(sample.labels.tolist()) == {1}


def test_a_worker_runs_what_the_server_records(
    project: Project, store: Store, scene: Scene, learning: Learning, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.api import job_work
    from server.app import close_app, create_app

    monkeypatch.setattr(job_work, "find_model", lambda name: houses.package())

    houses.put(store, scene, houses.PLACES)
    app = create_app(project)
    try:
        client = app.test_client()
        work = {"kind": "finetune", "model": "toy", "steps": 4, "seed": 1}
        reply = client.post("/api/jobs", json={"token": "token-finetune", "work": work})
        assert reply.status_code == 200, reply.text
        assert run_next(project, store) is not None
        [job] = client.get("/api/jobs").json["jobs"]
    finally:
        close_app(app)
    assert (job["state"], job["items"]) == ("done", {"total": 5, "done": 5, "failed": 0})
    assert "toy-tuned-1 is better" in job["message"]


@pytest.mark.slow
def test_the_shipped_package_is_tuned_measured_and_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes violet houses and green sheds for buildings, and people reject the sheds.

    A few steps of small crops are often enough to be better, but four held-out labels and a processor's rounding
    decide; so what was before is lowered here, and everything else is as it is.
    """
    monkeypatch.setattr(finetune_areas, "CELL_PX", 256)
    quick = replace(SCHEDULE, crop_px=256, learning_rate=1e-3, warmup_steps=4, ema_decay=0.8)
    monkeypatch.setattr(module, "SCHEDULE", quick)
    measure_package = module.measure_package

    def lowered(*arguments: Any) -> dict[str, Any]:
        found = measure_package(*arguments)
        found["building"]["iou_0.5"]["f1"] = -1.0
        return found

    monkeypatch.setattr(module, "measure_package", lowered)
    project = houses.make_project(tmp_path / "project", ("building",), sheds=True)
    with project.store() as store:
        [scene] = read(store).scenes()
        for state, wanted in ((FeatureState.ACCEPTED, False), (FeatureState.REJECTED, True)):
            places = [place for place in houses.PLACES if houses.is_shed(*place) == wanted]
            houses.put(store, scene, places, state, "building")
        settings = FinetuneSettings("overhead", ("town",), steps=40)
        store.create_job(KIND, settings.to_params(), "t")
        job = run_next(project, store)
        assert job is not None
        assert job.state == JobState.DONE, job.message
        report = FinetuneReport.read(project.resolve(read(store).job_items(job.id)[-1].result or ""))
    assert report.model == "overhead-tuned-1"
    [change] = report.changes
    assert change.learnt >= 6
    assert change.held_out >= 2
    package = Registry(project.models_dir).get("overhead-tuned-1")
    package.check_weights()
    assert package.card.class_keys == ("building",)
    assert json.loads((package.directory / "model.json").read_text())["training"]["device"] == "cpu"
