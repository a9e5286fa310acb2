"""export, import, and what a full disk and a bad file do to them."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import geopandas
import pytest

from geoengine.model import Changeset, DeleteFeature, FeatureState, UpdateFeature
from geoengine.project import Project
from tests.support.samples import Run, Town, square, write_geojson, write_raster
from tests.support.views import read

ROOT = Path(__file__).resolve().parents[3]


def test_export_writes_what_was_not_rejected(labelled: Town, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "new" / "out.geojson"
    result = run("export", "-p", labelled.directory, out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"4 features of 1 scene in {out}.\n"
    frame = geopandas.read_file(out)
    assert sorted(frame["class"]) == ["building"] * 3 + ["tree"]
    assert set(frame["state"]) == {"accepted", "proposed"}
    assert frame.crs.to_epsg() == 4326


@pytest.mark.parametrize(
    ("options", "number"),
    [
        (("--state", "accepted"), 3),
        (("--state", "accepted,proposed,rejected"), 5),
        (("--class", "tree"), 1),
        (("--min-score", "0.7"), 3),
        (("--scene", "town", "--crs", "scene"), 4),
        (("--crs", "EPSG:3857"), 4),
        (("--unsure", "yes"), 0),
        (("--unsure", "no", "--note", "no", "--confidence", "none,possible"), 4),
    ],
)
def test_export_picks(
    options: tuple[str, ...], number: int, labelled: Town, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "out.geojson"
    result = run("export", "-p", labelled.directory, out, *options, "--json")
    assert result.exit_code == 0, result.stderr
    said = {"path": str(out), "features": number, "scenes": ["town"], "left_out": [], "notes": []}
    assert json.loads(result.stdout) == said
    frame = geopandas.read_file(out)
    assert len(frame) == number
    wanted = {"scene": 32645, "EPSG:3857": 3857}.get(options[-1], 4326)
    assert frame.crs.to_epsg() == wanted


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--state", "accpted"), "'accpted' is not one of proposed, accepted, rejected"),
        (("--scene", "twon"), "there is no scene 'twon' in this project, which has town"),
        (("--unsure", "perhaps"), "'perhaps' is not one of 'yes', 'no'"),
        (("--confidence", "sure"), "'sure' is not one of possible, probable, confirmed, none"),
        (("--class", "car"), "there is no class 'car' in this project, which has building, tree"),
        (("--crs", "EPSG:nonsense"), "'EPSG:nonsense'"),
    ],
)
def test_export_refuses(
    options: tuple[str, ...], said: str, labelled: Town, tmp_path: Path, run: Run
) -> None:
    result = run("export", "-p", labelled.directory, tmp_path / "out.geojson", *options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "out.geojson").exists()


def test_a_full_disk_during_export_keeps_the_previous_file(town: Town, tmp_path: Path, run: Run) -> None:
    """A limit on the size of files stands in for a full disk: the kernel refuses the write in the same place."""
    grid = [square(12 * i, 10 * j, side=8, **{"class": "tree"}) for i in range(24) for j in range(18)]
    run("import", "-p", town.directory, write_geojson(tmp_path / "in.geojson", grid), "--scene", "town")
    folder = tmp_path / "small"
    folder.mkdir()
    out = folder / "out.geojson"
    out.write_text("the earlier file")
    code = "import sys; from geoengine.cli import main; main(sys.argv[1:])"

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        # Enough for what SQLite keeps beside the database while it is read, and less than the export needs.
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))

    done = subprocess.run(
        [sys.executable, "-c", code, "export", "-p", str(town.directory), str(out)],
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=limit,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 4, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"the disk is full ({out})" in done.stderr
    assert out.read_text() == "the earlier file"
    assert [path.name for path in folder.iterdir()] == ["out.geojson"]


def test_import_takes_the_good_and_lists_the_bad(town: Town, tmp_path: Path, run: Run) -> None:
    bow = square(100, 20, **{"class": "building"})
    ring = bow["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    features = [
        square(20, 20, **{"class": "building", "floors": 2}),
        bow,
        square(140, 20, **{"class": "castle"}),
        {"type": "Feature", "properties": {"class": "tree"}, "geometry": None},
        square(180, 20, **{"class": "tree"}),
    ]
    path = write_geojson(tmp_path / "mixed.geojson", features)
    result = run("import", "-p", town.directory, path, "--scene", "town", "--author", "Ada")
    assert result.exit_code == 1
    assert result.stdout == "2 features added to town, 3 left out.\n"
    said, unknown, repair, *lines = result.stderr.splitlines()
    assert said == "Read as GeoJSON."
    assert unknown == "Unknown classes: 'castle' (1); --map NAME=CLASS says what they mean."
    assert repair == "Rings cross or touch themselves, or parts overlap; --repair repairs them."
    assert [line.split()[:2] for line in lines] == [["feature", "1"], ["feature", "2"], ["feature", "3"]]
    assert "elf-intersection" in lines[0]
    assert "unknown class 'castle'" in lines[1]
    assert "no geometry" in lines[2]

    with Project.open(town.directory).store() as store:
        building, tree = read(store).features(read(store).scene_by_key("town").id).features
    assert (building.author, str(building.state), str(building.origin)) == ("Ada", "accepted", "import")
    assert building.attributes == {"floors": 2}
    assert tree.class_key == "tree"
    # The scene's labels file has them at once.
    assert len(geopandas.read_file(town.directory / "labels" / "town.geojson")) == 2


def test_a_file_with_nothing_good_is_exit_code_2(town: Town, tmp_path: Path, run: Run) -> None:
    path = write_geojson(tmp_path / "bad.geojson", [square(0, 0, **{"class": "castle"})])
    result = run("import", "-p", town.directory, path, "--scene", "town", "--json")
    assert result.exit_code == 2
    document = json.loads(result.stdout)
    assert (document["added"], document["changeset"]) == (0, None)
    assert document["problems"][0]["index"] == 0


@pytest.mark.parametrize("text", ["no json", "[1, 2]", '{"type": "Topology"}'])
def test_a_file_that_is_no_geojson_is_one_sentence(text: str, town: Town, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "bad.geojson"
    path.write_text(text)
    result = run("import", "-p", town.directory, path, "--scene", "town")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "bad.geojson" in result.stderr


def test_a_multipolygon_is_one_object_unless_it_is_split(town: Town, tmp_path: Path, run: Run) -> None:
    one, other = square(20, 20), square(60, 20)
    parts = [one["geometry"]["coordinates"], other["geometry"]["coordinates"]]
    base = {**one, "geometry": {"type": "MultiPolygon", "coordinates": parts}}
    path = write_geojson(tmp_path / "in.geojson", [base])
    options = ("import", "-p", town.directory, path, "--class", "building")
    assert run(*options).stdout == "1 feature added to town.\n"
    assert run(*options, "--split-parts").stdout == "2 features added to town.\n"


def test_the_same_file_twice_is_there_once(town: Town, tmp_path: Path, run: Run) -> None:
    path = write_geojson(tmp_path / "in.geojson", [square(20, 20), square(60, 20), square(60, 20)])
    first = run("import", "-p", town.directory, path, "--scene", "town", "--class", "building")
    assert first.exit_code == 1
    assert "2 features added to town, 1 left out" in first.stdout
    assert "same geometry of the same class" in first.stderr
    second = json.loads(
        run("import", "-p", town.directory, path, "--scene", "town", "--class", "building", "--json").stdout
    )
    assert (second["added"], second["known"], second["problems"]) == (0, 3, [])


def test_an_export_imported_again_adds_nothing(labelled: Town, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out.geojson"
    run("export", "-p", labelled.directory, out, "--state", "accepted,proposed,rejected")
    result = run("import", "-p", labelled.directory, out, "--scene", "town")
    assert (result.exit_code, result.stdout) == (0, "0 features added to town, 5 there already.\n")


def test_what_both_changed_is_listed_and_stays(labelled: Town, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out.geojson"
    run("export", "-p", labelled.directory, out)
    document = json.loads(out.read_text())
    moved, renamed, deleted, *_ = document["features"]
    project = Project.open(labelled.directory)
    with project.store() as store:
        scene = read(store).scene_by_key("town")
        edits = (
            UpdateFeature(moved["id"], 1, class_key="tree"),
            UpdateFeature(renamed["id"], 1, state=FeatureState.REJECTED),
            DeleteFeature(deleted["id"], 1),
        )
        store.commit(Changeset("t", scene.id, "Ada", edits))
        before = {feature.uid: feature for feature in read(store).features(scene.id).features}
    # What only the project changed stays, and is no fault of the file.
    result = run("import", "-p", labelled.directory, out, "--scene", "town")
    assert (result.exit_code, result.stdout) == (0, "0 features added to town, 4 there already.\n")
    assert "3 objects changed here since the file was written" in result.stderr

    for position in moved["geometry"]["coordinates"][0]:
        position[0] += 2e-6
    renamed["properties"]["class"] = deleted["properties"]["class"] = "tree"
    out.write_text(json.dumps(document))
    result = run("import", "-p", labelled.directory, out, "--scene", "town")
    assert result.exit_code == 1
    assert "its geometry is another" in result.stderr
    assert "its class is 'building', the file's is 'tree'" in result.stderr
    assert "was deleted in the project" in result.stderr
    with project.store() as store:
        after = {feature.uid: feature for feature in read(store).features(scene.id).features}
    assert after == before


def test_labels_of_one_scene_go_into_another_of_the_same_place(
    labelled: Town, tmp_path: Path, run: Run
) -> None:
    """Last year's labels on this year's image: the uids are taken, so the copies get their own."""
    run("add", "-p", labelled.directory, write_raster(tmp_path / "later.tif", seed=9))
    out = tmp_path / "out.geojson"
    run("export", "-p", labelled.directory, out, "--state", "accepted")
    for number, known in ((3, 0), (0, 3)):
        document = json.loads(
            run("import", "-p", labelled.directory, out, "--scene", "later", "--json").stdout
        )
        assert (document["added"], document["known"], document["problems"]) == (number, known, [])


def test_import_sets_the_state_and_reads_another_property(town: Town, tmp_path: Path, run: Run) -> None:
    path = write_geojson(tmp_path / "in.geojson", [square(20, 20, kind="tree"), square(60, 20)])
    result = run(
        *("import", "-p", town.directory, path, "--scene", "town"),
        *("--class-property", "kind", "--class", "building", "--state", "proposed"),
    )
    assert result.exit_code == 0
    with Project.open(town.directory).store() as store:
        features = read(store).features(read(store).scene_by_key("town").id).features
    assert [(f.class_key, str(f.state)) for f in features] == [("tree", "proposed"), ("building", "proposed")]


def test_import_refuses_a_class_the_project_lacks(town: Town, tmp_path: Path, run: Run) -> None:
    path = write_geojson(tmp_path / "in.geojson", [square(20, 20)])
    result = run("import", "-p", town.directory, path, "--scene", "town", "--class", "castle")
    assert result.exit_code == 2
    assert "there is no class 'castle'" in result.stderr
