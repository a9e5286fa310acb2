"""What a fine-tuning has to learn from, said before it is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shapely import LineString

from geoengine.model import (
    Changeset,
    CreateFeature,
    FeatureState,
    GeometryKind,
    JobState,
    LabelClass,
    Scene,
    new_uid,
)
from geoengine.store import Store
from geoengine.store.jobs.leases import worker_name
from geoengine.tasks.finetune.plan import FinetuneError, FinetuneSettings
from geoengine.tasks.finetune.survey import expected_seconds, survey_labels
from tests.support import finetune_town as houses

small_cells, project, store, scene = houses.small_cells, houses.project, houses.store, houses.scene
pytestmark = pytest.mark.usefixtures("small_cells")
SETTINGS = FinetuneSettings("toy", ("town",), steps=16)


def test_enough_labels_are_split_into_two_parts(store: Store, scene: Scene) -> None:
    houses.put(store, scene, houses.PLACES)
    found = survey_labels(store, SETTINGS, houses.package())
    [house] = found.classes
    assert (house.class_key, house.accepted, house.problem) == ("house", len(houses.PLACES), None)
    assert house.learnt + house.held_out <= house.accepted
    assert found.accepted == {"house": len(houses.PLACES)}
    found.check_enough()


def test_too_few_are_named_with_what_is_needed(store: Store, scene: Scene) -> None:
    houses.put(store, scene, houses.PLACES[:5])
    houses.put(store, scene, houses.PLACES[5:], FeatureState.PROPOSED)
    found = survey_labels(store, SETTINGS, houses.package())
    assert found.classes[0].problem is not None
    with pytest.raises(
        FinetuneError, match=r"house has 5 accepted objects, of which .* expected at least 6 and 2"
    ):
        found.check_enough()


def test_classes_of_lines_are_nothing_to_learn(store: Store, scene: Scene) -> None:
    store.put_classes([LabelClass("road", "Road", "#123456", geometry=GeometryKind.LINE)])
    houses.put(store, scene, houses.PLACES)
    x0, y0, x1, y1 = scene.grid.bounds
    road = CreateFeature(new_uid(), "road", LineString([(x0, y0), (x1, y1)]))
    store.commit(Changeset(new_uid(), scene.id, "ana", (road,)))
    assert survey_labels(store, SETTINGS, houses.package()).accepted == {"house": len(houses.PLACES)}
    with pytest.raises(FinetuneError, match="class 'road' is of lines, expected one of polygons or boxes"):
        survey_labels(store, replace(SETTINGS, classes=("house", "road")), houses.package())


def test_the_last_run_says_how_long_it_takes(store: Store) -> None:
    assert expected_seconds(store, SETTINGS) is None
    job = store.create_job("finetune", {"model": "toy", "scenes": ["town"], "steps": 8}, "t")
    store.claim_job(job.id, worker_name())
    store.set_job_state(job.id, JobState.DONE)
    with store.reading() as view:
        took_s = view.job_progress(job.id).took_s
    assert took_s is not None
    assert expected_seconds(store, SETTINGS) == pytest.approx(2 * took_s)
