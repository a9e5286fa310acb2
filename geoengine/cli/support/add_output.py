"""Output of `geoengine add`: a line for each raster, a summary, the JSON document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.failures import DONE, FAULT, PARTLY, WRONG_INPUT, one_line, report, sentence
from geoengine.cli.support.output import count, table

if TYPE_CHECKING:
    from geoengine.model import Scene
    from geoengine.tasks.scenes.add import Added, AlreadyAdded, Failed, Outcome, Raster


@dataclass
class AddReport:
    """Outcome for each file, as `--json` prints it.

    Attributes:
        tell: Called with a line for people for everything that went well; stderr has the rest.
        added: Scenes that went in.
        known: Rasters that were scenes already.
        failed: Rasters that could not be added, and why.
        skipped: Files that were found and not tried, or were no rasters, and why.
        fault: Whether one of them failed through a fault of the program.
    """

    tell: Callable[[str], None]
    added: list[dict[str, Any]] = field(default_factory=list)
    known: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    fault: bool = False

    def note(self, outcome: Outcome) -> None:
        """Record an outcome, and print it."""
        from geoengine.tasks.scenes.add import Added, AlreadyAdded, Failed

        if isinstance(outcome, Added):
            self._note_added(outcome)
        elif isinstance(outcome, AlreadyAdded):
            self._note_known(outcome)
        elif isinstance(outcome, Failed):
            self._note_failed(outcome)
        else:
            self.skipped.append({"path": str(outcome.path), "reason": outcome.reason})

    def _note_added(self, outcome: Added) -> None:
        from tiling.display.statistics import fill_note

        raster, scene, former = outcome.raster, outcome.scene, list(outcome.former)
        self.added.append(_document(raster) | _facts(scene) | ({"former": former} if former else {}))
        self.tell(
            f"{_label(raster)}: {_in_words(scene)}{f', of {raster.files:,} files' if raster.files else ''}"
        )
        note = fill_note(scene.statistics)
        if note:
            click.echo(f"{scene.key}: {note} geoengine stretch --no-fill takes it in.", err=True)
        if former:
            click.echo(
                f"{scene.source}: is another raster than when {', '.join(former)} was taken from it; both are scenes "
                "now, and labels stay with the former.",
                err=True,
            )

    def _note_known(self, outcome: AlreadyAdded) -> None:
        key, problem = outcome.scene.key, outcome.problem
        self.known.append(
            _document(outcome.raster) | {"key": key} | ({"changed": problem} if problem else {})
        )
        self.tell(f"{_label(outcome.raster)}: is scene {key} already")
        if problem:
            click.echo(f"{key}: {problem}", err=True)

    def _note_failed(self, outcome: Failed) -> None:
        path, error = str(outcome.raster.path), outcome.error
        known = sentence(error)
        if known is None:
            self.fault = True
            report(error)
        text = known[0] if known else f"{type(error).__name__}: {one_line(str(error))}"
        self.failed.append(_document(outcome.raster) | {"error": text})
        click.echo(text if path in text else f"{path}: {text}", err=True)

    def document(self) -> dict[str, Any]:
        """Return all of it, for scripts."""
        return {"added": self.added, "known": self.known, "failed": self.failed, "skipped": self.skipped}

    def summary(self) -> list[str]:
        """Return the counts and why files were skipped; nothing where one raster was all there was."""
        lines = []
        if len(self.added) + len(self.known) + len(self.failed) != 1 or self.skipped:
            lines.append(
                f"{len(self.added)} added, {len(self.known)} known already, {len(self.failed)} failed."
            )
        if self.skipped:
            reasons = Counter(entry["reason"] for entry in self.skipped)
            examples = {entry["reason"]: entry["path"] for entry in reversed(self.skipped)}
            rows = [[number, reason, examples[reason]] for reason, number in reasons.most_common()]
            lines += [
                "",
                f"{count(len(self.skipped), 'file')} skipped:",
                table(["", "why", "e.g."], rows, right=(0,)),
            ]
        return lines

    @property
    def exit_code(self) -> int:
        """Exit code: 0 for all added, 1 some, 2 none, 3 a fault of the program."""
        if self.fault:
            return FAULT
        if self.added or self.known:
            return PARTLY if self.failed else DONE
        return WRONG_INPUT


def _document(raster: Raster) -> dict[str, Any]:
    document: dict[str, Any] = {"path": str(raster.path)}
    if raster.image:
        document["image"] = raster.image
    if raster.files:
        document["files"] = raster.files
    return document


def _label(raster: Raster) -> str:
    return f"{raster.path} (image {raster.image})" if raster.image else str(raster.path)


def _facts(scene: Scene) -> dict[str, Any]:
    grid = scene.grid
    return {
        "key": scene.key,
        "width": grid.width,
        "height": grid.height,
        "bands": scene.bands,
        "dtype": scene.dtype,
        "gsd_m": grid.gsd_m,
        "raster": scene.uri,
        "acquired_at": scene.acquired_at,
        "sensor": scene.metadata.sensor,
        "marking": scene.marking,
    }


def _in_words(scene: Scene) -> str:
    grid = scene.grid
    parts = [
        f"scene {scene.key}",
        f"{grid.width} x {grid.height} px",
        f"{count(scene.bands, 'band')} {scene.dtype}",
        f"{grid.gsd_m:.3g} m" if grid.gsd_m else "no CRS",
        scene.metadata.sensor,
        (scene.acquired_at or "")[:10],
    ]
    return ", ".join(part for part in parts if part)
