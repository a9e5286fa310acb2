"""The demonstration's scene: fetched once, kept, and put where it belongs."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from geoengine.tasks.demo import download as demo
from geoengine.tasks.demo.download import DownloadError
from geoengine.tasks.demo.scenes import read_crowns

VOC = """<annotation><object><name>Tree</name>
<bndbox><xmin>{0}</xmin><ymin>{1}</ymin><xmax>{2}</xmax><ymax>{3}</ymax></bndbox></object></annotation>"""


def png(width: int, height: int) -> bytes:
    import io

    from PIL import Image

    image = Image.fromarray(np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with a small stand-in for the wheel in it."""
    cache = tmp_path / "cache"
    cache.mkdir()
    path = cache / demo.WHEEL_NAME
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{demo.WHEEL_MEMBER}.png", png(60, 40))
        archive.writestr(f"{demo.WHEEL_MEMBER}.xml", VOC.format(10, 5, 30, 20))
        archive.writestr("deepforest/__init__.py", "raise SystemExit('imported')")
    import hashlib

    monkeypatch.setattr(demo, "WHEEL_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    return path


def test_a_cached_wheel_needs_no_network(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_pip_download", lambda *_: pytest.fail("asked for the network"))
    files = demo.fetch_demo(wheel.parent)
    assert files.image.is_file()
    assert [polygon.bounds for polygon in read_crowns(files.crowns)] == [(10, 5, 30, 20)]
    # Only the image and the boxes are taken out of it, and a second time nothing is.
    assert sorted(path.name for path in wheel.parent.iterdir()) == [
        demo.WHEEL_NAME,
        "yellowstone.png",
        "yellowstone.png.aux.xml",
        "yellowstone.xml",
    ]
    wheel.unlink()
    assert demo.fetch_demo(wheel.parent) == files


def test_the_scene_lies_in_its_tile_at_its_true_pixel_size(wheel: Path) -> None:
    from tiling.raster.raster import open_raster

    with open_raster(demo.fetch_demo(wheel.parent).image) as raster:
        assert raster.grid.crs is not None
        assert raster.grid.crs.to_epsg() == 32612
        assert raster.grid.bounds == pytest.approx((528000.0, 4979000.0 - 4.0, 528006.0, 4979000.0))
        assert raster.grid.gsd_m == pytest.approx(0.1, rel=2e-3)


def test_another_wheel_is_refused(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "WHEEL_SHA256", "0" * 64)
    with pytest.raises(DownloadError, match="expected 0000000000000000…: remove it"):
        demo.fetch_demo(wheel.parent)


def test_without_a_registry_one_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(DownloadError, match="could not be reached") as caught:
        demo.fetch_demo(tmp_path / "cache")
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_cache_can_be_put_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOENGINE_CACHE", str(tmp_path))
    assert demo.cache_directory() == tmp_path
    monkeypatch.delenv("GEOENGINE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert demo.cache_directory() == Path("/xdg/geoengine")
