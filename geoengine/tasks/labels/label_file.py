"""Label file of one scene, rewritten with unchanged features copied as bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import FileIO
from itertools import pairwise
from pathlib import Path

import numpy as np

from geoengine.atomic import atomic_write
from geoengine.exchange.crs import WGS84
from geoengine.exchange.geojson import GeoJSONWriter, LeftOut, WriteReport
from geoengine.model import Scene
from geoengine.store.view import StoreView
from geoengine.tasks.labels.label_index import (
    SEPARATOR,
    Integers,
    LabelIndex,
    signature_of,
    signature_of_status,
)

_BLOCK = 1 << 22
# Above this share of changed features a copy saves little.
_LARGEST_CHANGE = 0.2
# A file of fewer features is written anew in less than the promised two seconds.
_WORTH_KEEPING = 2000


class _StaleIndexError(Exception):
    """The file is not the one that the index describes."""


@dataclass
class _Lines:
    """Lines of features by row: bytes, or None for one that is not in the file (any more)."""

    by_id: dict[int, bytes | None] = field(default_factory=dict)
    left_out: dict[int, LeftOut] = field(default_factory=dict)


class LabelFile:
    """Writer of one scene's label file; it remembers where each feature lies in the file it wrote last.

    The same labels give the same bytes, whether features were copied or written anew. Not for use by several
    threads at once.
    """

    def __init__(self) -> None:
        """Make a writer that has written nothing yet."""
        self._index: LabelIndex | None = None
        self.whole_writes = 0
        """Writes in succession, up to the last one, that could copy nothing."""

    def load(self, index_path: Path, path: Path) -> None:
        """Take up what `save` has kept, where it describes the file at `path`."""
        self._index = LabelIndex.load(index_path, path)

    def save(self, index_path: Path) -> None:
        """Keep for a later process where each feature lies."""
        if self._index is not None and len(self._index.ids) >= _WORTH_KEEPING:
            self._index.save(index_path)

    def write(self, path: Path, view: StoreView, scene_id: int) -> tuple[int, WriteReport]:
        """Write the scene's live features as of the view; `path` is replaced as a whole or not at all.

        Returns:
            The number of the changeset the file is at, and what was written.

        Raises:
            OSError: It cannot be written; the earlier file is intact.
            NotFoundError: There is no such scene.
        """
        index = self._index
        if index is not None and index.path == path and index.signature == signature_of(path):
            try:
                written = self._patched(index, view, scene_id)
            except _StaleIndexError:
                pass
            else:
                self.whole_writes = 0
                return written
        self.whole_writes += 1
        return self._whole(path, view, scene_id)

    def _whole(self, path: Path, view: StoreView, scene_id: int) -> tuple[int, WriteReport]:
        scene, changeset = view.scene(scene_id), view.last_changeset(scene_id)
        writer = GeoJSONWriter(WGS84, 9)
        head = writer.begin(scene)
        writer.enter(scene, changeset)
        ids: list[int] = []
        lengths: list[int] = []
        left_out: dict[int, LeftOut] = {}

        def pieces() -> Iterator[bytes]:
            yield head
            for lines in _read(view, scene, 0, writer):
                left_out.update(lines.left_out)
                found = [(number, line) for number, line in sorted(lines.by_id.items()) if line is not None]
                if found:
                    yield (SEPARATOR if ids else b"\n") + SEPARATOR.join(line for _, line in found)
                    ids.extend(number for number, _ in found)
                    lengths.extend(len(line) for _, line in found)
            yield writer.end(len(left_out))

        atomic_write(path, pieces())
        self._remember(path, changeset, head, np.array(ids, np.int64), np.array(lengths, np.int64), left_out)
        return changeset, WriteReport(path, len(ids), (scene.key,), tuple(left_out.values()))

    def _patched(self, index: LabelIndex, view: StoreView, scene_id: int) -> tuple[int, WriteReport]:
        """Write the file with the features that changed since the last one, and the bytes of the others."""
        scene, changeset = view.scene(scene_id), view.last_changeset(scene_id)
        if not 0 < index.changeset <= changeset:
            raise _StaleIndexError
        writer = GeoJSONWriter(WGS84, 9)
        head = writer.begin(scene)
        writer.enter(scene, changeset)
        changed = _Lines()
        for lines in _read(view, scene, index.changeset, writer):
            changed.by_id |= lines.by_id
            changed.left_out |= lines.left_out
            if len(changed.by_id) > max(100, _LARGEST_CHANGE * len(index.ids)):
                raise _StaleIndexError
        left_out = {number: one for number, one in index.left_out.items() if number not in changed.by_id}
        left_out = dict(sorted((left_out | changed.left_out).items()))
        new = {number: line for number, line in changed.by_id.items() if line is not None}
        kept = np.flatnonzero(~np.isin(index.ids, list(changed.by_id)))
        ids = np.concatenate([index.ids[kept], np.fromiter(new, np.int64, len(new))])
        lengths = np.concatenate(
            [index.lengths[kept], np.fromiter((len(line) for line in new.values()), np.int64, len(new))]
        )
        source = np.concatenate([kept, np.full(len(new), -1)])
        order = np.argsort(ids, kind="stable")
        ids, lengths, source = ids[order], lengths[order], source[order]

        starts = index.starts

        def pieces() -> Iterator[bytes]:
            yield head
            with index.path.open("rb", buffering=0) as file:
                if signature_of_status(os.fstat(file.fileno())) != index.signature:
                    raise _StaleIndexError
                for run in _runs(source):
                    yield SEPARATOR if run.start else b"\n"
                    if source[run.start] < 0:
                        line = new[int(ids[run.start])]
                        yield line
                        continue
                    first, last = source[run.start], source[run.stop - 1]
                    start = int(starts[first])
                    yield from _copied(file, start, int(starts[last] + index.lengths[last]) - start)
                if signature_of_status(os.fstat(file.fileno())) != index.signature:
                    raise _StaleIndexError
            yield writer.end(len(left_out))

        atomic_write(index.path, pieces())
        self._remember(index.path, changeset, head, ids, lengths, left_out)
        return changeset, WriteReport(index.path, len(ids), (scene.key,), tuple(left_out.values()))

    def _remember(
        self,
        path: Path,
        changeset: int,
        head: bytes,
        ids: Integers,
        lengths: Integers,
        left_out: dict[int, LeftOut],
    ) -> None:
        signature = signature_of(path)
        if signature is None:
            self._index = None
        else:
            # The first line is preceded by a line break.
            self._index = LabelIndex(path, signature, changeset, len(head) + 1, ids, lengths, left_out)


def _read(view: StoreView, scene: Scene, after: int, writer: GeoJSONWriter) -> Iterator[_Lines]:
    """Yield the lines of a scene's features, some thousand at a time; see `FeatureReader.label_rows`."""
    for rows, damaged in view.label_rows(scene.id, after):
        found = _Lines()
        live = [(number, feature) for number, feature in rows if not feature.deleted]
        numbers = {feature.uid: number for number, feature in live}
        before = len(writer.left_out)
        lines = writer.lines([feature for _, feature in live], scene)
        found.by_id |= dict.fromkeys([*(number for number, _ in rows), *(number for number, _ in damaged)])
        found.by_id |= {number: line for (number, _), line in zip(live, lines, strict=True)}
        found.left_out = {numbers[one.uid]: one for one in writer.left_out[before:]}
        found.left_out |= {number: LeftOut(one.uid, scene.key, one.reason) for number, one in damaged}
        yield found


def _runs(source: Integers) -> Iterator[range]:
    """Yield ranges of features that lie side by side in the old file, or are one new feature."""
    if not len(source):
        return
    joined = (source[1:] == source[:-1] + 1) & (source[:-1] >= 0)
    edges = [0, *(np.flatnonzero(~joined) + 1).tolist(), len(source)]
    for start, stop in pairwise(edges):
        yield range(start, stop)


def _copied(file: FileIO, start: int, length: int) -> Iterator[bytes]:
    file.seek(start)
    while length:
        block = file.read(min(length, _BLOCK))
        if not block:
            raise _StaleIndexError
        yield block
        length -= len(block)
