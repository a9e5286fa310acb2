from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from geoengine.atomic import atomic_write, sweep_temporaries, temporary_folder


def test_writes_bytes_and_pieces(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    assert atomic_write(path, b"one") == path
    assert path.read_bytes() == b"one"
    atomic_write(path, (piece for piece in (b"two ", b"three")))
    assert path.read_bytes() == b"two three"
    assert os.listdir(tmp_path) == ["a.geojson"]


def test_keeps_the_mode_and_follows_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(real)
    atomic_write(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_mode_of_the_umask(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    atomic_write(tmp_path / "new", b"")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_failing_source_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def pieces() -> Iterator[bytes]:
        yield b"new" * 1_000_000
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        atomic_write(path, pieces())
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_a_failing_sync_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        atomic_write(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_a_limited_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    script = (
        "import resource, sys; from pathlib import Path; from geoengine.atomic import atomic_write\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: atomic_write(Path(sys.argv[1]), (b'x' * 10_000 for _ in range(1000)))\n"
        "except OSError as error: sys.exit(f'refused: {error.strerror}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "refused: File too large" in done.stderr
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_a_killed_writer_leaves_the_old_file_and_a_sweep_removes_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    script = (
        "import itertools, sys; from pathlib import Path; from geoengine.atomic import atomic_write\n"
        "atomic_write(Path(sys.argv[1]), itertools.repeat(b'x' * 1024))\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(path)])
    try:
        deadline = time.monotonic() + 30
        while not any(p.stat().st_size for p in tmp_path.glob(".*")) and time.monotonic() < deadline:
            time.sleep(0.005)
        child.send_signal(signal.SIGSTOP)
        [temporary] = tmp_path.glob(".*")
        os.utime(temporary, (1e9, 1e9))
        assert sweep_temporaries(tmp_path, older_than_s=1e12) == 0  # its writer is alive
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=30)
    assert path.read_bytes() == b"old"
    assert len(os.listdir(tmp_path)) == 2
    os.utime(temporary)
    assert sweep_temporaries(tmp_path) == 0  # just made: not locked yet, perhaps
    os.utime(temporary, (1e9, 1e9))
    assert sweep_temporaries(tmp_path, older_than_s=1e12, of="b") == 0
    assert sweep_temporaries(tmp_path, older_than_s=1e12, of="a") == 1
    assert os.listdir(tmp_path) == ["a"]


def test_a_temporary_folder_is_swept_when_its_maker_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "out.gpkg"
    with temporary_folder(path) as folder:
        (folder / "out.gpkg").write_bytes(b"half")
        os.utime(folder, (1e9, 1e9))
        assert sweep_temporaries(tmp_path, older_than_s=1e12) == 0
    assert not folder.exists()
    folder.mkdir()
    (folder / "out.gpkg").write_bytes(b"half")
    os.utime(folder, (1e9, 1e9))
    other = tmp_path / ".video.mp4.part"  # of another program
    other.write_bytes(b"")
    os.utime(other, (1e9, 1e9))
    assert sweep_temporaries(tmp_path, of=path.name) == 1
    assert os.listdir(tmp_path) == [other.name]


def test_a_missing_directory_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        atomic_write(tmp_path / "missing" / "a", b"")
