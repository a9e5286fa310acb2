from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from shapely import Point, Polygon, box

from geoengine.errors import (
    InvalidGeometryError,
    InvalidValueError,
    NotFoundError,
    TokenReuseError,
    UnknownClassError,
)
from geoengine.model import (
    Changeset,
    ChangesetResult,
    Confidence,
    CreateFeature,
    DeleteFeature,
    Edit,
    Feature,
    FeatureState,
    Origin,
    RestoreFeature,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.store import Store
from geoengine.store.errors import ConflictError
from geoengine.store.features import changesets
from tests.support.views import read

SQUARE = box(350_010, 3_055_950, 350_013.3, 3_055_953.7)
MOVED = box(350_011, 3_055_950, 350_014.1, 3_055_953)


def commit(
    store: Store, scene: Scene, *edits: Edit, token: str | None = None, author: str = "ana"
) -> ChangesetResult:
    return store.commit(Changeset(token or new_uid(), scene.id, author, edits, "why"))


def make(store: Store, scene: Scene) -> Feature:
    return commit(store, scene, CreateFeature(new_uid(), "building", SQUARE)).features[0]


def test_create_update_delete_restore_and_history(store: Store, scene: Scene) -> None:
    create = CreateFeature(
        new_uid(), "building", SQUARE, FeatureState.PROPOSED, 0.75, Origin.IMPORT, "m 1", {"b": [1], "a": "ä"}
    )
    (first,) = commit(store, scene, create).features
    assert (first.revision, first.state, first.score, first.origin) == (1, "proposed", 0.75, "import")
    assert first.geometry.equals_exact(SQUARE, 0)
    uid = first.uid
    (second,) = commit(store, scene, UpdateFeature(uid, 1, geometry=MOVED), author="bo").features
    assert second == replace(first, revision=2, author="bo", time=second.time, geometry=MOVED)
    (third,) = commit(store, scene, UpdateFeature(uid, 2, "tree", None, FeatureState.ACCEPTED, {})).features
    assert (third.class_key, third.state, third.attributes, third.geometry) == ("tree", "accepted", {}, MOVED)
    (fourth,) = commit(store, scene, DeleteFeature(uid, 3)).features
    assert fourth == replace(third, revision=4, deleted=True, time=fourth.time)
    assert read(store).features(scene.id).total == 0
    assert read(store).feature(uid) == fourth
    (fifth,) = commit(store, scene, RestoreFeature(uid, 4, state=FeatureState.REJECTED)).features
    assert fifth == replace(third, revision=5, state=FeatureState.REJECTED, time=fifth.time)
    assert read(store).features(scene.id).features == (fifth,)
    history = read(store).history(uid)
    assert [step.feature for step in history] == [first, second, third, fourth, fifth]
    assert [step.revision for step in history] == [1, 2, 3, 4, 5]
    assert [step.changeset_id for step in history] == [1, 2, 3, 4, 5]
    assert {step.comment for step in history} == {"why"}
    assert read(store).last_changeset(scene.id) == 5
    assert read(store).last_changesets() == {scene.id: 5}


def test_whole_or_not_at_all(store: Store, scene: Scene) -> None:
    feature = make(store, scene)
    other = CreateFeature(new_uid(), "building", MOVED)
    with pytest.raises(ConflictError) as caught:
        commit(store, scene, other, UpdateFeature(feature.uid, 7, class_key="tree"))
    assert read(store).features(scene.id).features == (feature,)
    assert read(store).last_changeset(scene.id) == 1
    (conflict,) = caught.value.conflicts
    assert (conflict.uid, conflict.base_revision, conflict.current) == (feature.uid, 7, feature)


def test_every_conflict_is_named(store: Store, scene: Scene) -> None:
    stale, gone, live = make(store, scene), make(store, scene), make(store, scene)
    commit(store, scene, UpdateFeature(stale.uid, 1, state=FeatureState.REJECTED), DeleteFeature(gone.uid, 1))
    edits = (
        UpdateFeature(stale.uid, 1, class_key="tree"),
        UpdateFeature(gone.uid, 2, class_key="tree"),
        RestoreFeature(live.uid, 1),
    )
    with pytest.raises(ConflictError, match=r"and 2 more\); nothing") as caught:
        commit(store, scene, *edits)
    assert [conflict.current.revision for conflict in caught.value.conflicts] == [2, 2, 1]
    assert [conflict.current.deleted for conflict in caught.value.conflicts] == [False, True, False]
    with pytest.raises(ConflictError, match="deleted"):
        commit(store, scene, DeleteFeature(gone.uid, 2))
    with pytest.raises(ConflictError, match="exists already"):
        commit(store, scene, CreateFeature(gone.uid, "tree", SQUARE))


def test_an_unknown_uid_is_not_found(store: Store, scene: Scene, add_scene: Callable[..., Scene]) -> None:
    feature = make(store, scene)
    with pytest.raises(NotFoundError, match=r"edits\[0\] names feature"):
        commit(store, scene, UpdateFeature(new_uid(), 1))
    with pytest.raises(NotFoundError, match="has never had"):
        commit(store, add_scene("other"), DeleteFeature(feature.uid, 1))
    with pytest.raises(NotFoundError, match="scene 99"):
        store.commit(Changeset("t", 99, "ana", (DeleteFeature(feature.uid, 1),)))
    with pytest.raises(NotFoundError):
        read(store).feature(new_uid())
    with pytest.raises(NotFoundError):
        read(store).history(new_uid())


@pytest.mark.parametrize(
    "geometry",
    [
        Polygon(),
        Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]),
        Polygon([(0, 0), (1, 0), (1, math.inf)]),
        Point(0, 0),
        None,
    ],
)
def test_bad_geometries_are_refused_with_their_index(store: Store, scene: Scene, geometry: Polygon) -> None:
    with pytest.raises(InvalidGeometryError, match=r"edits\[1\]\.geometry") as caught:
        commit(
            store,
            scene,
            CreateFeature(new_uid(), "building", SQUARE),
            CreateFeature(new_uid(), "building", geometry),
        )
    assert caught.value.field == "edits[1].geometry"
    assert read(store).features(scene.id).total == 0


