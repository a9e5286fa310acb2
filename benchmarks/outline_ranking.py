"""Fit of the weights of detectors/outlines/ranking.py.

    python benchmarks/outline_ranking.py ../shared/data

Clicks on objects of the half to tune on (the other half is what `benchmarks/outline.py` reports). The IoU that is to be
expected when a proposal is drawn with the softmax of the scores is made as large as it can be, and, less so, the
logistic of the score near the IoU. Every click is in twice: with areas of other objects known and without.
Prints the table.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from outline_objects import NAMES, REPORTED_ONLY, samples

from detectors.outlines.classical import candidates
from detectors.outlines.ranking import TRAITS, size_trait

EPOCHS, BATCH, RATE, DECAY, CALIBRATION = 80, 64, 0.02, 0.01, 0.5

# Traits (K, T) of the K proposals at a click, and how well each fits (K,).
Clicks = list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]


def main() -> None:
    """Fits and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--count", type=int, default=100, help="objects of each set")
    options = parser.parse_args()
    clicks = [
        click
        for name in NAMES
        if name not in REPORTED_ONLY
        for click in seen(options.data, name, options.count)
    ]
    table = fit(clicks)
    print("TRAITS = {")
    for name, row in zip(TRAITS, table, strict=True):
        print(f'    "{name}": ({row[0]:.4g}, {row[1]:.4g}, {row[2]:.3f}),')
    print("}")


def seen(data: Path, name: str, count: int) -> Clicks:
    """Return what is proposed at clicks on one set."""
    clicks = []
    for sample in samples(data, name, "tune", count):
        found = list(candidates(sample.view, sample.prompt("click")))
        if not found:
            continue
        fits = np.array([sample.iou(shape) for shape, _ in found])
        for areas in ((), sample.areas):
            sizes = [size_trait(shape.area, areas) for shape, _ in found]
            clicks.append((np.column_stack([np.stack([traits for _, traits in found]), sizes]), fits))
    return clicks


def fit(clicks: Clicks) -> npt.NDArray[np.float64]:
    """Mean, spread and weight of each trait (T, 3)."""
    torch.manual_seed(0)
    every = np.vstack([traits for traits, _ in clicks])
    mean, spread = every.mean(axis=0), every.std(axis=0) + 1e-6
    # No size known is no evidence: the trait is 0 then, and must score 0.
    mean[-1] = 0.0
    most = max(len(fits) for _, fits in clicks)
    traits = torch.zeros(len(clicks), most, len(mean))
    fits, real = torch.zeros(len(clicks), most), torch.zeros(len(clicks), most, dtype=torch.bool)
    for n, (found, well) in enumerate(clicks):
        traits[n, : len(well)] = torch.tensor(np.clip((found - mean) / spread, -4, 4))
        fits[n, : len(well)], real[n, : len(well)] = torch.tensor(well), True
    weights = torch.zeros(len(mean), requires_grad=True)
    optimizer = torch.optim.AdamW([weights], lr=RATE, weight_decay=DECAY)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(clicks)).split(BATCH):  # type: ignore[no-untyped-call, unused-ignore]
            score = traits[batch] @ weights
            drawn = torch.softmax(score.masked_fill(~real[batch], -1e9), dim=1)
            expected = (drawn * fits[batch]).sum(dim=1).mean()
            off = ((score.sigmoid() - fits[batch]) ** 2)[real[batch]].mean()
            optimizer.zero_grad()
            (CALIBRATION * off - expected).backward()  # type: ignore[no-untyped-call, unused-ignore]
            optimizer.step()
    return np.column_stack([mean, spread, weights.detach().numpy()])


if __name__ == "__main__":
    main()
