"""How well objects are found at places that the training never saw.

    python benchmarks/places.py CONFIG building|tree [--steps 1200] [--base-steps 1500] [--device cpu] [--out DIR]

CONFIG is a training configuration, `detectors/configs/overhead.toml`. A network first learns from the data sets without
the class; from there one training for each place learns from all sets but that place, and is measured on the
whole place, with the score limits and the calibration of its own held-out samples. Run it from the repository root.
With --out, what was trained stays there, and what is there already is not trained again.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from dataclasses import replace
from pathlib import Path

from by_place import ImageCounts, count_image, print_places

from detectors.inference.predictor import Predictor
from detectors.model_package.card_file import load_package
from detectors.training.config import TrainConfig, read_config
from detectors.training.loop import learn
from detectors.training.measure import measure
from detectors.training.publish import publish
from detectors.training.samples import Sample
from detectors.training.settings import Schedule
from detectors.training.sources import read_source
from detectors.training.split import Split
from detectors.training.start import starting_network

# Regular expressions on `data set/file`.
PLACES = {
    "building": {
        "Banepa and Panauti": "^banepa/|/panauti",
        "Zanzibar": "/zanzibar",
        "Kampala": "/kampala",
        "Catanduanes": "/catanduanes",
    },
    "tree": {"DELA, HEAL, ABBY, DSNY": "/(DELA|HEAL|ABBY|DSNY)"},
}
IOU = {"polygon": 0.5, "box": 0.4}

Splits = dict[str, Split]


def main() -> None:
    """Train and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("config", type=Path)
    parser.add_argument("key", choices=list(PLACES))
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--base-steps", type=int, default=1500)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    config = read_config(options.config)
    splits = {source.name: read_source(source, config) for source in config.sources}
    with tempfile.TemporaryDirectory() as scratch:
        out = options.out or Path(scratch)
        apart = {source.name for source in config.sources if options.key in source.classes.values()}
        others = {name: split for name, split in splits.items() if name not in apart}
        base = trained(config, others, options.base_steps, None, out / "base", options.device)
        counts: dict[str, list[ImageCounts]] = {}
        for place, pattern in PLACES[options.key].items():
            seen, left_out = without(splits, pattern)
            folder = trained(
                config, seen, options.steps, base, out / re.sub(r"\W+", "-", place), options.device
            )
            counts[place] = measured(config, folder, left_out, options.key, options.device)
    print_places(counts, config.gsd_m)


def without(splits: Splits, pattern: str) -> tuple[Splits, list[Sample]]:
    """Return what is left of the sets without a place, and all samples of the place."""
    seen: Splits = {}
    left_out: list[Sample] = []
    for name, split in splits.items():
        parts = []
        for samples in (split.train, split.val):
            left_out += [sample for sample in samples if re.search(pattern, sample.name)]
            parts.append([sample for sample in samples if not re.search(pattern, sample.name)])
        if parts[0]:
            seen[name] = Split(parts[0], parts[1])
    return seen, left_out


def trained(
    config: TrainConfig, splits: Splits, steps: int, start: Path | None, out: Path, device: str
) -> Path:
    """Train on the samples given, in one phase like the configuration's first; return the package's folder."""
    if (out / "model.json").exists():
        return out
    plan: Schedule = replace(config.phases[0], steps=steps, freeze_norms=start is not None)
    sources = tuple(source for source in config.sources if source.name in splits)
    short = replace(config, sources=sources, phases=(plan,))
    package = None if start is None else load_package(start)
    network = starting_network(short, package)
    average, seconds = learn(short, splits, network, out, start=str(start), device=device, resume=True)
    metrics = measure(short, average, splits, device)
    publish(short, average, metrics, {"seconds": round(seconds)}, out)
    print(f"{out.name}: {steps} steps in {seconds:.0f} s, on {', '.join(splits)}", flush=True)
    return out


def measured(
    config: TrainConfig, folder: Path, samples: list[Sample], key: str, device: str
) -> list[ImageCounts]:
    """Measure a package on samples."""
    predictor = Predictor.load(load_package(folder), device)
    info = next(info for info in config.classes if info.key == key)
    label = config.class_keys.index(key) + 1
    return [count_image(predictor, sample, label, info.geometry, IOU[info.geometry]) for sample in samples]


if __name__ == "__main__":
    main()
