"""Account of a training: what it learnt from, what was held out and where that is listed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from detectors.model_package.card import ModelCard
from detectors.outlines.outline_card import SamCard
from detectors.training.config import TrainConfig
from detectors.training.samples import Sample
from detectors.training.sources import held_out_coco
from detectors.training.split import Split

HELD_OUT = "held_out"


def count_samples(config: TrainConfig, splits: dict[str, Split]) -> dict[str, Any]:
    """Return the numbers of images and of objects by class that each data set gives, for the card.

    What a data set has and does not give is there by reason, as `left_out`.
    """
    return {
        name: {
            "learnt": _counts(config, split.train),
            "held_out": _counts(config, split.val),
            "left_out": dict(split.left_out),
        }
        for name, split in splits.items()
    }


def _counts(config: TrainConfig, samples: list[Sample]) -> dict[str, int]:
    objects = {
        key: sum(int((sample.labels == number).sum()) for sample in samples)
        for number, key in enumerate(config.class_keys, start=1)
    }
    return {"images": len(samples), **{key: count for key, count in objects.items() if count}}


def write_held_out(config: TrainConfig, out: Path) -> None:
    """Write the held-out part of every COCO data set as a COCO file, for `predict --coco` and `evaluate --coco`."""
    for source in config.sources:
        if source.format == "coco":
            path = out / f"{HELD_OUT}_{source.name.replace('/', '_')}.json"
            path.write_text(json.dumps(held_out_coco(source, config)))


def left_out(training: dict[str, Any], class_keys: Iterable[str]) -> list[str]:
    """Return what a training left out though nobody asked for that, and classes that it learnt nothing of.

    Args:
        training: `training` of the package's card.
        class_keys: Of the package.
    """
    data = training.get("data", {})
    lines = [
        f"{name}: {count:,} left out ({reason})"
        for name, parts in data.items()
        for reason, count in parts.get("left_out", {}).items()
    ]
    learnt = {key for parts in data.values() for key in parts["learnt"]}
    return lines + [
        f"{key}: no data set has an object of it to learn from" for key in class_keys if key not in learnt
    ]


def training_report(card: ModelCard, out: Path) -> list[str]:
    """Return the account of a training in sentences, from its card."""
    lines = []
    for name, parts in card.training.get("data", {}).items():
        lines.append(_data_line(name, parts))
        path = out / f"{HELD_OUT}_{name.replace('/', '_')}.json"
        if path.exists():
            lines.append(f"{name}: the held-out images are in {path}.")
    for info in card.classes:
        found = card.metrics.get(info.key, {})
        first = next((key for key in found if key.startswith("iou_")), None)
        if first is None:
            lines.append(
                f"{info.key}: no object of it was held out, so it is not measured, and its score limit is "
                f"{info.min_score:g}."
            )
            continue
        if "min_score" not in found:
            lines.append(
                f"{info.key}: none of the {found['objects']:,} held-out objects was found, so no score limit follows; "
                f"it is {info.min_score:g}."
            )
            continue
        figures = ", ".join(f"{key} {value:.3f}" for key, value in found[first].items())
        lines.append(
            f"{info.key}: {figures} at IoU {first.removeprefix('iou_')} from score {info.min_score:g} on, on "
            f"{found['objects']:,} held-out objects of {found['images']:,} images."
        )
    return lines


def outliner_report(card: SamCard) -> list[str]:
    """Return the account of an outliner's training in sentences, from its card."""
    lines = [_data_line(name, parts) for name, parts in card.training.get("data", {}).items()]
    return lines + [
        f"{key}: mean IoU {found['click']:.3f} after a click, {found['three_clicks']:.3f} after three, "
        f"{found['box']:.3f} from a box, on {found['objects']:,} held-out outlines."
        for key, found in card.metrics.items()
    ]


def _data_line(name: str, parts: dict[str, Any]) -> str:
    return f"{name}: learnt from {_listed(parts['learnt'])}; held out {_listed(parts['held_out'])}."


def _listed(counts: dict[str, int]) -> str:
    images = counts["images"]
    objects = [f"{count:,} {key}" for key, count in counts.items() if key != "images"]
    return f"{images:,} image{'' if images == 1 else 's'} ({', '.join(objects) or 'no object'})"
