"""Export of labels in the format of the file's suffix."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import pytest
from shapely import box

from geoengine.errors import ExchangeError
from geoengine.model import Changeset, CreateFeature, FeatureFilter, FeatureState, Origin, Scene
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
    limits = {"states": ["accepted", "proposed"], "classes": ["building"], "min_score": 0.5}
    classes(min_score=0.5, classes=["building"])
    assert json.loads(out.read_text())["geoengine"] == {
        "version": 1,
        "scene": labelled.key,
        "changeset": 1,
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


def test_an_export_that_cannot_be_written_is_refused_first(
    store: Store, scene: Scene, tmp_path: Path
) -> None:
    with pytest.raises(ExchangeError, match=r"has the suffix '\.txt', expected one of"):
        export_labels(store, tmp_path / "out.txt", [scene])
    with pytest.raises(ExchangeError, match="no scenes yet"):
        export_labels(store, tmp_path / "out.geojson", [])
    assert list(tmp_path.glob("out*")) == []
