"""How good a model package is on what its training never saw.

    python benchmarks/accuracy.py CONFIG [--package DIR] [--device cpu] [--precision fp32] [--out DIR]

CONFIG is the package's training configuration, which says what was kept apart (run from the repository root, with the
data sets beside it). Every COCO set is looked at as `geoengine predict --coco` does and scored as `geoengine evaluate
--coco` does: AP50 and F1 with 95 % intervals by bootstrap over images. Then every set is measured as training itself
does, and site by site at the limits and calibration of the card (outlines at IoU 0.5, boxes at 0.4). With --out, the
held-out COCO files, predictions and reports (confusion matrix, curves, worst mistakes) stay.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from by_place import count_image, group, print_places

from detectors.inference.predictor import Precision, Predictor, load_network
from detectors.model_package.card import ModelPackage
from detectors.model_package.card_file import load_package
from detectors.model_package.registry import Registry
from detectors.training.config import TrainConfig, read_config
from detectors.training.measure import measure
from detectors.training.settings import SourceConfig
from detectors.training.sources import held_out_coco, read_source
from detectors.training.split import Split
from geoengine.tasks.labels.evaluate_coco import evaluate_coco
from geoengine.tasks.predict import COCO_MIN_SCORE, PredictSettings, predict_coco


def main() -> None:
    """Measure one package."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("config", type=Path)
    parser.add_argument("--package", type=Path, help="[default: the shipped one of the configuration's name]")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", type=Precision, choices=list(Precision))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    config = read_config(options.config)
    package = load_package(options.package) if options.package else Registry().get(config.name)
    print(f"{package.card.reference}, {package.card.sha256[:12]}")
    predictor = Predictor.load(package, options.device, COCO_MIN_SCORE, options.precision)
    print(f"{options.device}, {predictor.precision}")
    with tempfile.TemporaryDirectory() as scratch:
        for source in config.sources:
            if source.format == "coco":
                report_coco(source, config, predictor, options.out or Path(scratch), bool(options.out))
            split = read_source(source, config)
            report_split(source, config, package, split, options.device)
            report_sites(source, package, split, options)


def report_coco(
    source: SourceConfig, config: TrainConfig, predictor: Predictor, out: Path, keep: bool
) -> None:
    """AP50 and F1 on the images of a COCO set that were kept apart."""
    assert source.images is not None
    folder = out / source.name
    folder.mkdir(parents=True, exist_ok=True)
    truth, predictions = folder / "held-out.json", folder / "predictions.json"
    coco = held_out_coco(source, config)
    if not coco["images"]:
        return
    truth.write_text(json.dumps(coco))
    renamed = {key: name for name, key in source.classes.items() if key in predictor.card.class_keys}
    settings = PredictSettings(gsd_m=source.gsd_m)
    predict_coco(predictor, truth, source.images, predictions, settings, renamed=renamed)
    found = evaluate_coco(
        truth, predictions, report=folder if keep else None, images=source.images if keep else None
    )
    for kind, figures in found.figures.items():
        for figure in figures:
            print(
                f"{source.name:<12} {len(coco['images']):>4} images {kind} {figure.category:<20} "
                f"{figure.labels:>5} labels  AP50 {figure.ap50}  F1 {figure.f1 or '-'}",
                flush=True,
            )


def report_split(
    source: SourceConfig, config: TrainConfig, package: ModelPackage, split: Split, device: str
) -> None:
    """Print what training itself measures: precision, recall and F1 of outlines at IoU 0.5, of boxes at 0.4."""
    network = load_network(package)
    for key, figures in measure(config, network, {source.name: split}, device).items():
        if key in source.classes.values():
            print(f"{source.name:<12} {key}: {json.dumps(figures)}", flush=True)


def report_sites(
    source: SourceConfig, package: ModelPackage, split: Split, options: argparse.Namespace
) -> None:
    """Print the figures of each site of a data set, as the package would do there."""
    predictor = Predictor.load(package, options.device, precision=options.precision)
    for label, info in enumerate(package.card.classes, start=1):
        if info.key in source.classes.values() and split.val:
            iou = 0.5 if info.geometry == "polygon" else 0.4
            sites = {
                site: [count_image(predictor, sample, label, info.geometry, iou) for sample in samples]
                for site, samples in group(split.val, source.site or "^").items()
            }
            print(f"{source.name} {info.key}, IoU {iou}, score >= {info.min_score:g}")
            print_places(sites, package.card.gsd_m)


if __name__ == "__main__":
    main()
