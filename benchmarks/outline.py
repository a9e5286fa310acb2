"""Accuracy and speed of proposed outlines.

    python benchmarks/outline.py ../shared/data

Real objects of the half on which nothing was tuned (`outline_objects.py`; of VHR-10 nothing was), pointed at in four
ways:

- middle: a click at a representative point;
- click: a click elsewhere on the object;
- click, areas: the same, and the areas of up to 20 other objects of its class in the scene are known;
- box: its bounds padded by a tenth.

"by contrast" is what was done before: at a click only the cut, in a box the watershed and the cut, ranked by how much
colours change across the border against inside, by convexity and by what the window cuts off. With OpenCV installed,
its GrabCut is given the same windows. Prints mean IoU, the shares with IoU of 0.5 and 0.7 and more, the same for the
best of the proposals, and processor and wall time at the 95th percentile.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from outline_objects import NAMES, Sample, iou, samples
from scipy import ndimage
from skimage.segmentation import felzenszwalb, random_walker

from detectors.outlines import classical
from detectors.outlines.basins import flooded
from detectors.outlines.prompt import Outline, Prompt, View

KINDS = ("middle", "click", "click, areas", "box")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--count", type=int, default=60, help="objects of each set")
    parser.add_argument("--set", choices=NAMES, action="append", help="only these")
    parser.add_argument("--method", choices=METHODS, action="append", help="only these")
    parser.add_argument("--prompt", choices=KINDS, action="append", help="only these")
    options = parser.parse_args()
    methods = [name for name in METHODS if name != "GrabCut" or importlib.util.find_spec("cv2")]
    print(f"{'set':11}{'prompt':12}{'method':15}  IoU  >=.5  >=.7 | best of 3, >=.5 | CPU p95   wall p95")
    for name in options.set or NAMES:
        objects = samples(options.data, name, "report", options.count)
        for kind in options.prompt or KINDS:
            for method in options.method or methods:
                measure(f"{name:11}{kind:12}{method:15}", objects, kind, method)


def measure(title: str, objects: list[Sample], kind: str, method: str) -> None:
    """Print one line of the table."""
    first, best, cpu, wall = [], [], [], []
    for sample in objects:
        prompt = sample.prompt(kind.removesuffix(", areas"))
        began, worked = time.perf_counter(), time.process_time()
        found = proposed(sample.view, prompt, method, sample.areas if kind == "click, areas" else ())
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - worked)
        shared = [sample.iou(outline.polygon) for outline in found] or [0.0]
        first.append(shared[0])
        best.append(max(shared))
    one, top = np.array(first), np.array(best)
    print(
        f"{title}{one.mean():5.2f}{(one >= 0.5).mean():6.2f}{(one >= 0.7).mean():6.2f} | "
        f"{top.mean():9.2f}{(top >= 0.5).mean():6.2f} | {np.quantile(cpu, 0.95) * 1e3:5.0f} ms"
        f"{np.quantile(wall, 0.95) * 1e3:8.0f} ms",
        flush=True,
    )


def proposed(view: View, prompt: Prompt, method: str, areas: Sequence[float]) -> list[Outline]:
    """Proposals of one method, the others' place taken by it."""
    if method == "by contrast":
        with (
            mock.patch.object(classical, "_masks", by_contrast),
            mock.patch.object(classical, "traits_of", contrast),
            mock.patch.object(classical, "_FINEST", 1.0),
            mock.patch.object(classical, "_FILL", 0.0),
            mock.patch.object(classical, "score", lambda traits: traits[:, 0]),
            mock.patch.object(classical, "best_of", first_unlike),
        ):
            return classical.propose(view, prompt)
    with mock.patch.object(classical, "_masks", METHODS[method]):
        return classical.propose(view, prompt, areas)


def by_contrast(
    lab: np.ndarray, steep: np.ndarray, valid: np.ndarray, prompt: Prompt
) -> Iterator[np.ndarray]:
    """Yield the masks of the former method: the cut at a click, and in a box the watershed too."""
    masks = METHODS[classical.METHOD](lab, steep, valid, prompt)
    yield from islice(masks, 0 if prompt.box is not None else 1, 2)


