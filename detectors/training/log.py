"""Log of a training run: a CSV line a step, and TensorBoard events where they are asked for."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from detectors.errors import ConfigError
from detectors.evaluation.charts import draw_curves

LOG = "log.csv"
LOSS_PLOT = "loss.png"
EVENTS = "tensorboard"

WriteStep = Callable[[int, float, dict[str, float]], None]
"""Takes the step, its learning rate and its losses by name."""


@contextmanager
def step_log(
    out: Path, start: int, names: Sequence[str], tensorboard: bool = False
) -> Generator[WriteStep, None, None]:
    """Open the log of a run in `out`, from step `start` on, with a column for each of the losses `names`.

    Rows of later steps, after the last checkpoint of a run that was stopped, will be written again.

    Raises:
        ConfigError: `tensorboard` is asked for, but not installed.
    """
    before = _rows_until(out / LOG, start)
    began = time.monotonic()
    with ExitStack() as stack:
        scalars = stack.enter_context(_events(out / EVENTS)) if tensorboard else None
        file = stack.enter_context((out / LOG).open("w", newline="", buffering=1))  # a line a step
        rows = csv.writer(file)
        rows.writerows([["step", "seconds", "learning_rate", "loss", *names], *before])

        def write(step: int, rate: float, losses: dict[str, float]) -> None:
            loss = sum(losses.values())
            seconds = f"{time.monotonic() - began:.1f}"
            rows.writerow(
                [step, seconds, f"{rate:.2e}", f"{loss:.4f}", *(f"{losses[name]:.4f}" for name in names)]
            )
            if scalars:
                for name, value in {"learning_rate": rate, "loss": loss, **losses}.items():
                    scalars(name, value, step)

        yield write


@contextmanager
def _events(folder: Path) -> Generator[Callable[[str, float, int], None], None, None]:
    try:
        from tensorboardX import SummaryWriter
    except ImportError:
        raise ConfigError(
            "TensorBoard events are written by the Python package tensorboardX, which is not installed; install "
            "geoengine-labeling[train]"
        ) from None
    with SummaryWriter(str(folder)) as writer:
        yield writer.add_scalar


def draw_losses(out: Path) -> None:
    """Draw `loss.png` beside the log: the mean over each fiftieth of the run."""
    rows = np.genfromtxt(out / LOG, delimiter=",", names=True, ndmin=1)
    groups = np.array_split(rows, min(50, len(rows)))
    steps = np.array([group["step"].mean() for group in groups])
    curves = {
        name.removeprefix("loss_"): (steps, np.array([group[name].mean() for group in groups]))
        for name in rows.dtype.names or ()
        if name.startswith("loss")
    }
    draw_curves(out / LOSS_PLOT, out.name, curves, ("step", "loss"))


def _rows_until(path: Path, step: int) -> list[list[str]]:
    if step == 0 or not path.exists():
        return []
    with path.open(newline="") as file:
        return [row for row in csv.reader(file) if row and row[0].isdecimal() and int(row[0]) < step]
