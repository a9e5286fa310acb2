"""A folder of chips in the making: everything is prepared in one place inside it and appears at the end."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from tiling.errors import RasterWriteError

# Chips lie in this folder of the output; the manifest, which comes last, lies beside it.
CHIPS = "chips"
MANIFEST = "manifest.jsonl"

# What is not finished lies here. It is taken up by a run with the same inputs, and deleted by any other.
UNFINISHED = ".unfinished"
_RECORDS = "records.jsonl"

Record = dict[str, Any]


class ChipFolder:
    """An output folder while it is written to; a context manager.

    Chips are files in `staging`, and `records.jsonl` there tells about them, row by row. A row counts when
    its last line, the mark, is there. So a run that was interrupted goes on after its last whole row, and
    a folder with a manifest is always a finished one.

    Attributes:
        chips: where the chips are put for now.
        staging: where everything else of the output is put for now.
        marks: the marks of the rows an earlier run with the same `key` has finished.
    """

    def __init__(self, outdir: Path, key: str, *, force: bool = False) -> None:
        """Makes or takes up the output.

        Args:
            outdir: made where it does not exist.
            key: says what is cut and how; a run with another one does not go on with these files.
            force: replace a finished folder, once the new one is ready.

        Raises:
            RasterWriteError: the folder cannot be made, or holds chips already and `force` is not given.
        """
        self._outdir = outdir
        self.staging = outdir / UNFINISHED
        self.chips = self.staging / CHIPS
        self._file: IO[str] | None = None
        try:
            outdir.mkdir(parents=True, exist_ok=True)
            # Chips without a manifest beside unfinished ones are those of a run that was just finishing.
            names = [MANIFEST] if self.staging.exists() else [MANIFEST, CHIPS]
            taken = next((name for name in names if (outdir / name).exists()), None)
            if taken is not None and not force:
                raise RasterWriteError(
                    f"{outdir} holds {taken} already; expected a folder without chips, or --force to replace "
                    "them."
                )
            self.marks = self._take_up(key)
            self._file = (self.staging / _RECORDS).open("a", encoding="utf-8")
            if not self.marks:
                self._file.write(json.dumps({"key": key}) + "\n")
        except OSError as error:
            raise _unwritable(outdir, error) from error

    def _take_up(self, key: str) -> list[Record]:
        """The marks of whole rows; everything after the last one is cut off, and all of it if it does not fit."""
        records, marks, end = self.staging / _RECORDS, [], 0
        digests: list[tuple[str, str]] = []
        if records.is_file():
            with records.open("rb") as file:
                same = _parsed(file.readline()) == {"key": key}
                while same and (record := _parsed(file.readline())) is not None:
                    if "mark" not in record:
                        digests.append((record["line"]["file"], record["line"]["sha256"]))
                        continue
                    if not all(self._is_there(*digest) for digest in digests):
                        break
                    marks.append(record["mark"])
                    digests, end = [], file.tell()
        if marks:
            os.truncate(records, end)
            return marks
        if self.staging.exists():
            shutil.rmtree(self.staging)
        self.chips.mkdir(parents=True)
        return []

    def _is_there(self, name: str | None, sha256: str | None) -> bool:
        if name is None:
            return True
        try:
            with (self.staging / name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except OSError:
            return False

    def put(self, name: str, files: dict[str, bytes]) -> tuple[str, str]:
        """Writes the files of one chip; returns the name of the first, from the output, and its sha256.

        Raises:
            RasterWriteError: the disk is full, or the folder is gone.
        """
        first = ""
        try:
            for suffix, content in files.items():
                path = self.chips / f"{name}{suffix}"
                path.write_bytes(content)
                first = first or path.name
        except OSError as error:
            raise _unwritable(self._outdir, error) from error
        return f"{CHIPS}/{first}", hashlib.sha256(next(iter(files.values()))).hexdigest()

    def drop(self, name: str, suffixes: Iterable[str]) -> None:
        """Deletes the files of one chip."""
        for suffix in suffixes:
            (self.chips / f"{name}{suffix}").unlink(missing_ok=True)

    def finish_row(self, records: list[Record], mark: Record) -> None:
        """Notes the chips of a row and that it is done."""
        assert self._file is not None
        lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in [*records, {"mark": mark}]]
        try:
            self._file.writelines(lines)
            self._file.flush()
        except OSError as error:
            raise _unwritable(self._outdir, error) from error

    def records(self) -> Iterator[Record]:
        """All chips noted so far, in the order of their rows."""
        with (self.staging / _RECORDS).open(encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                if "line" in record:
                    yield record

    def publish(self, names: list[str]) -> None:
        """Moves the chips, then the files `names`, the last of them last, to where they belong.

        What an earlier run left goes first, its manifests before its chips.

        Raises:
            RasterWriteError: a file could not be moved.
        """
        self.close()
        try:
            old = [self._outdir / MANIFEST, self._outdir / "manifest.parquet"]
            for path in [*old, *self._outdir.glob("annotations*.json")]:
                path.unlink(missing_ok=True)
            if (self._outdir / CHIPS).exists():
                shutil.rmtree(self._outdir / CHIPS)
            self.chips.rename(self._outdir / CHIPS)
            for name in names:
                _make_durable(self.staging / name)
                (self.staging / name).replace(self._outdir / name)
            shutil.rmtree(self.staging)
        except OSError as error:
            raise _unwritable(self._outdir, error) from error

    def close(self) -> None:
        """Closes the records; what is there stays for the next run."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> ChipFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _parsed(line: bytes) -> Record | None:
    """A whole line of records; None at the end and for one that was cut off."""
    if not line.endswith(b"\n"):
        return None
    try:
        parsed = json.loads(line)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(outdir: Path, error: OSError) -> RasterWriteError:
    if isinstance(error, RasterWriteError):
        return error
    return RasterWriteError(f"{outdir} could not be written to ({error.strerror or error}).")
