"""Training configurations: read strictly, every mistake named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detectors.errors import ConfigError
from detectors.training.config import read_config
from detectors.training.settings import Schedule
from tests.support.training_sets import write_training_set

VHR10 = (
    *("airplane", "ship", "storage_tank", "baseball_diamond", "tennis_court"),
    *("basketball_court", "ground_track_field", "harbor", "bridge", "vehicle"),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_training_set(tmp_path_factory.mktemp("config"))


def test_a_configuration_is_read_whole(path: Path) -> None:
    config = read_config(path)
    assert (config.name, config.class_keys, config.gsd_m) == ("tiny", ("house", "tree"), 0.5)
    assert config.gsd_range_m == (0.25, 1.0)
    assert [source.name for source in config.sources] == ["town", "woods"]
    assert config.sources[0].labels == path.parent / "town.geojson"
    assert config.sources[1].images == path.parent / "trees"
    assert config.phases[0] == replace(
        Schedule(), steps=4, crop_px=96, warmup_steps=1, checkpoint_every=2, seed=3
    )


def test_phases_follow_one_another(tmp_path: Path) -> None:
    two = "[[schedule]]\nsteps = 3\nseed = 7\n\n[[schedule]]\nsteps = 4"
    config = read_config(write_training_set(tmp_path, **{"[schedule]\nsteps = 4": two}))
    first, second = config.phases
    assert (first.seed, second.seed, config.steps) == (7, 3, 7)
    found = [config.phase_of(step) for step in range(8)]
    assert [turn for _, turn in found] == [0, 1, 2, 0, 1, 2, 3, 4]
    assert [plan is first for plan, _ in found] == [True] * 3 + [False] * 5

    none = tmp_path / "none.toml"
    none.write_text("schedule = []\n" + (tmp_path / "config.toml").read_text().partition("[[schedule]]")[0])
    with pytest.raises(ConfigError, match=r"\[\[schedule\]\] is empty"):
        read_config(none)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("overhead", ("building", "tree", "airplane", "vehicle")),
        ("outline", ("building", "tree", "airplane", "vehicle")),
        ("vhr10", VHR10),
    ],
)
def test_our_configurations_can_be_read(
    shared_data: Path, tmp_path: Path, name: str, classes: tuple[str, ...]
) -> None:
    shipped = Path(__file__).resolve().parents[3] / "detectors" / "configs" / f"{name}.toml"
    here = tmp_path / shipped.name
    here.write_text(shipped.read_text().replace("../shared/data", str(shared_data)))
    assert read_config(here).class_keys == classes


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('name = "tiny"\n', "", "the field 'name' is missing"),
        ("[model]", "model = 3\n[other]", "config.toml"),
        ("gsd_m = 0.5\n\n[[classes]]", 'gsd_m = "fine"\n\n[[classes]]', "fine"),
        (
            'geometry = "box"',
            'geometry = "circle"',
            "class 'tree': geometry is 'circle', expected 'polygon' or 'box'",
        ),
        ('geometry = "box"', 'geometry = "box"\ncolour = "red"', "colour"),
        (
            'format = "coco"',
            'format = "samples"',
            "data set 'woods': format is 'samples', expected 'coco' or",
        ),
        (
            'geometry = "box"',
            'geometry = "box"\n[[classes]]\nkey = "House"\ngeometry = "box"',
            "two of which differ by case only",
        ),
        ('key = "tree"', 'key = "house"', r"\[\[classes\]\] has the keys|which is not in \[\[classes\]\]"),
        (
            'Tree = "tree"',
            'Tree = "shrub"',
            r"data set 'woods' has the class 'shrub', which is not in \[\[classes\]\]",
        ),
        (
            'format = "coco"',
            'format = "voc"',
            "data set 'woods': format is 'voc', expected 'coco' or 'geojson'",
        ),
        ('images = "trees"\n', "", "data set 'woods': a coco set needs 'images'"),
        ('labels = "town.geojson"\n', "", "data set 'town': a geojson set needs 'labels'"),
        ('"area.geojson"', '"nowhere.geojson"', r"data set 'town': .*nowhere\.geojson does not exist"),
        ('licence = "CC0"', 'license = "CC0"', "license"),
        ('licence = "CC0"', "holdout = [0, 0, 1]", "holdout|unpack"),
        (
            'licence = "CC0"',
            "holdout = [0.5, 0, 0.5, 1]",
            r"holdout is \(0.5, 0.0, 0.5, 1.0\), expected x0 < x1",
        ),
        ('licence = "CC0"', "weight = 0", "weight 0.0, expected"),
        ('licence = "CC0"', "holdout_fraction = 1.5", "holdout_fraction is 1.5"),
        ("steps = 4\n", "steps = 0\n", "steps is 0, expected a whole number from 1 on"),
        ("steps = 4\n", "steps = 4.5\n", "steps is 4.5, expected a whole number"),
        ("batch = 2", 'batch = "two"', "batch is 'two', expected a whole number"),
        ("checkpoint_every = 2", "checkpoint_every = 0", "checkpoint_every is 0"),
        ("seed = 3", "scale_jitter = 2", "scale_jitter is 2, expected a list of 2 numbers"),
        ("seed = 3", "scale_jitter = [2, 1]", r"scale_jitter is \(2.0, 1.0\), expected two zooms"),
        ("seed = 3", "learning_rate = 0", "learning_rate, weight_decay, ema_decay are 0"),
        ("seed = 3", "ema_decay = 1.0", "ema_decay are"),
        ("seed = 3", "speed = 3", "speed"),
        ("seed = 3", "repeat_rare = 2", "repeat_rare is 2.0, expected a share from 0 to 1"),
        ("seed = 3", "mixed_precision = 1", "mixed_precision is 1, expected true or false"),
        ("seed = 3", "other_sensors = -1", "other_sensors is -1.0, expected a share from 0 to 1"),
        ('licence = "CC0"', 'scene = "("', r"data set 'town': scene is '\(', no regular expression"),
        ('licence = "CC0"', "scale_jitter = [2, 1]", r"scale_jitter is \(2.0, 1.0\), expected two zooms"),
        ('name = "tiny"', 'name = "my harbour/1"', "the name is 'my harbour/1', expected letters"),
        ('key = "tree"', 'key = "my tree!"', r"class 'my tree!': key is 'my tree!', expected letters"),
        ("gsd_m = 0.5\n\n[[classes]]", "gsd_m = 0\n\n[[classes]]", "gsd_m is 0.0, expected metres"),
        (
            "gsd_m = 0.5\n\n[schedule]",
            "gsd_m = -1\n\n[schedule]",
            "data set 'woods': gsd_m is -1.0, expected",
        ),
        ("maskrcnn_efficientnet", "yolo", "architecture is 'yolo_lite0_fpn', expected one of .*maskrcnn"),
        (
            "gsd_m = 0.5\n\n[[classes]]",
            'gsd_m = "0.5 m"\n\n[[classes]]',
            "gsd_m is '0.5 m', expected a number",
        ),
        ('licence = "CC0"', "holdout = [0, 0, 1]", r"holdout is \[0, 0, 1\], expected a list of 4 numbers"),
        ('licence = "CC0"', 'ignore = "bush"', "data set 'town': ignore is 'bush', expected a list of names"),
        (
            'licence = "CC0"',
            "ignore = [3]",
            r"data set 'town': ignore.* is 3, expected a valid string|ignore is \[3\]",
        ),
        ("seed = 3", "epochs = 3", r"\[schedule\]: the field 'epochs' is unknown"),
        ("[model]", "[modle]", "the field 'model' is missing"),
        ("[schedule]", "[shedule]", "the file has the unknown field 'shedule'"),
        ("[schedule]", "[schedule", "cannot be read as a training configuration"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, path: Path, old: str, new: str, sentence: str) -> None:
    text = path.read_text()
    assert old in text
    wrong = tmp_path / "config.toml"
    wrong.write_text(text.replace(old, new))
    with pytest.raises(ConfigError, match=sentence) as caught:
        read_config(wrong)
    assert str(wrong) in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_without_classes_or_data_there_is_nothing_to_learn(tmp_path: Path, path: Path) -> None:
    text = path.read_text()
    model, rest = text.split("[[classes]]", 1)
    wrong = tmp_path / "config.toml"
    wrong.write_text(f"classes = []\ndata = []\n{model}[schedule]\n")
    with pytest.raises(ConfigError, match=r"no data set is given in \[\[data\]\]"):
        read_config(wrong)
    wrong.write_text("data = []\n" + text.split("[[data]]")[0])
    with pytest.raises(ConfigError, match="no data set"):
        read_config(wrong)
    assert rest


def test_an_absent_file_and_one_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read as a training configuration"):
        read_config(tmp_path / "absent.toml")
    (tmp_path / "photo.toml").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read as a training configuration"):
        read_config(tmp_path / "photo.toml")
