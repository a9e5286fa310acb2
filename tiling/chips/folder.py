"""Output folder of a run: files are written to a staging folder inside it and moved when all are complete."""

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

# The folder of the chips in the output, and the manifest beside it, which is written last.
CHIPS = "chips"
MANIFEST = "manifest.jsonl"

# The staging folder. A run with the same inputs resumes from it; any other deletes it.
UNFINISHED = ".unfinished"
_RECORDS = "records.jsonl"

Record = dict[str, Any]


class ChipFolder:
    """Output folder while it is written to; a context manager.

    Chips are files in `staging`, and `records.jsonl` there lists them, row by row. A row counts when its last
    line, the mark, is there. So an interrupted run resumes after its last complete row, and a folder with a
    manifest is always complete.

    Attributes:
        outdir: The output folder.
        staging: The folder that all files are written to first.
        chips: The folder in `staging` for the chips.
        marks: The marks of the rows that an earlier run with the same `key` has completed.
    """

    def __init__(self, outdir: Path, key: str, *, force: bool = False) -> None:
        """Start the output, or resume it.

        Args:
            outdir: Created where it does not exist.
            key: Fingerprint of inputs and options; a run with another one does not use these files.
            force: Replace a complete folder, once the new one is ready.

        Raises:
            RasterWriteError: The folder cannot be created, or holds chips already and `force` is not given.
        """
        self.outdir = outdir
        self.staging = outdir / UNFINISHED
        self.chips = self.staging / CHIPS
        self._file: IO[str] | None = None
        try:
            outdir.mkdir(parents=True, exist_ok=True)
            # Chips without a manifest beside a staging folder are those of a run that ended while publishing.
            names = [MANIFEST] if self.staging.exists() else [MANIFEST, CHIPS]
            taken = next((name for name in names if (outdir / name).exists()), None)
            if taken is not None and not force:
                raise RasterWriteError(
                    f"{outdir} holds {taken} already; expected a folder without chips, or --force to replace "
                    "them."
                )
            self.marks = self._resume(key)
            self._file = (self.staging / _RECORDS).open("a", encoding="utf-8")
            if not self.marks:
                self._file.write(json.dumps({"key": key}) + "\n")
        except OSError as error:
            raise _unwritable(outdir, error) from error

    def _resume(self, key: str) -> list[Record]:
        """Return the marks of complete rows; delete what comes after the last, or all of it if the key differs."""
        records, marks, end = self.staging / _RECORDS, [], 0
        digests: list[tuple[str, str]] = []
        if records.is_file():
            with records.open("rb") as file:
                same = _parsed(file.readline()) == {"key": key}
                while same and (record := _parsed(file.readline())) is not None:
                    if "mark" not in record:
                        digests.append((record["line"]["file"], record["line"]["sha256"]))
                        continue
                    if not all(self._is_intact(*digest) for digest in digests):
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

    def _is_intact(self, name: str | None, sha256: str | None) -> bool:
        if name is None:
            return True
        try:
            with (self.staging / name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except OSError:
            return False

    def put(self, name: str, files: dict[str, bytes]) -> tuple[str, str]:
        """Write the files of one chip; return the name of the first, relative to the output, and its SHA-256.

        Raises:
            RasterWriteError: The disk is full, or the folder is gone.
        """
        first = ""
        try:
            for suffix, content in files.items():
                path = self.chips / f"{name}{suffix}"
                path.write_bytes(content)
                first = first or path.name
        except OSError as error:
            raise _unwritable(self.outdir, error) from error
        return f"{CHIPS}/{first}", hashlib.sha256(next(iter(files.values()))).hexdigest()

    def drop(self, name: str, suffixes: Iterable[str]) -> None:
        """Delete the files of one chip."""
        for suffix in suffixes:
            (self.chips / f"{name}{suffix}").unlink(missing_ok=True)

    def finish_row(self, records: list[Record], mark: Record) -> None:
        """Record the chips of a row and mark it as complete.

        Raises:
            RasterWriteError: The disk is full, or the folder is gone.
        """
        assert self._file is not None
        lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in [*records, {"mark": mark}]]
        try:
            self._file.writelines(lines)
            self._file.flush()
        except OSError as error:
            raise _unwritable(self.outdir, error) from error

    def records(self) -> Iterator[Record]:
        """Yield the records of all chips so far, in the order of their rows."""
        with (self.staging / _RECORDS).open(encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                if "line" in record:
                    yield record

    def publish(self, names: list[str]) -> None:
        """Move the chips, then the files `names` in this order, to the output folder.

        The files of an earlier run are deleted first, its manifests before its chips.

        Raises:
            RasterWriteError: A file could not be moved.
        """
        self.close()
        try:
            old = [self.outdir / MANIFEST, self.outdir / "manifest.parquet"]
            for path in [*old, *self.outdir.glob("annotations*.json")]:
                path.unlink(missing_ok=True)
            if (self.outdir / CHIPS).exists():
                shutil.rmtree(self.outdir / CHIPS)
            self.chips.rename(self.outdir / CHIPS)
            for name in names:
                _sync(self.staging / name)
                (self.staging / name).replace(self.outdir / name)
            shutil.rmtree(self.staging)
        except OSError as error:
            raise _unwritable(self.outdir, error) from error

    def close(self) -> None:
        """Close the records; they stay for the next run."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> ChipFolder:
        """Return the folder itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the records."""
        self.close()


def _parsed(line: bytes) -> Record | None:
    """Parse a line of records; None at the end of the file and for a truncated line."""
    if not line.endswith(b"\n"):
        return None
    try:
        parsed = json.loads(line)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(outdir: Path, error: OSError) -> RasterWriteError:
    if isinstance(error, RasterWriteError):
        return error
    return RasterWriteError(f"{outdir} could not be written to ({error.strerror or error}).")
