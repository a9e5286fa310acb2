"""Names that stay in their folder, and those that do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoengine.confined import confined, real_folder
from geoengine.errors import NotFoundError


@pytest.fixture
def allowed(tmp_path: Path) -> Path:
    folder = tmp_path / "allowed"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub/a.tif").write_text("a")
    (tmp_path / "secret.tif").write_text("secret")
    (tmp_path / "allowed-too").mkdir()
    (tmp_path / "allowed-too/b.tif").write_text("b")
    (folder / "out.tif").symlink_to(tmp_path / "secret.tif")
    (folder / "outside").symlink_to(tmp_path)
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "in.tif").symlink_to(folder / "sub/a.tif")
    return real_folder(folder)


@pytest.mark.parametrize("name", ["", "sub", "sub/a.tif", "sub/./a.tif", "in.tif"])
def test_what_lies_in_it_is_found(allowed: Path, name: str) -> None:
    path = confined(allowed, name)
    assert path.exists()
    assert path.is_relative_to(allowed)


@pytest.mark.parametrize(
    "name",
    ["..", "../secret.tif", "sub/../a", "../allowed-too/b.tif", "out.tif", "outside/secret.tif", "loop", "gone.tif",
     "/etc/passwd", "//etc/passwd", "a\0.tif", "x" * 5000, "sub/a.tif/b"],
)  # fmt: skip
def test_all_else_is_answered_as_what_is_not_there(allowed: Path, name: str) -> None:
    with pytest.raises(NotFoundError, match="expected a file or folder that lies in it"):
        confined(allowed, name)


def test_a_folder_that_became_a_link_is_another_one(allowed: Path, tmp_path: Path) -> None:
    allowed.rename(tmp_path / "moved")
    allowed.symlink_to(tmp_path / "moved")
    with pytest.raises(NotFoundError):
        confined(allowed, "sub/a.tif")


def test_a_folder_that_is_allowed_must_be_there(tmp_path: Path) -> None:
    for path in (tmp_path / "gone", tmp_path / "a\0b"):
        with pytest.raises(NotFoundError, match="is no folder"):
            real_folder(path)
