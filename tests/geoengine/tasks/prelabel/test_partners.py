"""Classes of a model, and the project's that they are proposed as."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from shapely import box

from geoengine.model import GeometryKind, JobState, new_uid
from geoengine.tasks.prelabel.api import PrelabelError, run_prelabel_job
from tests.support import prelabel_town as town
from tests.support.views import read

toy_model = town.toy_model
run = town.run
pytestmark = pytest.mark.usefixtures("toy_model")


def test_what_has_no_partner_is_said(tmp_path: Path) -> None:
    project = town.make_project(tmp_path / "p", classes=("Tree", "ship", "crane"))
    with project.store() as store:
        report = run(project, store)
        assert (report.state, report.proposed) == ("done", 3)
        assert report.left_out == (
            "Left out: toy also finds house, which the project has no class for; toy does not find ship, crane "
            "(--map model=project pairs names that differ)."
        )
        assert {feature.class_key for feature in read(store).features(1).features} == {"Tree"}


def test_classes_of_lines_and_points_are_left_out_or_refused_by_name(tmp_path: Path) -> None:
    project = town.make_project(tmp_path / "p", classes=("house", "tree"))
    with project.store() as store:
        store.set_class(replace(read(store).classes()[0], geometry=GeometryKind.POINT))
        report = run(project, store)
        assert report.left_out == (
            "Left out: house is of points, and models propose polygons (--map model=project pairs names that differ)."
        )
        assert {feature.class_key for feature in read(store).features(1).features} == {"tree"}
        with pytest.raises(
            PrelabelError, match="class house is of points, and models propose polygons: expected"
        ):
            run(project, store, classes=("house",))
        store.replace_proposals(1, ["tree"], [], token=new_uid(), author="toy 1.0")
        store.set_class(replace(read(store).classes()[0], geometry=GeometryKind.BOX))
        run(project, store)
        boxes = [one for one in read(store).features(1).features if one.class_key == "house"]
        assert boxes
        assert all(one.geometry.equals(box(*one.geometry.bounds)) for one in boxes)


def test_classes_are_mapped_and_chosen(tmp_path: Path) -> None:
    project = town.make_project(tmp_path / "p", classes=("building", "plant"))
    with project.store() as store:
        renamed = (("House", "building"), ("tree", "building"))
        report = run(project, store, renamed=renamed)
        assert (report.proposed, report.left_out) == (
            7,
            "Left out: toy does not find plant (--map model=project pairs names that differ).",
        )
        assert {feature.class_key for feature in read(store).features(1).features} == {"building"}
        report = run(project, store, renamed=(("tree", "plant"), ("house", "building")), classes=("Plant",))
        assert (report.proposed, report.replaced, report.left_out) == (3, 0, None)
        # A worker that goes on with the job of such a run does the same.
        job = read(store).job(report.job_id)
        assert (job.params["classes"], job.params["map"]) == (["plant"], {"tree": "plant"})
        store.set_job_state(job.id, JobState.QUEUED)
        again = run_prelabel_job(town.context(project, store, read(store).job(job.id)), town.package())
        assert (again.state, again.errors) == ("done", [])


def test_a_project_without_classes_takes_the_names_of_the_map(tmp_path: Path) -> None:
    project = town.make_project(tmp_path / "p", classes=())
    with project.store() as store:
        run(project, store, renamed=(("house", "building"),))
        assert [label.key for label in read(store).classes()] == ["building", "tree"]


@pytest.mark.parametrize(
    ("options", "proposed"),
    [
        ({"class_scores": (("house", 0.75),)}, 2 + 3),
        ({"class_scores": (("tree", 0.95), ("house", 0.75))}, 2 + 1),
        ({"class_scores": (("house", 0.1),), "min_score": 0.55}, 5 + 2),
    ],
)
def test_classes_have_limits_of_their_own(tmp_path: Path, options: dict[str, object], proposed: int) -> None:
    project = town.make_project(tmp_path / "p")
    with project.store() as store:
        assert run(project, store).proposed == 7
        assert run(project, store, **options).proposed == proposed
        assert run(project, store).job_id is not None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"renamed": (("boat", "tree"),)},
            "--map names boat, which toy does not find, expected of: house, tree",
        ),
        ({"renamed": (("house", "boat"),)}, "--map: 'house' is mapped to the class 'boat'"),
        (
            {"classes": ("boat",)},
            "--classes names boat, expected classes that model and project share: house, tree",
        ),
        ({"class_scores": (("boat", 0.5),)}, "--min-score names boat, expected classes"),
    ],
)
def test_names_of_no_class_are_refused(tmp_path: Path, options: dict[str, object], message: str) -> None:
    project = town.make_project(tmp_path / "p")
    with project.store() as store:
        with pytest.raises(PrelabelError, match=message):
            run(project, store, **options)
        assert read(store).jobs() == []
