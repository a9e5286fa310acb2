"""Density, scores and facets, against counting one feature after the other."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from geoengine.errors import InvalidValueError, NotFoundError
from geoengine.model import (
    EVERYTHING,
    Bounds,
    Changeset,
    CreateFeature,
    DeleteFeature,
    Edit,
    Feature,
    FeatureFilter,
    FeatureState,
    Origin,
    RestoreFeature,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.store import Store
from geoengine.store.features.overview import MAX_CELLS, smallest_cell
from tests.support.examples import examples
from tests.support.older_schema import (
    WITHOUT_GEOMETRY,
    WITHOUT_PARENT,
    WITHOUT_PINS,
    WITHOUT_SAID,
    WITHOUT_SHAPE,
)
from tests.support.views import read
from tiling.grid.raster_grid import RasterGrid

EAST, NORTH = 350_000.0, 3_056_000.0  # the scene's upper left corner
MODELS = ("overhead 1.0", "roofs, 2")
AUTHORS = ("ana", "Müller, Hans")


@pytest.fixture
def labels(store: Store, scene: Scene) -> list[Feature]:
    """300 seeded features by two people and two models, a few of them beyond the scene's edges, some deleted."""
    rng = np.random.default_rng(6)
    for author in AUTHORS:
        creates = []
        for x, y, score in zip(*rng.uniform((-5, -85, 0), (105, 5, 1), (150, 3)).T.tolist(), strict=True):
            by_hand = bool(rng.random() < 0.2)
            creates.append(
                CreateFeature(
                    new_uid(),
                    str(rng.choice(["building", "tree"])),
                    box(EAST + x, NORTH + y, EAST + x + 1, NORTH + y + 2),
                    FeatureState(rng.choice(list(FeatureState))),
                    None if by_hand else round(score, 2),  # many lie on the edge of a bin
                    Origin.HUMAN if by_hand else Origin.MODEL,
                    None if by_hand else str(rng.choice(MODELS)),
                )
            )
        made = store.commit(Changeset(new_uid(), scene.id, author, tuple(creates))).features
        store.commit(Changeset(new_uid(), scene.id, author, tuple(DeleteFeature(f.uid, 1) for f in made[:9])))
    return list(read(store).features(scene.id).features)


def passes(feature: Feature, keep: FeatureFilter) -> bool:
    """The slow reference of a filter."""
    return (
        (keep.states is None or feature.state in keep.states)
        and (keep.classes is None or feature.class_key in keep.classes)
        and (keep.models is None or feature.model in keep.models)
        and (keep.authors is None or feature.author in keep.authors)
        and (keep.min_score is None or feature.score is None or feature.score >= keep.min_score)
        and (keep.max_score is None or feature.score is None or feature.score <= keep.max_score)
        and (keep.since is None or feature.time >= keep.since)
        and (keep.until is None or feature.time < keep.until)
    )


def some(values: tuple[Any, ...]) -> st.SearchStrategy[tuple[Any, ...] | None]:
    return st.none() | st.sets(st.sampled_from(values)).map(tuple)


filters = st.builds(
    FeatureFilter,
    states=some(tuple(FeatureState)),
    classes=some(("building", "tree")),
    min_score=st.none() | st.sampled_from([0.0, 0.29, 0.5]),
    max_score=st.none() | st.sampled_from([0.5, 0.58, 1.0]),
    models=some((*MODELS, "nobody's")),
    authors=some((*AUTHORS, "nobody")),
)
# Like the place of a view on the map, anywhere near the scene.
places = st.tuples(st.floats(-20, 90), st.floats(0, 60), st.floats(-90, 10), st.floats(0, 60)).map(
    lambda v: (EAST + v[0], NORTH + v[2], EAST + v[0] + v[1], NORTH + v[2] + v[3])
)
slowly = examples(60, fixtures=True)


@pytest.fixture
def moments(labels: list[Feature]) -> list[str]:
    return sorted({feature.time for feature in labels})


@given(keep=filters, data=st.data())
@slowly
def test_filters_agree_with_the_reference(
    store: Store,
    scene: Scene,
    labels: list[Feature],
    moments: list[str],
    keep: FeatureFilter,
    data: st.DataObject,
) -> None:
    moment = st.none() | st.sampled_from(moments)
    keep = replace(keep, since=data.draw(moment), until=data.draw(moment))
    expected = [feature.uid for feature in labels if passes(feature, keep)]
    assert [feature.uid for feature in read(store).features(scene.id, keep=keep).features] == expected
    assert [feature.uid for feature in read(store).features(scene.id, keep=keep).features] == expected
    waiting = keep if keep.states is not None else replace(keep, states=(FeatureState.PROPOSED,))
    items, total = read(store).queue(scene.id, keep)
    assert {item.uid for item in items} == {feature.uid for feature in labels if passes(feature, waiting)}
    assert total == len(items)