def test_unknown_classes_are_refused_with_their_index(store: Store, scene: Scene) -> None:
    feature = make(store, scene)
    with pytest.raises(UnknownClassError, match="expected one of: building, tree") as caught:
        commit(store, scene, UpdateFeature(feature.uid, 1, class_key="road"))
    assert (caught.value.class_key, caught.value.field) == ("road", "edits[0].class")


def test_heights_are_dropped(store: Store, scene: Scene) -> None:
    flat = Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)])
    (feature,) = commit(store, scene, CreateFeature(new_uid(), "building", flat)).features
    assert not feature.geometry.has_z
    assert feature == read(store).feature(feature.uid)


def test_the_same_token_gets_the_first_answer(store: Store, scene: Scene) -> None:
    feature = make(store, scene)
    edits = (UpdateFeature(feature.uid, 1, class_key="tree"), CreateFeature(new_uid(), "tree", MOVED))
    first = commit(store, scene, *edits, token="once")
    commit(store, scene, UpdateFeature(feature.uid, 2, class_key="building"))
    again = commit(store, scene, *edits, token="once", author="somebody else")
    assert again == replace(first, replayed=True)
    assert read(store).feature(feature.uid).revision == 3
    assert read(store).features(scene.id).total == 2


@pytest.mark.parametrize("change", ["edit", "geometry", "attributes", "scene", "order"])
def test_a_token_with_other_content_is_refused(
    store: Store, scene: Scene, add_scene: Callable[..., Scene], change: str
) -> None:
    one = CreateFeature(new_uid(), "building", SQUARE)
    two = CreateFeature(new_uid(), "building", SQUARE)
    commit(store, scene, one, two, token="once")
    edits, there = (one, two), scene
    if change == "edit":
        edits = (replace(one, class_key="tree"), two)
    elif change == "geometry":
        edits = (replace(one, geometry=MOVED), two)
    elif change == "attributes":
        edits = (replace(one, attributes={"a": 1}), two)
    elif change == "order":
        edits = (two, one)
    else:
        there = add_scene("other")
    with pytest.raises(TokenReuseError, match="with other content before"):
        commit(store, there, *edits, token="once")


