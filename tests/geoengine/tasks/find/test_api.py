"""A search over scenes of which one is too small, and one that has nothing to learn from."""

from __future__ import annotations

from pathlib import Path

import pytest
import rasterio
from rasterio.windows import Window

from detectors.model_package.card_file import load_package
from geoengine.tasks.find.api import find
from geoengine.tasks.find.settings import FindError, FindSettings
from tests.support import planted_town as farm
from tests.support.prelabel_town import add_scene
from tests.support.views import read


def test_a_scene_smaller_than_the_examples_is_named(tmp_path: Path) -> None:
    project = farm.make_project(tmp_path / "p")
    package = load_package(project.models_dir / "random")
    path = project.scenes_dir / "patch.tif"
    with rasterio.open(project.scenes_dir / "farm0.tif") as whole:
        profile = {**whole.profile, "width": 20, "height": 20}
        with rasterio.open(path, "w", **profile) as patch:
            patch.write(whole.read(window=Window(0, 0, 20, 20)))
    with project.store() as store:
        add_scene(project, store, path)
        farm.draw(store, read(store).scene_by_key("farm0"), farm.STRIPED[0])
        shares: list[float] = []
        report = find(
            project,
            store,
            read(store).scenes(),
            package,
            FindSettings("tank"),
            progress=lambda _, share: shares.append(share),
        )
        failed = {each.scene_key: each.error for each in report.scenes}
        assert failed["farm0"] is None
        assert "patch is seen in 20 x 20 px, in which the examples are 32 x 32 px" in (failed["patch"] or "")
        assert shares[-1] == 1.0


def test_examples_on_a_scene_that_is_gone_are_no_examples(tmp_path: Path) -> None:
    project = farm.make_project(tmp_path / "p")
    with project.store() as store:
        farm.draw(store, read(store).scene_by_key("farm0"), farm.STRIPED[0])
        (project.scenes_dir / "farm0.tif").unlink()
        package = load_package(project.models_dir / "random")
        with pytest.raises(FindError, match=r"no scene with examples can be used: .*farm0"):
            find(project, store, read(store).scenes(), package, FindSettings("tank"))


def test_examples_on_another_scene_that_is_gone_are_said_to_be_left_out(tmp_path: Path) -> None:
    project = farm.make_project(tmp_path / "p")
    package = load_package(project.models_dir / "random")
    copy = project.scenes_dir / "other.tif"
    with rasterio.open(project.scenes_dir / "farm0.tif") as whole:
        profile, pixels = whole.profile, whole.read()
    with rasterio.open(copy, "w", **profile) as turned:
        turned.write(pixels[:, ::-1])
    with project.store() as store:
        here, other = read(store).scene_by_key("farm0"), add_scene(project, store, copy)
        for scene in (here, other):
            farm.draw(store, scene, farm.STRIPED[0])
        copy.unlink()
        report = find(project, store, [here], package, FindSettings("tank"))
    assert [each.scene_key for each in report.scenes] == ["farm0", other.key]
    assert report.scenes[0].error is None
    assert report.scenes[1].error
    assert report.examples == 1
