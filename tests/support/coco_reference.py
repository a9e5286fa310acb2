"""COCO average precision, as pycocotools computes it: the reference of our own scoring."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def coco_ap(truth: Path, predictions: Path, kind: str = "bbox") -> dict[str, float]:
    """COCO average precision through pycocotools.

    Args:
        truth: COCO annotations.
        predictions: COCO results (a list with `image_id`, `category_id`, `score`, and `bbox` or, run-length
            encoded, `segmentation`).
        kind: `bbox` or `segm`.

    Returns:
        `AP` (mean over IoU 0.50:0.95), `AP50`, `AP75`, and `AP50/<category>` for each category.
    """
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    results = json.loads(predictions.read_text())
    with contextlib.redirect_stdout(io.StringIO()):
        labels = COCO(str(truth))
        if not results:
            return dict.fromkeys(["AP", "AP50", "AP75", *_category_names(labels)], 0.0)
        run = COCOeval(labels, labels.loadRes(results), kind)
        run.params.maxDets = [1, 100, 100_000]
        run.evaluate()
        run.accumulate()
    return _summarise(run, labels)


def _summarise(run: Any, labels: Any) -> dict[str, float]:
    precision = run.eval["precision"][:, :, :, 0, -1]  # IoU, recall, category

    def mean(values: npt.NDArray[np.float64]) -> float:
        counted = values[values > -1]
        return float(counted.mean()) if counted.size else 0.0

    scores = {"AP": mean(precision), "AP50": mean(precision[0]), "AP75": mean(precision[5])}
    for index, name in enumerate(_category_names(labels)):
        scores[name] = mean(precision[0, :, index])
    return scores


def _category_names(labels: Any) -> list[str]:
    """Names of the figures per category, in the order COCOeval counts categories."""
    return [f"AP50/{labels.cats[number]['name']}" for number in sorted(labels.getCatIds())]
