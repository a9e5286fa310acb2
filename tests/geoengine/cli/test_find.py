"""geoengine find, with a network of random weights on planted squares."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geoengine.model import Changeset, Feature, FeatureFilter, FeatureState, UpdateFeature, new_uid
from geoengine.project import Project
from geoengine.store import Store
from tests.support import planted_town as farm
from tests.support.samples import Run
from tests.support.views import read


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return farm.make_project(tmp_path / "p")


def _proposals(store: Store, key: str = "farm0") -> list[Feature]:
    scene = read(store).scene_by_key(key)
    found = read(store).features(scene.id, keep=FeatureFilter(states=[FeatureState.PROPOSED])).features
    return sorted(found, key=lambda each: -(each.score or 0))


def _is_striped(feature: Feature) -> bool:
    return max(_iou(feature, place) for place in farm.STRIPED) > 0.4


def _iou(feature: Feature, place: tuple[int, int]) -> float:
    there = farm.square(place)
    return feature.geometry.intersection(there).area / feature.geometry.union(there).area


def _find(run: Run, project: Project, *more: object) -> dict[str, object]:
    result = run("find", "-p", project.directory, "--class", "tank", "--model", "random", *more, "--json")
    assert result.exit_code == 0, result.output
    document: dict[str, object] = json.loads(result.stdout)
    return document


def test_the_others_of_the_class_are_proposed_and_decisions_count(
    project: Project, store: Store, run: Run
) -> None:
    scene = read(store).scene_by_key("farm0")
    farm.draw(store, scene, farm.STRIPED[0], farm.STRIPED[1])
    first = run(
        "find",
        "-p",
        project.directory,
        "--class",
        "tank",
        "--model",
        "random",
        "--limit",
        8,
        "--min-score",
        0,
    )
    assert first.exit_code == 0, first.output
    assert "find-tank: learned from 2 examples at 0.5 m; scores only rank" in first.stdout
    found = _proposals(store)
    assert all(_is_striped(each) for each in found[:4])
    assert {each.class_key for each in found} == {"tank"}
    assert all(each.model is not None and each.model.startswith("find-tank 0.1 (") for each in found)
    right, wrong = found[0], found[-1]
    edits = [
        UpdateFeature(right.uid, right.revision, state=FeatureState.ACCEPTED),
        UpdateFeature(wrong.uid, wrong.revision, state=FeatureState.REJECTED),
    ]
    store.commit(Changeset(new_uid(), scene.id, "ana", edits))
    again = _find(run, project, "--limit", 8, "--min-score", 0)
    assert (again["examples"], again["rejected"], again["calibrated"]) == (3, 1, False)
    [report] = again["scenes"]  # type: ignore[misc]
    assert (report["replaced"], report["made_features"]) == (len(found) - 2, False)
    now = _proposals(store)
    assert report["proposed"] == len(now)
    assert not {each.uid for each in found} & {each.uid for each in now}
    kept = read(store).feature(right.uid)
    assert (kept.state, kept.author) == (FeatureState.ACCEPTED, "ana")
    back = run("prelabel", "-p", project.directory, "--undo", "--model", "find-tank")
    assert back.exit_code == 0, back.output
    assert {each.uid for each in _proposals(store)} == {each.uid for each in found[1:-1]}


def test_one_object_is_enough_and_any_scene_can_be_searched(tmp_path: Path, run: Run) -> None:
    project = farm.make_project(tmp_path / "two", scenes=2)
    with project.store() as store:
        scene = read(store).scene_by_key("farm0")
        [uid, _] = farm.draw(store, scene, farm.STRIPED[0], farm.STRIPED[1])
        document = _find(run, project, "--like", uid, "--scene", "farm1", "--limit", 6, "--min-score", 0)
        assert document["examples"] == 1
        assert [each["scene"] for each in document["scenes"]] == ["farm1"]  # type: ignore[attr-defined]
        assert not _proposals(store)
        assert all(_is_striped(each) for each in _proposals(store, "farm1")[:4])


def test_a_scene_that_fails_is_named_and_the_others_are_done(tmp_path: Path, run: Run) -> None:
    project = farm.make_project(tmp_path / "two", scenes=2)
    with project.store() as store:
        farm.draw(store, read(store).scene_by_key("farm0"), farm.STRIPED[0])
    (project.scenes_dir / "farm1.tif").write_bytes(b"gone")
    result = run("find", "-p", project.directory, "--class", "tank", "--model", "random")
    assert result.exit_code == 1, result.output
    assert "farm1" in result.stderr
    assert "farm0: " in result.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--class", "ship"), "there is no class 'ship'"),
        (("--class", "tank"), "class 'tank' has no accepted object"),
        (("--class", "tank", "--like", "ffff0000"), "--like names 'ffff0000', expected the uid"),
        (("--class", "tank", "--like", "ROOF"), "which is of class 'roof', expected 'tank'"),
        (("--class", "tank", "--like", "ROOF", "--from-class"), "both given"),
        (("--class", "tank", "--scene", "moon"), "there is no scene 'moon'"),
    ],
)
def test_bad_input_is_one_sentence(
    project: Project, store: Store, run: Run, options: tuple[str, ...], said: str
) -> None:
    [uid] = farm.draw(store, read(store).scene_by_key("farm0"), farm.PLAIN[0], class_key="roof")
    named = [uid if option == "ROOF" else option for option in options]
    result = run("find", "-p", project.directory, "--model", "random", *named)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert said in result.stderr