def contrast(part: np.ndarray, shape: Any, lab: np.ndarray, steep: np.ndarray, centre: Any) -> np.ndarray:
    """Return the one measure by which outlines were ranked before."""
    inner = ndimage.binary_erosion(part)
    if not inner.any():
        return np.zeros(1)
    border = ndimage.binary_dilation(part) & ~inner
    near = np.ones_like(part)
    near[3:-3, 3:-3] = False
    cut_off = (part & near).sum() / (part & ~inner).sum()
    change = steep[border].mean() - 0.5 * steep[inner].mean()
    value = max(0.0, change * (shape.area / shape.convex_hull.area) ** 2 - 8.0 * cut_off)
    return np.array([value / (value + 6.0)])


def first_unlike(shapes: Sequence[Any], scores: np.ndarray, count: int) -> list[tuple[int, float]]:
    """Return the best, without those mostly covered by a better one: the former ranking."""
    chosen: list[int] = []
    for n in np.argsort(-scores, kind="stable"):
        if len(chosen) < count and all(iou(shapes[n], shapes[m]) < 0.85 for m in chosen):
            chosen.append(int(n))
    return [(n, float(scores[n])) for n in chosen]


def watershed(lab: np.ndarray, steep: np.ndarray, valid: np.ndarray, prompt: Prompt) -> Iterator[np.ndarray]:
    """Markers and a flood only."""
    certain, ground, _ = classical.markers(valid, prompt)
    yield flooded(steep, certain.astype(np.int32) + 2 * ground.astype(np.int32)) == 1


def grabcut(lab: np.ndarray, steep: np.ndarray, valid: np.ndarray, prompt: Prompt) -> Iterator[np.ndarray]:
    """OpenCV's, on pixels, from the same markers; it sees L*a*b* instead of RGB."""
    cv2 = importlib.import_module("cv2")
    certain, ground, likely = classical.markers(valid, prompt)
    state = np.where(likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    state[ground], state[certain] = cv2.GC_BGD, cv2.GC_FGD
    levels = np.clip(lab * 2.55 + [0, 128, 128], 0, 255).astype(np.uint8)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(levels, state, None, *models, 5, cv2.GC_INIT_WITH_MASK)
    yield (state == cv2.GC_FGD) | (state == cv2.GC_PR_FGD)


def walker(lab: np.ndarray, steep: np.ndarray, valid: np.ndarray, prompt: Prompt) -> Iterator[np.ndarray]:
    """Random walks to the markers (Grady 2006)."""
    certain, ground, _ = classical.markers(valid, prompt)
    labels = certain + 2 * ground.astype(np.int32)
    yield random_walker(lab, labels, beta=300, mode="cg_j", tol=1e-2, channel_axis=-1) == 1


def superpixels(
    lab: np.ndarray, steep: np.ndarray, valid: np.ndarray, prompt: Prompt
) -> Iterator[np.ndarray]:
    """Yield segments (Felzenszwalb & Huttenlocher 2004), fine to coarse, that hold the markers and no ground."""
    certain, ground, _ = classical.markers(valid, prompt)
    for scale in (5_000, 20_000, 60_000):  # for colours of 0 to 100, where scikit-image divides by 255
        number = felzenszwalb(lab, scale=scale, sigma=0.8, min_size=20)
        total, beside = np.bincount(number.ravel()), np.bincount(number[ground], minlength=number.max() + 1)
        held = np.bincount(number[certain], minlength=number.max() + 1) > 0
        yield (held & (beside < 0.1 * total))[number]


METHODS: dict[str, Any] = {
    classical.METHOD: classical._masks,
    "by contrast": by_contrast,
    "watershed": watershed,
    "GrabCut": grabcut,
    "random walker": walker,
    "superpixels": superpixels,
}


if __name__ == "__main__":
    main()