def test_a_refused_changeset_leaves_its_token_free(store: Store, scene: Scene) -> None:
    with pytest.raises(UnknownClassError):
        commit(store, scene, CreateFeature(new_uid(), "road", SQUARE), token="t")
    assert not commit(store, scene, CreateFeature(new_uid(), "tree", SQUARE), token="t").replayed


def test_many_edits_in_one_changeset(store: Store, scene: Scene) -> None:
    creates = [CreateFeature(new_uid(), "tree", box(x, 0, x + 1, 1)) for x in range(3000)]
    made = commit(store, scene, *creates).features
    assert [feature.uid for feature in made] == [create.uid for create in creates]
    commit(store, scene, *(DeleteFeature(create.uid, 1) for create in creates[:2500]))
    assert read(store).features(scene.id).features == made[2500:]


def test_what_is_said_is_kept_in_every_revision(store: Store, scene: Scene) -> None:
    uid = make(store, scene).uid
    noted = UpdateFeature(uid, 1, unsure=True, note="<b>roof?</b>", confidence=Confidence.POSSIBLE)
    (second,) = commit(store, scene, noted).features
    assert (second.unsure, second.note, second.confidence) == (True, "<b>roof?</b>", "possible")
    (third,) = commit(store, scene, UpdateFeature(uid, 2, state=FeatureState.REJECTED)).features
    assert (third.unsure, third.note) == (True, "<b>roof?</b>")  # a decision alone keeps what was said
    cleared = UpdateFeature(uid, 3, unsure=False, note="", confidence=Confidence.UNSTATED)
    commit(store, scene, cleared)
    said = [
        (step.feature.unsure, step.feature.note, str(step.feature.confidence))
        for step in read(store).history(uid)
    ]
    nothing, something = (False, "", ""), (True, "<b>roof?</b>", "possible")
    assert said == [nothing, something, something, nothing]


def test_a_proposal_that_is_unsure_is_no_longer_the_machines(store: Store, scene: Scene) -> None:
    proposal = CreateFeature(new_uid(), "building", SQUARE, FeatureState.PROPOSED, 0.5, Origin.MODEL, "m 1")
    store.replace_proposals(scene.id, ["building"], [proposal], token="one", author="m 1")
    commit(store, scene, UpdateFeature(proposal.uid, 1, unsure=True))
    again = replace(proposal, uid=new_uid())
    result = store.replace_proposals(scene.id, ["building"], [again], token="two", author="m 1")
    assert (result.created, result.removed, result.skipped) == (0, 0, 1)


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("x" * 102_400, "note has 102,400 characters, expected at most 500"),
        ("two\nlines", "note has a line break or control character, expected one line"),
        (" blank ", "note is ' blank ', expected no blanks at its ends"),
    ],
)
def test_a_note_that_is_no_line_is_refused(note: str, why: str) -> None:
    with pytest.raises(InvalidValueError, match=f"^{why}$"):
        UpdateFeature(new_uid(), 1, note=note)


def test_what_says_nothing_has_the_digest_from_before() -> None:
    """A page that sends again, after the server was brought up to date, what it had saved is told so."""
    uid = "0" * 32
    prepared = changesets.prepare(
        Changeset("t", 1, "ana", (CreateFeature(uid, "building", box(0, 0, 1, 1)),))
    )
    assert prepared.digest == "2176dcb05a1f756ea921bd4540e30d7d46eb06ec5b429b8b841c4724e56a9bb2"
