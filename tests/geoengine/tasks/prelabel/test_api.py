"""Pre-labeling with a detector that knows the answer: each object once, whatever happens on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from shapely import affinity

from geoengine.model import (
    DeleteFeature,
    FeatureState,
    JobState,
    Origin,
    Scene,
    UpdateFeature,
)
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.prelabel import block as prelabel_block
from geoengine.tasks.prelabel.api import prelabel
from tests.support import prelabel_town as town
from tests.support.views import read
from tiling.display.stretch import Stretch

toy_model, project, store, scene = town.toy_model, town.project, town.store, town.scene
run, change, of_score = town.run, town.change, town.of_score
pytestmark = pytest.mark.usefixtures("toy_model")


def test_every_object_is_proposed_once_in_its_place(project: Project, store: Store, scene: Scene) -> None:
    shares: list[float] = []
    report = run(project, store, progress=lambda of, share: shares.append(share))
    features = read(store).features(scene.id).features
    town.assert_proposed(features, town.PROPOSED)
    card = town.package().card
    for feature in features:
        assert (feature.state, feature.origin) == (FeatureState.PROPOSED, Origin.MODEL)
        assert feature.model == feature.author == card.reference
        assert feature.geometry.is_valid
    assert (report.state, report.proposed, report.errors, report.warnings) == ("done", 7, [], [])
    assert (report.kept_by_people, report.replaced, report.resumed_blocks) == (0, 0, 0)
    assert report.timing.chips + report.timing.skipped_chips == town.BLOCKS
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    job = read(store).job(report.job_id)
    assert (job.kind, job.state, job.message) == ("prelabel", JobState.DONE, None)
    assert (job.params["model"], job.params["scene"]) == ("toy", "town")
    assert {item.state for item in read(store).job_items(job.id)} == {JobState.DONE}
    assert not list(project.jobs_dir.glob("[!.]*"))
    labels = json.loads(project.labels_path("town").read_text())
    assert sorted(f["id"] for f in labels["features"]) == sorted(f.uid for f in features)


def test_a_second_run_infers_nothing_and_doubles_nothing(
    project: Project, store: Store, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(project, store)
    labels = project.labels_path("town").read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(prelabel_block, "detect_block", lambda *args, **kwargs: pytest.fail("inferred"))
        report = run(project, store)
    assert (report.state, report.proposed, report.replaced) == ("done", 7, 0)
    assert (report.job_id, report.resumed_blocks) == (first.job_id, town.BLOCKS)
    assert project.labels_path("town").read_bytes() == labels


def test_a_run_that_is_asked_for_again_finds_the_same_and_doubles_nothing(
    project: Project, store: Store, scene: Scene
) -> None:
    run(project, store)
    report = run(project, store, again=True)
    assert (report.state, report.proposed, report.replaced, report.resumed_blocks) == ("done", 7, 7, 0)
    town.assert_proposed(read(store).features(scene.id).features, town.PROPOSED)
    assert [job.state for job in read(store).jobs()] == [JobState.DONE] * 2


def test_another_threshold_replaces_only_undecided_proposals(
    project: Project, store: Store, scene: Scene
) -> None:
    assert run(project, store, min_score=0.1).proposed == 8
    accepted, moved, rejected = (of_score(store, scene, score) for score in (0.4, 0.5, 0.8))
    change(
        store,
        UpdateFeature(accepted.uid, 1, state=FeatureState.ACCEPTED),
        UpdateFeature(moved.uid, 1, geometry=affinity.translate(moved.geometry, 1.0, 0.5)),
        UpdateFeature(rejected.uid, 1, state=FeatureState.REJECTED),
    )
    report = run(project, store, min_score=0.65)
    # 0.9, 0.8, 1.0 and 0.7 are found; a person has decided about the one at 0.8.
    assert (report.proposed, report.kept_by_people, report.replaced) == (3, 1, 5)
    left = read(store).features(scene.id).features
    assert sorted((f.score, str(f.state), f.author) for f in left if f.author == "ana") == [
        (0.4, "accepted", "ana"), (0.5, "proposed", "ana"), (0.8, "rejected", "ana")
    ]  # fmt: skip
    assert sorted(f.score for f in left if f.author != "ana") == [0.7, 0.9, 1.0]
    # Back to the first threshold: a run of its own, not the first one's answer.
    report = run(project, store, min_score=0.1)
    assert (report.proposed, report.kept_by_people, report.replaced) == (5, 3, 3)
    assert read(store).features(scene.id).total == 8


def test_what_was_rejected_or_deleted_is_not_proposed_again(
    project: Project, store: Store, scene: Scene
) -> None:
    run(project, store)
    rejected, deleted = of_score(store, scene, 0.9), of_score(store, scene, 0.6)
    change(store, UpdateFeature(rejected.uid, 1, state=FeatureState.REJECTED), DeleteFeature(deleted.uid, 1))
    for threshold in (None, 0.1):
        report = run(project, store, min_score=threshold, again=True)
        assert report.kept_by_people == 2
        live = read(store).features(scene.id).features
        assert [f.uid for f in live if f.score == 0.9] == [rejected.uid]
        assert not [f for f in live if f.score == 0.6]


@pytest.mark.parametrize(("min_score", "count"), [(None, 7), (0.0, 8), (0.55, 5), (1.0, 1)])
def test_the_lowest_score_can_be_chosen(
    project: Project, store: Store, scene: Scene, min_score: float | None, count: int
) -> None:
    assert run(project, store, min_score=min_score).proposed == count
    limit = 0.3 if min_score is None else min_score
    assert all((f.score or 0) >= limit for f in read(store).features(scene.id).features)


def test_a_model_that_cannot_be_loaded_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("weights")

    monkeypatch.setattr(prelabel_block.Predictor, "load", broken)
    project = town.make_project(tmp_path / "p", classes=())
    with project.store() as store:
        with pytest.raises(RuntimeError, match="weights"):
            run(project, store)
        assert read(store).classes() == []


@pytest.mark.parametrize("gsd_m", [0.25, 0.5, 0.8])
def test_proposals_of_a_model_of_another_resolution_lie_where_the_objects_are(
    project: Project, store: Store, scene: Scene, monkeypatch: pytest.MonkeyPatch, gsd_m: float
) -> None:
    def load(package: Any, device: str, min_score: float | None) -> Any:
        return town.toy.ToyPredictor(package.card, min_score, blurred=True)

    monkeypatch.setattr(prelabel_block.Predictor, "load", load)
    [report] = prelabel(project, store, [scene], town.package(gsd_m))
    assert report.timing.megapixels == pytest.approx(0.0625 * (0.5 / gsd_m) ** 2, rel=0.9)
    found = np.array([town.pixels(f.geometry) for f in read(store).features(scene.id).features])
    assert len(found) == len(town.OBJECTS)
    for truth, _, _ in town.OBJECTS:
        overlap = shapely.area(shapely.intersection(found, truth)) / shapely.area(shapely.union(found, truth))
        assert sorted(overlap)[-1] > 0.75
        assert sorted(overlap)[-2] == 0


def test_the_operator_is_told_what_does_not_fit(project: Project, store: Store) -> None:
    [report] = prelabel(project, store, read(store).scenes(), town.package(gsd_m=0.1))
    [warning] = report.warnings
    assert warning == "town has 0.5 m pixels, but toy was trained for 0.05 to 0.2 m; expect poor proposals"


def test_the_model_sees_what_the_map_shows(project: Project, store: Store, scene: Scene) -> None:
    assert len(read(store).jobs()) == 0
    first = run(project, store)
    coloured = Stretch((1,), (0.0,), (255.0,), colormap="viridis")
    store.set_stretch(scene.id, coloured)
    second = run(project, store)
    [warning] = second.warnings
    assert warning.startswith("town is shown in false colours, and toy sees what the map shows")
    # Blocks that were seen differently are not taken for parts of one run.
    assert second.job_id != first.job_id
    assert [job.params["stretch"] for job in read(store).jobs() if job.id == second.job_id] == [
        coloured.to_json()
    ]


def test_a_scene_without_georeference_is_read_as_it_is_and_lands_in_its_pixel_plane(
    tmp_path: Path,
) -> None:
    project = Project.create(tmp_path / "p", "p")
    with project.store() as store:
        path = project.scenes_dir / "photo.tif"
        with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
            town.write_scene(path, crs=None, transform=town.Affine.identity())
        scene = town.add_scene(project, store, path)
        report = run(project, store)
        assert report.warnings == [
            "photo has no georeference, so its ground resolution is unknown; it is read at its own pixels as if they "
            "were 0.5 m"
        ]
        bounds = {f.geometry.bounds for f in read(store).features(scene.id).features}
        assert (5.0, -20.0, 25.0, -5.0) in bounds
        assert len(bounds) == 7
