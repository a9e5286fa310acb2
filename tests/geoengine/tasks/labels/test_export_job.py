"""Exports that were recorded as jobs."""

from __future__ import annotations

import json
import zipfile
from typing import Any

import geopandas
import pytest
import shapely

from geoengine.errors import ExchangeError
from geoengine.model import Changeset, CreateFeature, FeatureState, Job, Origin, Scene, new_uid
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.jobs.leases import worker_name
from geoengine.tasks.jobs.job_context import JobContext
from geoengine.tasks.labels.export_job import run_export_job
from tests.support.views import read


@pytest.fixture
def labelled(store: Store, scene: Scene) -> Scene:
    """A scene with two buildings."""
    edits = [
        CreateFeature(
            uid * 8, "building", shapely.box(350_000 + n, 3_055_990, 350_001 + n, 3_055_991),
            FeatureState.ACCEPTED, None, Origin.HUMAN, None,
        )
        for n, uid in enumerate("ab")
    ]  # fmt: skip
    store.commit(Changeset("token", scene.id, "me", edits), scene_grid=scene.grid)
    return scene


def exported(project: Project, store: Store, **params: Any) -> Job:
    [job] = store.create_jobs("export", {new_uid(): params})
    store.claim_job(job.id, worker_name())
    run_export_job(JobContext(project, store, job, "cpu", lambda: False, lambda _: None))
    return read(store).job(job.id)


def test_a_job_without_a_format_writes_geojson(project: Project, store: Store, labelled: Scene) -> None:
    job = exported(project, store, scenes=[labelled.key])
    assert job.message == f"2 features in export-{job.id}.geojson"
    assert len(json.loads(project.export_path(job).read_text())["features"]) == 2


@pytest.mark.parametrize("name", ["gpkg", "fgb", "parquet"])
def test_other_formats_have_their_suffix(project: Project, store: Store, labelled: Scene, name: str) -> None:
    path = project.export_path(exported(project, store, scenes=[labelled.key], format=name))
    assert path.suffix == f".{name}"
    frame = geopandas.read_parquet(path) if name == "parquet" else geopandas.read_file(path)
    assert len(frame) == 2


def test_a_shapefile_is_one_archive(project: Project, store: Store, labelled: Scene) -> None:
    job = exported(project, store, scenes=[labelled.key], format="shp")
    path = project.export_path(job)
    assert path.name == f"export-{job.id}.shp.zip"
    assert len(geopandas.read_file(path)) == 2
    with zipfile.ZipFile(path) as archive:
        assert f"export-{job.id}.shp" in archive.namelist()
    assert [one.name for one in project.exports_dir.iterdir()] == [path.name]


def test_scenes_that_are_not_complete_are_left_out_and_named(
    project: Project, store: Store, labelled: Scene
) -> None:
    with pytest.raises(ExchangeError, match="1 of 1 scenes are not complete"):
        exported(project, store, scenes=[labelled.key], complete=True)
    assert not list(project.exports_dir.glob("*"))
    store.set_completion(labelled.id, True, author="me", share=1)
    job = exported(project, store, scenes=[labelled.key], complete=True, states=["proposed"])
    assert job.message == f"0 features in export-{job.id}.geojson"
