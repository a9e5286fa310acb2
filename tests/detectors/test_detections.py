"""Detections: parallel arrays that lose nothing on the way to a file and back."""

from __future__ import annotations

import dataclasses
import io
import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from detectors.detections import Detections, Space
from detectors.errors import SpaceError
from tests.support.detection_strategies import detections, quick


def npz(found: Detections) -> bytes:
    buffer = io.BytesIO()
    found.write(buffer)
    return buffer.getvalue()


@quick
@given(detections())
def test_a_file_brings_back_every_bit_and_its_bytes_are_always_the_same(
    tmp_path_factory: pytest.TempPathFactory, found: Detections
) -> None:
    path = tmp_path_factory.getbasetemp() / "found.npz"
    path.write_bytes(npz(found))
    back = Detections.read(path)
    assert npz(back) == npz(found) == path.read_bytes()
    for field in dataclasses.fields(Detections):
        assert np.array_equal(getattr(back, field.name), getattr(found, field.name))
    assert [a.dtype for a in (back.boxes, back.labels, back.edge_flags)] == [np.float64, np.int64, np.bool_]


def test_the_time_of_day_is_not_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    before = npz(Detections.empty(Space.CHIP))
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert npz(Detections.empty(Space.CHIP)) == before


def test_reading_runs_no_pickle(tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    np.savez(path, **{field.name: np.array([{}], object) for field in dataclasses.fields(Detections)})
    with pytest.raises(ValueError, match="pickle"):
        Detections.read(path)


@quick
@given(detections())
def test_polygons_come_out_as_they_went_in(found: Detections) -> None:
    shapes = found.polygons()
    again = Detections.from_polygons(
        shapes, found.scores, found.labels, found.edge_flags, found.space, seen=found.seen
    )
    assert npz(again) == npz(found)
    assert np.array_equal(found.boxes, shapely.bounds(shapes).reshape(-1, 4))


@quick
@given(detections(), detections(), st.data())
def test_take_undoes_concatenate(first: Detections, second: Detections, data: st.DataObject) -> None:
    both = Detections.concatenate([first, second], Space.RESAMPLED)
    assert len(both) == len(first) + len(second)
    assert npz(both.take(np.arange(len(first)))) == npz(first)
    assert npz(both.take(np.arange(len(both)) >= len(first))) == npz(second)
    order = np.array(data.draw(st.permutations(range(len(both)))), np.int64)
    assert npz(both.take(order).take(np.argsort(order))) == npz(both)


@quick
@given(detections(), st.floats(0.1, 10), st.floats(0.1, 10), st.integers(-500, 500), st.integers(-500, 500))
def test_moving_moves_boxes_and_polygons_alike(
    found: Detections, sx: float, sy: float, dx: int, dy: int
) -> None:
    moved = found.moved((sx, sy), (dx, dy), Space.SCENE)
    assert moved.space == Space.SCENE
    assert np.allclose(moved.boxes, shapely.bounds(moved.polygons()).reshape(-1, 4))
    back = moved.moved((1 / sx, 1 / sy), (-dx / sx, -dy / sy), found.space)
    assert np.allclose(back.coords, found.coords, atol=1e-6)


@quick
@given(detections())
def test_boxes_of_the_producer_stay_with_their_objects(found: Detections) -> None:
    boxes = found.boxes + np.array([-1.0, -2.0, 3.0, 4.0])
    own = Detections.from_polygons(
        found.polygons(), found.scores, found.labels, found.edge_flags, found.space, boxes
    )
    order = np.arange(len(own))[::-1]
    assert np.array_equal(own.take(order).boxes, boxes[order])
    assert np.array_equal(Detections.concatenate([own, own], own.space).boxes, np.concatenate([boxes, boxes]))
    assert np.array_equal(own.with_polygons(own.polygons()).boxes, boxes)


def test_two_spaces_do_not_mix() -> None:
    with pytest.raises(SpaceError, match="detections are in chip space, expected scene"):
        Detections.concatenate([Detections.empty(Space.CHIP)], Space.SCENE)


def test_nothing_is_something_that_can_be_worked_with() -> None:
    nothing = Detections.concatenate([], Space.SCENE)
    assert len(nothing) == 0
    assert len(nothing.take(np.empty(0, np.int64)).moved((2, 2), (1, 1), Space.CHIP).polygons()) == 0
    assert nothing.boxes.shape == (0, 4)


def test_files_of_older_versions_have_unbounded_windows(tmp_path: Path) -> None:
    found = Detections.from_polygons(np.array([shapely.box(0, 0, 1, 1)]), [0.5], [1], [True], Space.CHIP)
    path = tmp_path / "old.npz"
    fields = {name: getattr(found, name) for name in (f.name for f in dataclasses.fields(found))}
    del fields["seen"]
    np.savez(path, allow_pickle=False, **{**fields, "space": np.array("chip")})
    assert npz(Detections.read(path)) == npz(found)


@quick
@given(detections(), st.data())
def test_take_and_concatenate_keep_polygons(found: Detections, data: st.DataObject) -> None:
    index = np.array(data.draw(st.permutations(range(len(found)))), np.int64)
    some = found.take(index[::2])
    both = Detections.concatenate([found, some], Space.RESAMPLED)
    expected = [*found.polygons(), *found.polygons()[index[::2]]]
    assert [polygon.wkb for polygon in both.polygons()] == [polygon.wkb for polygon in expected]
    assert both.seen.tolist() == [*found.seen.tolist(), *found.seen[index[::2]].tolist()]
    assert npz(both.take(np.arange(len(both)) < len(found))) == npz(found)
