"""Five hundred damaged files: each is taken unharmed in its place, or refused with one sentence."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from tests.support.damage import make_small_rasters, scattered, take, truncated

LIMIT_S = 60.0  # of the clock: a busy machine is no failure

# Seconds each, whole: they are damaged less often.
HEAVY = ("gcps_uint16.tif", "palette.tif", "nodata.tif", "dateline.tif", "sar_rotated.tif")
SEEDS, SEEDS_OF_HEAVY = 14, 3

# A number of the georeference that became another one as likely as the first: nothing in the file tells.
MOST_MOVED = 0.005


def _serve(connection: Connection) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    while True:
        path, target = connection.recv()
        try:
            result = take(path, target)
        except Exception as error:
            result = {"fault": f"{type(error).__name__}: {error}"}
        connection.send(result)


class Examiner:
    """Another process that takes files, with a limit on time; a new one where it died or hung."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def take(self, path: Path, target: Path) -> dict[str, Any]:
        self._connection.send((path, target))
        try:
            if self._connection.poll(LIMIT_S):
                return dict(self._connection.recv())
            outcome = {"fault": f"no answer in {LIMIT_S} s"}
        except EOFError:
            outcome = {"fault": f"the process ended with {self._process.exitcode}"}
        self.close()
        self._start()
        return outcome

    def close(self) -> None:
        self._process.kill()
        self._process.join()


@pytest.fixture
def examiner() -> Iterator[Examiner]:
    examiner = Examiner()
    # The first answer waits for the imports.
    examiner._connection.send((Path("warm-up"), Path("warm-up.tif")))
    assert examiner._connection.poll(60)
    assert "refused" in examiner._connection.recv()
    yield examiner
    examiner.close()


def _beside(path: Path, folder: Path) -> Path:
    """A copy of a raster with all that it needs, to be damaged."""
    folder.mkdir()
    for file in path.parent.iterdir():
        if file == path or (file.is_file() and file.name.startswith(f"{path.stem}.")):
            shutil.copy(file, folder)
    if path.suffix == ".vrt":
        shutil.copy(path.with_name("tiled.tif"), folder)
    return folder / path.name


@pytest.mark.real_data
@pytest.mark.slow
def test_damaged_files_are_refused_or_unharmed(shared_data: Path, tmp_path: Path, examiner: Examiner) -> None:
    small = tmp_path / "small"
    small.mkdir()
    real = sorted(path for path in (shared_data / "rasters").iterdir() if path.suffix in (".tif", ".ntf"))
    outcomes: Counter[str] = Counter()
    moved: list[str] = []
    for number, path in enumerate([*make_small_rasters(small), *real]):
        copy, target = _beside(path, tmp_path / str(number)), tmp_path / "cog" / "target.tif"
        data = path.read_bytes()
        whole = examiner.take(path, target)
        assert "fault" not in whole, f"{path.name}: {whole}"
        damages = {f"the first {share:.0%}": truncated(share) for share in (0.1, 0.5, 0.9)}
        for seed in range(SEEDS_OF_HEAVY if path.name in HEAVY else SEEDS):
            damages[f"seed {seed}"] = scattered(1000 * number + seed)
        for name, damage in damages.items():
            copy.unlink()
            copy.write_bytes(damage(data))
            got, what = examiner.take(copy, target), f"{path.name}, {name}"
            assert "fault" not in got, f"{what}: {got}"
            if "refused" in got:
                sentence = got["refused"]
                assert "\n" not in sentence, f"{what}: {sentence}"
                assert sentence.endswith("."), f"{what}: {sentence}"
                assert str(copy.parent) in sentence, f"{what}: {sentence}"
                outcomes["refused"] += 1
                continue
            outcomes["taken"] += 1
            if got["grid"] != whole.get("grid"):
                moved.append(what)
            if name.startswith("the first"):
                assert got["pixels"] == whole.get("pixels"), f"{what} is taken with other pixels"
    assert outcomes.total() >= 500
    assert outcomes["taken"] > 50
    assert len(moved) <= MOST_MOVED * outcomes.total(), moved
