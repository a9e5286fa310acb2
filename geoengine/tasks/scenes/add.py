"""Addition of rasters to a project: every file is tried, and each gets an outcome of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from geoengine.errors import StoreError
from geoengine.machine import MachineError, machine_trouble
from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.errors import DuplicateSceneError
from geoengine.tasks.scenes.collect import Found, Skipped
from geoengine.tasks.scenes.known_files import KnownFiles
from geoengine.tasks.scenes.originals import original_source, source_problem
from geoengine.tasks.scenes.register import Registration, register_mosaic, register_scene
from tiling.access.file_check import hash_raster_with_side_cars
from tiling.access.images import RasterFile
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError, RasterWriteError, RefusedRasterError, UnreadFormatError
from tiling.progress import Progress, ProgressBar
from tiling.raster.facts import read_facts


@dataclass(frozen=True)
class Raster:
    """Raster that becomes one scene.

    Attributes:
        path: The file, or the name of a mosaic.
        image: Number of the image in a file of several, from 1; else None.
        files: Number of files of a mosaic; else None.
    """

    path: Path
    image: int | None = None
    files: int | None = None


@dataclass(frozen=True)
class Added:
    """A raster that became a scene; `former` are the keys of scenes taken from the same file before it changed."""

    raster: Raster
    scene: Scene
    former: tuple[str, ...] = ()


@dataclass(frozen=True)
class AlreadyAdded:
    """A raster that was a scene already; `problem` says what is wrong with the file that the scene is read from."""

    raster: Raster
    scene: Scene
    problem: str | None


@dataclass(frozen=True)
class Failed:
    """A raster that could not be added, and why."""

    raster: Raster
    error: Exception


Outcome = Added | AlreadyAdded | Failed | Skipped


@dataclass(frozen=True)
class Addition:
    """Addition of rasters to a project.

    Attributes:
        project: The project.
        store: Its store.
        settings: What was given for the scenes.
        like: How all rasters are to be seen, whatever their path: surface, and what was assigned to them.
    """

    project: Project
    store: Store
    settings: Registration
    like: RasterSource

    def add(
        self, found: Sequence[Found | Skipped], bar: ProgressBar, *, mosaic: str | None = None
    ) -> Iterator[Outcome]:
        """Register every image of every file; an error in one does not stop the others.

        Args:
            found: The files, and those that are skipped.
            bar: Shows the progress of the whole, and of each file.
            mosaic: Name of the one scene that all files become; None for a scene each.

        Raises:
            ReadOnlyError: The project is on a disk that cannot be written.
            MachineError: A copy or the database cannot be written, as on a full disk; what was added stays.

        Yields:
            The outcome for each image, or file that is no raster, as soon as it is known; first the skipped files.
        """
        self.store.check_writable()
        yield from (each for each in found if isinstance(each, Skipped))
        files = [each for each in found if isinstance(each, Found)]
        if mosaic is not None and files:
            yield self.add_mosaic(mosaic, [file.path for file in files], bar)
            return
        with bar("scenes") as overall, KnownFiles(self.project, self.store) as known:
            for number, file in enumerate(files):
                overall(number / len(files))
                with bar(file.path.name) as progress:
                    yield from self._known_or_added(file, known, progress)

    def _known_or_added(self, file: Found, known: KnownFiles, progress: Progress) -> Iterator[Outcome]:
        """Yield the outcome for each image of a file, which is read only where it is not known."""
        look = known.look(replace(self.like, path=file.path.expanduser().absolute()))
        if scenes := known.scenes(look):
            for number, scene in enumerate(scenes, 1):
                yield self._already(Raster(file.path, number if len(scenes) > 1 else None), scene)
            return
        found = []
        for outcome in self.add_file(file, progress):
            found.append(outcome.scene if isinstance(outcome, Added | AlreadyAdded) else None)
            yield outcome
        known.note(look, found)

    def add_file(self, file: Found, progress: Progress) -> Iterator[Outcome]:
        """Register every image of a file, and yield the outcome for each."""
        path = file.path.expanduser().absolute()
        policy = self.project.read_policy.allowing(self.like.allow)
        try:
            opened = RasterFile(path, policy)
        except RasterReadError as error:
            if file.must_be_raster or isinstance(error, RefusedRasterError | UnreadFormatError):
                yield Failed(Raster(file.path), error)
            else:
                yield Skipped(file.path, "not a raster")
            return
        except Exception as error:
            yield Failed(Raster(file.path), error)
            return
        images = opened.image_count
        file_hash: str | None = None

        def register(image: int | None) -> Scene:
            nonlocal file_hash
            facts = read_facts(replace(self.like, path=path, image=image), policy, opened)
            if image is None:
                opened.close()
            elif file_hash is None:
                file_hash = hash_raster_with_side_cars(path, policy)  # once for all images
            settings = self.settings
            if settings.name and image:
                settings = replace(settings, name=f"{settings.name} (image {image})")
            return register_scene(
                self.project, self.store, facts, settings, file_hash=file_hash, progress=progress
            )

        with opened:
            for image in range(1, images + 1) if images > 1 else (None,):
                yield self._try(partial(register, image), Raster(file.path, image))

    def add_mosaic(self, name: str, paths: Sequence[Path], bar: ProgressBar) -> Outcome:
        """Register all files as one scene called `name`, or none."""
        sources = [replace(self.like, path=path) for path in paths]
        with bar(name) as progress:
            register = partial(
                register_mosaic, self.project, self.store, name, sources, self.settings, progress=progress
            )
            return self._try(register, Raster(Path(name), files=len(paths)))

    def _try(self, register: Callable[[], Scene], raster: Raster) -> Outcome:
        try:
            scene = register()
        except DuplicateSceneError as duplicate:
            return self._already(raster, duplicate.existing)
        except (RasterWriteError, StoreError) as error:  # the next raster could not be written either
            trouble = machine_trouble(error)
            if trouble is not None:
                raise MachineError(trouble) from error
            return Failed(raster, error)
        except Exception as error:
            return Failed(raster, error)
        return Added(raster, scene, () if raster.files else self._former(scene))

    def _already(self, raster: Raster, scene: Scene) -> AlreadyAdded:
        return AlreadyAdded(raster, scene, source_problem(self.project, scene))

    def _former(self, scene: Scene) -> tuple[str, ...]:
        """Return the scenes that were taken from the same file before it, or a side-car of it, changed."""
        with self.store.reading() as view:
            others = [one for one in view.scenes_from(scene.source) if one.id != scene.id]
        seen = original_source(self.project, scene)
        return tuple(one.key for one in others if original_source(self.project, one) == seen)
