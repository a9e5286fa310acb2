"""Export of labels in the format of the file's suffix."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import geopandas
import pytest
from shapely import box

from geoengine.errors import ExchangeError
from geoengine.model import (
    Changeset,
    Confidence,
    CreateFeature,
    FeatureFilter,
    FeatureState,
    Origin,
    Scene,
    UpdateFeature,
)
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.export import export_labels


@pytest.fixture
def labelled(store: Store, scene: Scene) -> Scene:
    edits = tuple(
        CreateFeature(
            f"{n:032x}", key, box(350_010 + n, 3_055_950, 350_010.5 + n, 3_055_951), state, score, origin
        )
        for n, (key, state, score, origin) in enumerate(
            [
                ("building", FeatureState.ACCEPTED, None, Origin.HUMAN),
                ("tree", FeatureState.PROPOSED, 0.4, Origin.IMPORT),
                ("tree", FeatureState.REJECTED, 0.9, Origin.IMPORT),
            ]
        )
    )
    store.commit(Changeset("t", scene.id, "ana", edits))
    return scene


def test_states_classes_and_scores_are_chosen(store: Store, labelled: Scene, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out.geojson"

    def classes(**options: object) -> list[str]:
        export_labels(store, out, [labelled], **options)  # type: ignore[arg-type]
        return [feature["properties"]["class"] for feature in json.loads(out.read_text())["features"]]

    assert classes() == ["building", "tree"]
    assert classes(states=[FeatureState.REJECTED]) == ["tree"]
    assert classes(classes=["building"]) == ["building"]
    assert classes(min_score=0.5) == ["building"]
    said = UpdateFeature(f"{1:032x}", 1, unsure=True, note="see the road", confidence=Confidence.POSSIBLE)
    store.commit(Changeset("u", labelled.id, "ana", (said,)))
    assert (
        classes(unsure=True) == classes(noted=True) == classes(confidences=[Confidence.POSSIBLE]) == ["tree"]
    )
    assert json.loads(out.read_text())["geoengine"]["confidences"] == ["possible"]
    assert classes(unsure=False) == classes(noted=False) == ["building"]
    assert json.loads(out.read_text())["geoengine"]["noted"] is False
    limits = {"states": ["accepted", "proposed"], "classes": ["building"], "min_score": 0.5}
    classes(min_score=0.5, classes=["building"])
    assert json.loads(out.read_text())["geoengine"] == {
        "version": 1,
        "scene": labelled.key,
        "changeset": 2,
        "complete": False,
        **limits,
    }


@pytest.mark.parametrize(
    "keep",
    [
        FeatureFilter(),
        FeatureFilter([FeatureState.REJECTED, FeatureState.ACCEPTED]),
        FeatureFilter(classes=["tree"], max_score=0.5),
        FeatureFilter(min_score=0.5),
        FeatureFilter(authors=["bo"]),
        FeatureFilter(models=["m"]),
        FeatureFilter(since="2000"),
        FeatureFilter(until="2000"),
    ],
)
def test_a_filter_accepts_what_a_query_finds(store: Store, labelled: Scene, keep: FeatureFilter) -> None:
    with store.reading() as view:
        every = list(view.snapshot(labelled.id).features)
        found = list(view.snapshot(labelled.id, keep).features)
    assert [feature for feature in every if keep.accepts(feature)] == found


@pytest.mark.parametrize("name", ["out.gpkg", "out.fgb", "out.parquet"])
def test_other_formats_hold_the_same_features(
    store: Store, labelled: Scene, tmp_path: Path, name: str
) -> None:
    report = export_labels(store, tmp_path / name, [labelled], crs=None)
    assert report.path == tmp_path / name
    read = geopandas.read_parquet if name.endswith("parquet") else geopandas.read_file
    table = read(tmp_path / name)
    assert table.crs.to_epsg() == 32645
    assert sorted(table["class"]) == ["building", "tree"]


KILLED = """
import os, signal, sys
from pathlib import Path
from geoengine.project import Project
from geoengine.tasks.labels import export
export.convert_geojson = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with Project.open(sys.argv[1]).store() as store, store.reading() as view:
    export.export_labels(store, Path(sys.argv[2]), [view.scene(1)])
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_export_leaves_nothing_that_the_next_one_does_not_sweep(
    project: Project, store: Store, labelled: Scene, tmp_path: Path
) -> None:
    temp, out = tmp_path / "temp", tmp_path / "out"
    temp.mkdir()
    child = subprocess.run(
        [sys.executable, "-c", KILLED, project.directory, out / "a.gpkg"],
        env={**os.environ, "TMPDIR": str(temp)},
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    assert list(temp.iterdir()) == []
    [left] = out.iterdir()
    assert [path.name for path in left.iterdir()] == ["labels.geojson"]
    os.utime(left, (0, 0))  # older than one that was made a moment ago
    export_labels(store, out / "a.gpkg", [labelled])
    assert [path.name for path in out.iterdir()] == ["a.gpkg"]


def test_an_export_that_cannot_be_written_is_refused_first(
    store: Store, scene: Scene, tmp_path: Path
) -> None:
    with pytest.raises(ExchangeError, match=r"has the suffix '\.txt', expected one of"):
        export_labels(store, tmp_path / "out.txt", [scene])
    with pytest.raises(ExchangeError, match="no scenes yet"):
        export_labels(store, tmp_path / "out.geojson", [])
    assert list(tmp_path.glob("out*")) == []
