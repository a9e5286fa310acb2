"""Outcome of `geoengine add` for every file that it was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.failures import DONE, FAULT, PARTLY, WRONG_INPUT, one_line, report, sentence
from geoengine.cli.support.output import count, table

if TYPE_CHECKING:
    from geoengine.model import Scene
    from geoengine.project import Project
    from geoengine.store import Store
    from geoengine.tasks.scenes.collect import Found
    from geoengine.tasks.scenes.register import Registration
    from tiling.progress import Progress

Tell = Callable[[str], None]


@dataclass
class Outcome:
    """Outcome for each file, as `--json` prints it.

    Attributes:
        added: Scenes that went in.
        known: Rasters that were scenes already.
        failed: Rasters that could not be added, and why.
        skipped: Files that were found and not tried, or were no rasters, and why.
        fault: Whether one of them failed through a fault of the program.
    """

    added: list[dict[str, Any]] = field(default_factory=list)
    known: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    fault: bool = False

    def skip(self, path: Path, reason: str) -> None:
        """Note a file that is not tried."""
        self.skipped.append({"path": str(path), "reason": reason})

    def add(
        self,
        project: Project,
        store: Store,
        file: Found,
        settings: Registration,
        tell: Tell,
        *,
        dem: Path | None,
        height: float | None,
        progress: Progress,
    ) -> None:
        """Register every image of a file; an error in one does not stop the others.

        Args:
            project: The project.
            store: Its store.
            file: The raster.
            settings: What was given for the scene.
            tell: Called with a line for people for everything that went well; stderr has the rest.
            dem: Elevation model for rasters that RPCs place.
            height: Constant height above the ellipsoid in place of it, metres.
            progress: Called with the fraction done.
        """
        from geoengine.tasks.scenes.register import register_scene
        from tiling.access.file_check import hash_raster_with_side_cars
        from tiling.access.images import RasterFile
        from tiling.access.source import RasterSource
        from tiling.errors import RasterReadError, RefusedRasterError
        from tiling.raster.facts import read_facts

        path, policy = file.path.expanduser().absolute(), project.read_policy
        try:
            opened = RasterFile(path, policy)
        except RasterReadError as error:
            if file.must_be_raster or isinstance(error, RefusedRasterError):
                self._fail(file.path, None, error)
            else:
                self.skip(file.path, "not a raster")
            return
        except Exception as error:
            self._fail(file.path, None, error)
            return
        images = opened.image_count
        file_hash: str | None = None

        def register(image: int | None) -> Scene:
            nonlocal file_hash
            source = RasterSource(path, image, None if dem is None else dem.absolute(), height)
            facts = read_facts(source, policy, opened)
            if image is None:
                opened.close()
            elif file_hash is None:
                file_hash = hash_raster_with_side_cars(path, policy)  # once for all images
            name = f"{settings.name} (image {image})" if settings.name and image else settings.name
            named = replace(settings, name=name)
            return register_scene(project, store, facts, named, file_hash=file_hash, progress=progress)

        with opened:
            for image in range(1, images + 1) if images > 1 else (None,):
                self._try(project, store, partial(register, image), file.path, image, tell)

    def add_mosaic(
        self,
        project: Project,
        store: Store,
        name: str,
        paths: Sequence[Path],
        settings: Registration,
        tell: Tell,
        *,
        progress: Progress,
    ) -> None:
        """Register all files as one scene, or none."""
        from geoengine.tasks.scenes.register import register_mosaic

        register = partial(register_mosaic, project, store, name, paths, settings, progress=progress)
        self._try(project, store, register, Path(name), None, tell, len(paths))

    def _try(
        self,
        project: Project,
        store: Store,
        register: Callable[[], Scene],
        path: Path,
        image: int | None,
        tell: Tell,
        files: int | None = None,
    ) -> None:
        from geoengine.store.errors import DuplicateSceneError
        from geoengine.tasks.scenes.originals import source_problem

        what = {"path": str(path)} | ({"image": image} if image else {}) | ({"files": files} if files else {})
        label = f"{path} (image {image})" if image else str(path)
        try:
            scene = register()
        except DuplicateSceneError as duplicate:
            known = duplicate.existing
            problem = source_problem(project, known)
            self.known.append(what | {"key": known.key} | ({"changed": problem} if problem else {}))
            tell(f"{label}: is scene {known.key} already")
            if problem:
                click.echo(f"{known.key}: {problem}", err=True)
        except Exception as error:
            self._fail(path, image, error)
        else:
            self.added.append(what | _facts(scene))
            tell(f"{label}: {_in_words(scene)}{f', of {files:,} files' if files else ''}")
            if not files:
                self._name_former(project, store, scene)

    def _name_former(self, project: Project, store: Store, scene: Scene) -> None:
        """Say which scenes were taken from the same file before it, or a side-car of it, changed."""
        image = scene.reading.get("image")
        with store.reading() as view:
            same_file = view.scenes_from(scene.source)
        former = [one.key for one in same_file if one.id != scene.id and one.reading.get("image") == image]
        if former:
            self.added[-1]["former"] = former
            click.echo(
                f"{scene.source}: is another raster than when {', '.join(former)} was taken from it; both are scenes "
                "now, and labels stay with the former.",
                err=True,
            )

    def _fail(self, path: Path, image: int | None, error: Exception) -> None:
        known = sentence(error)
        if known is None:
            self.fault = True
            report(error)
        text = known[0] if known else f"{type(error).__name__}: {one_line(str(error))}"
        self.failed.append({"path": str(path)} | ({"image": image} if image else {}) | {"error": text})
        click.echo(text if str(path) in text else f"{path}: {text}", err=True)

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
