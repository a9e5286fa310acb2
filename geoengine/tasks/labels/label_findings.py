"""Record of what is wrong with the label files of a project, for the write-back and for `/api/health`."""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Collection, Iterable

from geoengine.exchange.geojson import WriteReport
from geoengine.model import Scene
from geoengine.model.damage import DamagedScene
from geoengine.model.health import FindingKind, HealthFinding

_log = logging.getLogger(__name__)

NAMED = 20
"""Features that a finding names; of more, the number is said."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class LabelFindings:
    """Trouble with label files by scene; for any thread."""

    def __init__(self) -> None:
        """Make a record in which everything is well."""
        self._lock = threading.Lock()
        self._unwritten: dict[int, HealthFinding] = {}
        self._left_out: dict[int, HealthFinding] = {}
        self._damaged: dict[int, HealthFinding] = {}

    def all(self) -> list[HealthFinding]:
        """Return files not written or incomplete, then scenes that cannot be read."""
        with self._lock:
            return [*(self._left_out | self._unwritten).values(), *self._damaged.values()]

    def is_unwritten(self, scene_id: int) -> bool:
        """Return whether the last attempt to write the scene's file failed."""
        with self._lock:
            return scene_id in self._unwritten

    def is_damaged(self, scene_id: int) -> bool:
        """Return whether the scene's row could not be read."""
        with self._lock:
            return scene_id in self._damaged

    def failed(self, scene: Scene, error: Exception) -> None:
        """Note that a scene's file could not be written; log it where that is new."""
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        full = isinstance(error, OSError) and error.errno in _NO_ROOM
        finding = HealthFinding(
            FindingKind.DISK if full else FindingKind.LABEL_FILE,
            f"labels of scene {scene.key!r} cannot be written: {reason}",
            scene.id,
        )
        with self._lock:
            known = self._unwritten.get(scene.id) == finding
            self._unwritten[scene.id] = finding
        if not known:
            _log.error("%s; trying again", finding.message)

    def current(self, scene_id: int) -> None:
        """Note that a scene's file is as the database is."""
        with self._lock:
            self._unwritten.pop(scene_id, None)

    def written(self, scene: Scene, report: WriteReport) -> None:
        """Note what was left out of a scene's file."""
        with self._lock:
            self._left_out.pop(scene.id, None)
        if not report.left_out:
            return
        more = f" and {len(report.left_out) - 1} more" if len(report.left_out) > 1 else ""
        finding = HealthFinding(
            FindingKind.LEFT_OUT,
            f"not in the label file: {report.left_out[0]}{more}",
            scene.id,
            tuple(one.uid for one in report.left_out[:NAMED]),
            len(report.left_out),
        )
        with self._lock:
            self._left_out[scene.id] = finding
        _log.error("%s", finding.message)

    def readable(self, scene_id: int) -> None:
        """Note that a scene's row can be read."""
        with self._lock:
            self._damaged.pop(scene_id, None)

    def damaged(self, scenes: Iterable[DamagedScene]) -> None:
        """Note all scenes whose rows cannot be read."""
        found = {one.id: HealthFinding(FindingKind.DAMAGED, str(one), one.id) for one in scenes}
        with self._lock:
            self._damaged = found

    def keep(self, scene_ids: Collection[int]) -> None:
        """Forget scenes that are not in the project any more."""
        with self._lock:
            for findings in (self._unwritten, self._left_out, self._damaged):
                for gone in findings.keys() - set(scene_ids):
                    del findings[gone]