def counted(
    labels: Sequence[Feature], cell: float, bbox: Bounds | None, keep: FeatureFilter
) -> list[tuple[int, int, tuple[int, ...]]]:
    """The slow reference of a density: column, row and counts by state."""
    counts: dict[tuple[int, int], Counter[FeatureState]] = {}
    for feature in labels:
        minx, miny, maxx, maxy = feature.geometry.bounds
        col = math.floor(((minx + maxx) / 2 - EAST) / cell)
        row = math.floor((NORTH - (miny + maxy) / 2) / cell)
        inside = bbox is None or (
            math.floor((bbox[0] - EAST) / cell) <= col <= math.floor((bbox[2] - EAST) / cell)
            and math.floor((NORTH - bbox[3]) / cell) <= row <= math.floor((NORTH - bbox[1]) / cell)
        )
        if inside and passes(feature, keep):
            counts.setdefault((row, col), Counter())[feature.state] += 1
    return [
        (col, row, tuple(of_cell[state] for state in FeatureState))
        for (row, col), of_cell in sorted(counts.items())
    ]


def density(store: Store, scene: Scene, *asked: Any) -> list[tuple[int, int, tuple[int, ...]]]:
    return [(each.col, each.row, each.counts) for each in read(store).density(scene.id, *asked)]


# Counts are kept of cells of 51.2 m: 512 pixels.
cells = st.sampled_from([0.7, 1.0, 8.0, 50.0, 51.2, 102.4, 409.6, 1000.0])
kept_filters = st.builds(FeatureFilter, states=some(tuple(FeatureState)), classes=some(("building", "tree")))


@given(cell=cells, bbox=st.none() | places, keep=filters | kept_filters)
@slowly
def test_density_agrees_with_counting(
    store: Store, scene: Scene, labels: list[Feature], cell: float, bbox: Bounds | None, keep: FeatureFilter
) -> None:
    assert density(store, scene, cell, bbox, keep) == counted(labels, cell, bbox, keep)


@pytest.fixture
def fine_scene(add_scene: Callable[..., Scene]) -> Scene:
    """A scene of so small pixels that counts are kept of cells of 2 m."""
    transform = Affine(1 / 256, 0, EAST, 0, -1 / 256, NORTH)
    return add_scene("fine", RasterGrid(None, transform, 30_000, 25_000))


