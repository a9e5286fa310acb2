"""Pins: questions on places of scenes, whose revisions only grow."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest

from geoengine.errors import InvalidValueError, NotFoundError
from geoengine.model import Pin, PinEdit, PinState, Scene
from geoengine.store import Store
from geoengine.store.errors import PinConflictError
from tests.support.views import read

UID = "pin-00000001"


@pytest.fixture
def question(scene: Scene) -> PinEdit:
    return PinEdit(UID, scene.id, 350_010.0, 3_055_950.0, "Is this a road?", PinState.OPEN, "ana", 0)


@pytest.fixture
def asked(store: Store, question: PinEdit) -> Pin:
    return store.put_pin(question)


def test_a_pin_is_asked_resolved_and_reopened(
    store: Store, scene: Scene, question: PinEdit, add_scene: Callable[..., Scene]
) -> None:
    asked = store.put_pin(question)
    assert (asked.revision, asked.author, asked.asked_by, asked.time) == (1, "ana", "ana", asked.asked_at)
    later = replace(question, author="ben", state=PinState.RESOLVED, base_revision=1)
    resolved = store.put_pin(later)
    assert (resolved.revision, resolved.author, resolved.asked_by) == (2, "ben", "ana")
    store.put_pin(PinEdit("pin-00000002", scene.id, 350_020, 3_055_960, "And this?", PinState.OPEN, "eve", 0))
    assert [(pin.text, pin.state) for pin in read(store).pins(scene.id)] == [
        ("Is this a road?", PinState.RESOLVED),
        ("And this?", PinState.OPEN),
    ]
    assert read(store).open_pins() == {scene.id: 1}
    store.put_pin(replace(later, state=PinState.OPEN, text="A road or a wall?", base_revision=2))
    assert read(store).open_pins() == {scene.id: 2}
    assert [(one.text, one.revision) for one in read(store).pin_revisions(scene.id)] == [
        ("Is this a road?", 1),
        ("Is this a road?", 2),
        ("A road or a wall?", 3),
        ("And this?", 1),
    ]
    assert read(store).pins(add_scene("other").id) == []
    with pytest.raises(NotFoundError):
        read(store).pins(77)


def test_the_same_again_makes_no_revision(store: Store, question: PinEdit, asked: Pin) -> None:
    assert store.put_pin(question) == asked
    done = store.put_pin(replace(question, state=PinState.RESOLVED, author="ben", base_revision=1))
    # Her first word, sent again because its reply was lost, is no lost update.
    assert store.put_pin(question) == done
    # What somebody else has said already fits, too.
    assert store.put_pin(replace(question, state=PinState.RESOLVED, author="eve", base_revision=1)) == done
    assert len(read(store).pin_revisions(asked.scene_id)) == 2


def test_a_change_of_an_older_revision_is_refused(store: Store, question: PinEdit, asked: Pin) -> None:
    resolved = store.put_pin(replace(question, state=PinState.RESOLVED, author="ben", base_revision=1))
    with pytest.raises(PinConflictError, match="has revision 2 by now, by ben") as caught:
        store.put_pin(replace(question, text="A wall?", base_revision=1))
    assert caught.value.current == resolved
    with pytest.raises(PinConflictError, match="made on no pin there"):
        store.put_pin(replace(question, text="A wall?", author="eve"))
    with pytest.raises(PinConflictError, match="revision 9"):
        store.put_pin(replace(question, text="A wall?", base_revision=9))
    assert read(store).pin(UID) == resolved


def test_a_removed_pin_is_listed_no_more_and_comes_back(store: Store, question: PinEdit, asked: Pin) -> None:
    store.put_pin(replace(question, state=PinState.REMOVED, base_revision=1))
    assert (read(store).pins(asked.scene_id), read(store).open_pins()) == ([], {})
    store.put_pin(replace(question, base_revision=2))
    assert [pin.revision for pin in read(store).pins(asked.scene_id)] == [3]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"x": 349_999.9},
            "expected a place on scene banepa: x from 350000 to 350100, y from 3055920 to 3056000",
        ),
        ({"y": 3_056_000.1}, "expected a place on scene banepa"),
        ({"x": float("nan")}, "expected a finite number"),
        ({"text": " "}, "expected a text that is not empty"),
        ({"text": "x" * 501}, "expected at most 500"),
        ({"text": "a\nb"}, "expected one line"),
        ({"state": PinState.RESOLVED}, "expected 'open' for a new pin"),
        ({"author": ""}, "author"),
        ({"uid": "short"}, "uid is 'short'"),
        ({"base_revision": -1}, "expected 0 for a new pin"),
    ],
)
def test_values_that_do_not_fit(
    store: Store, question: PinEdit, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(InvalidValueError, match=words):
        store.put_pin(replace(question, **changes))  # type: ignore[arg-type]
    assert read(store).pin(UID) is None


def test_pins_of_nothing_that_is_there(
    store: Store, question: PinEdit, asked: Pin, add_scene: Callable[..., Scene]
) -> None:
    with pytest.raises(NotFoundError):
        store.put_pin(replace(question, scene_id=77))
    with pytest.raises(NotFoundError, match="there is no pin pin-00000009"):
        store.put_pin(replace(question, uid="pin-00000009", base_revision=1))
    with pytest.raises(InvalidValueError, match="is one of scene 1, expected one of scene 2"):
        store.put_pin(replace(question, scene_id=add_scene("other").id, base_revision=1))


@pytest.mark.parametrize("statement", ["DELETE FROM pins", "UPDATE pins SET text = 'other'"])
def test_pins_only_grow(store: Store, asked: Pin, statement: str) -> None:
    connection = sqlite3.connect(store.path)
    with pytest.raises(sqlite3.IntegrityError, match="only grow"):
        connection.execute(statement)
    connection.close()
