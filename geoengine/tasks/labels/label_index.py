"""Byte ranges of the features in a label file, kept between runs in the project's cache."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from geoengine.atomic import atomic_write
from geoengine.exchange.geojson import LeftOut

Integers = npt.NDArray[np.int64]
Signature = tuple[int, int]

SEPARATOR = b",\n"
_VERSION = 2


@dataclass(frozen=True)
class LabelIndex:
    """Byte ranges of a file's features.

    Attributes:
        path: The file.
        signature: What tells it from another file of that path, or from an edited one.
        changeset: Number of the changeset the file is at.
        first: Where the first line starts.
        ids: (N,) rows of the features in the database, ascending.
        lengths: (N,) bytes of their lines, without separators.
        left_out: By row: features that are not in the file.
    """

    path: Path
    signature: Signature
    changeset: int
    first: int
    ids: Integers
    lengths: Integers
    left_out: dict[int, LeftOut]

    @property
    def starts(self) -> Integers:
        """(N,) where the lines start."""
        before = np.cumsum(self.lengths + len(SEPARATOR)) - self.lengths - len(SEPARATOR)
        return np.asarray(self.first + before, np.int64)

    def save(self, path: Path) -> None:
        """Write the index to `path`, if it can be written; without it the next run writes the whole file once."""
        head = [_VERSION, *self.signature, self.changeset, self.first]
        rest = json.dumps([[number, one.uid, one.scene, one.reason] for number, one in self.left_out.items()])
        stream = BytesIO()
        np.savez(stream, head=np.array(head, np.int64), ids=self.ids, lengths=self.lengths, left_out=rest)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            atomic_write(path, stream.getvalue())

    @classmethod
    def load(cls, path: Path, label_file: Path) -> LabelIndex | None:
        """Return the index at `path`, or None where there is none that describes `label_file` as it is now."""
        signature = signature_of(label_file)
        if signature is None:
            return None
        try:
            with np.load(path, allow_pickle=False) as stored:
                version, *known, changeset, first = stored["head"].tolist()
                if version != _VERSION or tuple(known) != signature:
                    return None
                rows = json.loads(str(stored["left_out"]))
                left_out = {number: LeftOut(uid, scene, reason) for number, uid, scene, reason in rows}
                return cls(
                    label_file, signature, changeset, first, stored["ids"], stored["lengths"], left_out
                )
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None


def signature_of(path: Path) -> Signature | None:
    """Return what tells a file from an earlier or edited one at its path; None where there is no file."""
    try:
        return signature_of_status(path.stat())
    except OSError:
        return None


def signature_of_status(status: os.stat_result) -> Signature:
    """Return the signature of an open file's status."""
    return status.st_size, status.st_mtime_ns
