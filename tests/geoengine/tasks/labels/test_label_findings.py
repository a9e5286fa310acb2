"""Tests of `geoengine.tasks.labels.label_findings`."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from geoengine.exchange.geojson import LeftOut, WriteReport
from geoengine.model import Scene
from geoengine.model.damage import DamagedScene
from geoengine.model.health import FindingKind
from geoengine.tasks.labels.label_findings import NAMED, LabelFindings


def report(scene: Scene, count: int) -> WriteReport:
    left_out = tuple(LeftOut(f"{n:032x}", scene.key, "has no area") for n in range(count))
    return WriteReport(Path("a.geojson"), 0, (scene.key,), left_out)


def test_a_full_disk_is_told_from_other_failures(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    findings = LabelFindings()
    for _ in range(2):
        findings.failed(scene, OSError(errno.ENOSPC, "No space left on device"))
    assert [(one.kind, one.scene_id) for one in findings.all()] == [(FindingKind.DISK, scene.id)]
    assert len(caplog.records) == 1
    findings.failed(scene, RuntimeError("Topology"))
    (found,) = findings.all()
    assert found.kind is FindingKind.LABEL_FILE
    assert found.message == f"labels of scene {scene.key!r} cannot be written: Topology"
    assert findings.is_unwritten(scene.id)
    findings.current(scene.id)
    assert findings.all() == []


def test_what_was_left_out_is_named_up_to_a_number(scene: Scene) -> None:
    findings = LabelFindings()
    findings.written(scene, report(scene, 1))
    assert findings.all()[0].message.endswith(f"{0:032x} of scene {scene.key!r} has no area")
    findings.written(scene, report(scene, NAMED + 5))
    (found,) = findings.all()
    assert (len(found.uids), found.features) == (NAMED, NAMED + 5)
    assert found.message.endswith(f"and {NAMED + 4} more")
    findings.failed(scene, OSError(errno.EACCES, "Permission denied"))
    assert [one.kind for one in findings.all()] == [FindingKind.LABEL_FILE]
    findings.current(scene.id)
    findings.written(scene, report(scene, 0))
    assert findings.all() == []


def test_scenes_that_are_gone_or_restored_are_forgotten(scene: Scene) -> None:
    findings, other = LabelFindings(), replace(scene, id=scene.id + 1, key="other")
    for one in (scene, other):
        findings.written(one, report(one, 1))
    findings.damaged([DamagedScene(7, "seven", "is damaged")])
    assert findings.is_damaged(7)
    assert len(findings.all()) == 3
    findings.keep({other.id, 7})
    assert [one.scene_id for one in findings.all()] == [other.id, 7]
    findings.readable(7)
    findings.damaged([])
    assert [one.scene_id for one in findings.all()] == [other.id]
