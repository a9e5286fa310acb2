"""Which files are meant, and what the others are."""

from __future__ import annotations

import glob
from pathlib import Path

import pytest

from geoengine.tasks.scenes.collect import Found, Skipped, collect, is_raster_name, not_imagery


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery [1]"
    for name in (
        "a.tif", "a.tif.aux.xml", "a.tif.ovr", "a.tif.msk", "a.tfw", "a.jpg", "a_RPC.TXT", "a.geojson",
        "b.jpg", "b.jgw", "notes.pdf", ".hidden.tif", "browse_c.png", "sub/c.NTF", "sub/d", "sub/d.hdr",
        "sub/c-thumbnail.jpg", ".git/e.tif", "project/scenes/a.tif", "unknown.xyz",
    ):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def told(folder: Path, *arguments: str | Path, **options: Path) -> tuple[list[str], dict[str, str]]:
    found, skipped = [], {}
    for each in collect(arguments, **options):
        name = str(each.path.relative_to(folder))
        if isinstance(each, Found):
            found.append(name)
        else:
            skipped[name] = each.reason
    return found, skipped


def test_a_folder(delivery: Path) -> None:
    found, skipped = told(delivery, delivery, leave_out=delivery / "project")
    assert found == ["a.tif", "b.jpg", "unknown.xyz", "sub/c.NTF", "sub/d"]
    assert skipped == {
        ".hidden.tif": "hidden",
        "a.geojson": "labels or a table",
        "a.jpg": "thumbnail",
        "a.tfw": "side-car",
        "a.tif.aux.xml": "side-car",
        "a.tif.msk": "side-car",
        "a.tif.ovr": "side-car",
        "a_RPC.TXT": "side-car",
        "b.jgw": "side-car",
        "browse_c.png": "thumbnail",
        "notes.pdf": "document",
        "project": "the project's own folder",
        "sub/c-thumbnail.jpg": "thumbnail",
        "sub/d.hdr": "side-car",
    }


def test_a_pattern_that_the_shell_left_alone(delivery: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(delivery)
    assert [each.path for each in collect(["*.tif", "**/*.[nN][tT][fF]"])] == [
        Path("a.tif"),
        Path("sub/c.NTF"),
    ]
    (nothing,) = collect(["*.jp2"])
    assert nothing == Found(Path("*.jp2"), named=True)


def test_a_name_is_meant_as_it_is(delivery: Path) -> None:
    """Also one with the characters of a pattern, a label file, and a thumbnail; not the side-car of a file."""
    assert told(delivery, delivery / "a.tif", delivery / "a.geojson", delivery / "a.jpg") == (
        ["a.tif", "a.geojson", "a.jpg"],
        {},
    )
    assert told(delivery, delivery / "a.tif.aux.xml") == ([], {"a.tif.aux.xml": "side-car"})
    lone = delivery / "lone.ovr"
    lone.write_text("")
    assert told(delivery, lone) == (["lone.ovr"], {})
    absent = delivery / "absent.tif"
    assert list(collect([absent])) == [Found(absent, named=True)]


def test_every_file_once(delivery: Path) -> None:
    sub = delivery / "sub"
    meant = [sub, sub / "c.NTF", f"{glob.escape(str(sub))}/*"]
    found = [each.path for each in collect(meant)]
    assert len(found) == len(set(found)) == 4


def test_files_that_must_be_rasters() -> None:
    assert Found(Path("a.tif"), named=False).must_be_raster
    assert not Found(Path("a.xyz"), named=False).must_be_raster
    assert Found(Path("a.xyz"), named=True).must_be_raster
    assert Skipped(Path("a"), "hidden").reason == "hidden"


def test_names_as_rasters_have() -> None:
    assert all(map(is_raster_name, ("a.tif", "b.NTF", "c.vrt", "d.jpg")))
    assert not any(map(is_raster_name, (".a.tif", "a.tfw", "a.tif.aux.xml", "thumb.jpg", "a.zip", "a")))
    assert [not_imagery(name) for name in ("a.tif", "a.tfw", "a.hdr", "a", "a_rpc.txt")] == [None] * 5
    assert not_imagery("labels.GeoJSON") == "labels or a table"
    assert not_imagery("a.zip") == "a document or an archive"