def random_edits(rng: np.random.Generator, labels: Sequence[Feature]) -> Iterator[Edit]:
    """One edit of each of some features, of any kind, and a few new ones."""
    for index in rng.choice(len(labels), len(labels) // 3, replace=False).tolist():
        known = labels[index]
        kind = RestoreFeature if known.deleted else UpdateFeature
        yield [
            UpdateFeature(known.uid, known.revision, state=FeatureState(rng.choice(list(FeatureState)))),
            UpdateFeature(known.uid, known.revision, class_key=str(rng.choice(["building", "tree"]))),
            DeleteFeature(known.uid, known.revision),
            kind(known.uid, known.revision, geometry=somewhere(rng)),
        ][3 if known.deleted else rng.integers(4)]
    for _ in range(10):
        state = FeatureState(rng.choice(list(FeatureState)))
        yield CreateFeature(new_uid(), str(rng.choice(["building", "tree"])), somewhere(rng), state)


def somewhere(rng: np.random.Generator) -> Polygon:
    x, y = rng.uniform((-10, -110), (127, 10)).tolist()
    return box(EAST + x, NORTH + y, EAST + x + 0.5, NORTH + y + 0.3)


def test_kept_counts_follow_edits_of_every_kind(store: Store, fine_scene: Scene) -> None:
    rng = np.random.default_rng(8)
    for turn in range(24):
        labels = read(store).features(fine_scene.id, include_deleted=True).features
        if turn % 6 == 5:
            proposals = [
                CreateFeature(
                    new_uid(), "tree", somewhere(rng), FeatureState.PROPOSED, origin=Origin.MODEL, model="m"
                )
                for _ in range(20)
            ]
            store.replace_proposals(fine_scene.id, ["tree"], proposals, token=new_uid(), author="m")
        else:
            edits = tuple(random_edits(rng, labels))
            store.commit(Changeset(new_uid(), fine_scene.id, "ana", edits))
        living = read(store).features(fine_scene.id).features
        for cell in (2.0, 4.0, 64.0):
            for keep in (EVERYTHING, FeatureFilter(states=(FeatureState.ACCEPTED,), classes=("tree",))):
                assert density(store, fine_scene, cell, None, keep) == counted(living, cell, None, keep)
    assert len({each.state for each in living}) == 3
    assert any(each.deleted for each in labels)


def test_kept_counts_are_made_for_features_that_were_there(store: Store, fine_scene: Scene) -> None:
    edits = tuple(random_edits(np.random.default_rng(9), ()))
    store.commit(Changeset(new_uid(), fine_scene.id, "ana", edits))
    expected = density(store, fine_scene, 2.0)
    assert sum(sum(counts) for *_, counts in expected) == 10
    store.close()
    with sqlite3.connect(store.path) as connection:
        for statement in (
            "DROP TRIGGER density_insert",
            "DROP TRIGGER density_change",
            "DROP TABLE density",
            "DROP TABLE density_grids",
            "DROP TABLE removed_scenes",
            "DROP TABLE identity",
            "DROP TABLE known_files",
            "DROP TABLE seen_ground",
            "DROP TABLE completions",
            "DROP TABLE bookmarks",
            "ALTER TABLE changesets DROP COLUMN job_id",
            "ALTER TABLE classes DROP COLUMN retired",
            *WITHOUT_SAID,
            *WITHOUT_SHAPE,
            *WITHOUT_PARENT,
            *WITHOUT_GEOMETRY,
            *WITHOUT_PINS,
        ):
            connection.execute(statement)
        connection.execute("UPDATE alembic_version SET version_num = '0005'")
    connection.close()
    with Store.open(store.path) as upgraded:
        assert density(upgraded, fine_scene, 2.0) == expected


def test_density_follows_edits(store: Store, scene: Scene, labels: list[Feature]) -> None:
    far = box(EAST + 400, NORTH - 400, EAST + 401, NORTH - 399)
    moved = labels[0]
    store.commit(Changeset(new_uid(), scene.id, "bo", (UpdateFeature(moved.uid, 1, geometry=far),)))
    [cell] = read(store).density(scene.id, 10.0, (EAST + 390, NORTH - 410, EAST + 410, NORTH - 390))
    assert (cell.col, cell.row, sum(cell.counts)) == (40, 39, 1)
    store.commit(Changeset(new_uid(), scene.id, "bo", (DeleteFeature(moved.uid, 2),)))
    assert sum(sum(each.counts) for each in read(store).density(scene.id, 10.0)) == len(labels) - 1


def test_features_far_away_are_counted(store: Store, scene: Scene) -> None:
    far = [box(0, y, 1e24, y + 1e24) for y in (-1e25, 1e25)]
    creates = tuple(CreateFeature(new_uid(), "tree", polygon) for polygon in far)
    store.commit(Changeset(new_uid(), scene.id, "ana", creates))
    for cell in (1.0, 51.2):
        found = read(store).density(scene.id, cell)
        assert [(each.row, sum(each.counts)) for each in found] == [(1 - 2**29, 1), (2**29 - 1, 1)]


def test_cells_too_small_are_refused_with_the_smallest(store: Store, scene: Scene) -> None:
    with pytest.raises(InvalidValueError, match=r"cell is 0\.01, .*, expected 0\.\d+ or more") as caught:
        read(store).density(scene.id, 0.01)
    smallest = float(str(caught.value).split("expected ")[1].split()[0])
    assert read(store).density(scene.id, smallest) == []
    for nonsense in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(InvalidValueError, match="expected a length above 0"):
            read(store).density(scene.id, nonsense)


@given(st.floats(1e-6, 1e7), st.floats(0, 1e7))
def test_the_smallest_cell_is_large_enough(width: float, height: float) -> None:
    cell = smallest_cell(width, height)
    assert (math.ceil(width / cell) + 1) * (math.ceil(height / cell) + 1) <= MAX_CELLS
    assert float(f"{cell:g}") == cell  # as it is written in the refusal


@given(bins=st.integers(1, 200), keep=filters, bbox=st.none() | places)
@slowly
def test_scores_agree_with_counting(
    store: Store, scene: Scene, labels: list[Feature], bins: int, keep: FeatureFilter, bbox: Bounds | None
) -> None:
    kept = read(store).features(scene.id, bbox, keep).features
    found = read(store).scores(scene.id, bins, bbox, keep)
    assert found.edges == tuple(edge / bins for edge in range(bins + 1))
    for state in FeatureState:
        scores = [feature.score for feature in kept if feature.state == state]
        expected = [0] * bins
        for score in scores:
            if score is not None:
                expected[max(index for index in range(bins) if found.edges[index] <= score)] += 1
        assert list(found.counts[state]) == expected
        assert found.unscored[state] == scores.count(None)


def test_scores_want_a_bin(store: Store, scene: Scene) -> None:
    with pytest.raises(InvalidValueError, match="bins is 0"):
        read(store).scores(scene.id, 0)


def test_facets(store: Store, scene: Scene, labels: list[Feature]) -> None:
    facets = read(store).facets(scene.id)
    assert facets.classes == Counter(feature.class_key for feature in labels)
    assert facets.states == Counter(feature.state.value for feature in labels)
    assert facets.models == Counter(feature.model for feature in labels if feature.model)
    assert facets.authors == Counter(feature.author for feature in labels)
    times = [feature.time for feature in labels]
    assert (facets.earliest, facets.latest) == (min(times), max(times))


def test_nothing_to_see(store: Store, scene: Scene) -> None:
    assert read(store).density(scene.id, 1.0) == []
    assert set(read(store).scores(scene.id, 2).counts.values()) == {(0, 0)}
    facets = read(store).facets(scene.id)
    assert (facets.classes, facets.earliest, facets.latest) == ({}, None, None)
    with pytest.raises(NotFoundError):
        read(store).density(99, 1.0)
    with pytest.raises(NotFoundError):
        read(store).scores(99, 1)
