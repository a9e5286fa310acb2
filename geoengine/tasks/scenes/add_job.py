"""Additions that were recorded as jobs: one item for each file, each with an outcome of its own."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from geoengine.confined import confined
from geoengine.errors import GeoEngineError, NotFoundError
from geoengine.model import JobItem, JobState
from geoengine.tasks.jobs.job_context import JobContext
from geoengine.tasks.scenes.add import Added, Addition, AlreadyAdded, Failed, Outcome
from geoengine.tasks.scenes.add_settings import AddSettings, read_nodata
from geoengine.tasks.scenes.collect import Found, Skipped, collect
from geoengine.tasks.scenes.register import Registration
from tiling.access.source import RasterSource
from tiling.errors import TilingError
from tiling.progress import Progress, ProgressBar

log = logging.getLogger(__name__)

MAX_FILES = 20_000
"""Of one job; a folder with more is added in parts."""


@dataclass
class FileScenes:
    """Scenes of one file, as the result of its item has them.

    Attributes:
        added: Keys of the scenes that it became.
        known: Keys of those that it was already.
    """

    added: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, item: JobItem) -> FileScenes:
        """Return what an item's result says; nothing where it has none."""
        values = json.loads(item.result or "{}")
        return cls(values.get("added", []), values.get("known", []))

    def to_text(self) -> str:
        """Return it as an item's result."""
        return json.dumps({"added": self.added, "known": self.known})


class TooManyFilesError(GeoEngineError, ValueError):
    """A job was to add more files than one may."""


def run_add_job(context: JobContext) -> None:
    """Add the files of a job, one after the other; one that fails does not stop the others.

    Every path is confined anew to the folder that was allowed when the job was recorded.

    Raises:
        NotFoundError: The folder, or all that was chosen of it, is gone.
        TooManyFilesError: There are more than `MAX_FILES`.
        MachineError: The disk is full, for example; what was added stays.
        StoreError: The database could not be written.
    """
    store, job = context.store, context.job
    with store.reading() as view:
        items = view.job_items(job.id)
    params = job.params
    if not items:
        params, names = _plan(context, AddSettings.of(params))
        job = store.plan_job(job.id, params, [{"name": name} for name in names])
        with store.reading() as view:
            items = view.job_items(job.id)
    settings = AddSettings.of(params)
    for item in items:
        if item.state in (JobState.DONE, JobState.FAILED):
            continue
        if context.stop():
            return
        _add(context, settings, item, len(items))
    with store.reading() as view:
        items = view.job_items(job.id)
    end, said = _end(items), _said(items, params.get("skipped", {}))
    if end == JobState.DONE and _is_needless(context, settings):
        shutil.rmtree(settings.folder, ignore_errors=True)
        said += "; what was uploaded is removed again"
    store.set_job_state(job.id, end, said)


def _is_needless(context: JobContext, settings: AddSettings) -> bool:
    """Return whether an upload gave no scene, for all of it was in the project already; nobody needs it twice."""
    if not settings.is_upload or not settings.folder.is_dir():
        return False
    with context.store.reading() as view:
        sources = view.scene_sources()
    return not any(Path(source).is_relative_to(settings.folder) for source in sources)


def _plan(context: JobContext, settings: AddSettings) -> tuple[dict[str, object], list[str]]:
    """Return the job's full parameters, and the name of every file to try."""
    project, folder = context.project, settings.folder
    found: list[str] = []
    skipped: dict[str, int] = {}
    for name in settings.names:
        try:
            path = confined(folder, name)
        except NotFoundError:
            found.append(name)  # its item says so
            continue
        leave_out = None if settings.is_upload else project.directory
        for each in collect([path], leave_out=leave_out):
            below = each.path.relative_to(folder).as_posix()
            reason = (
                each.reason if isinstance(each, Skipped) else None if _is_text(below) else "a name in no text"
            )
            if reason is None:
                found.append(below)
            else:
                skipped[reason] = skipped.get(reason, 0) + 1
            if len(found) > MAX_FILES:
                raise TooManyFilesError(
                    f"more than {MAX_FILES:,} files were chosen, expected at most so many: add its folders one by one"
                )
    names = list(dict.fromkeys(found))
    if not names:
        raise NotFoundError(f"there is no raster in what was chosen of {settings.origin}")
    return {**settings.to_params(), "skipped": skipped}, names


def _is_text(name: str) -> bool:
    """Return whether a name can be recorded: file systems take any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _add(context: JobContext, settings: AddSettings, item: JobItem, count: int) -> None:
    """Add one file, and record what became of it."""
    project, store = context.project, context.store
    name = str(item.params["name"])
    scenes = FileScenes()
    problems: list[str] = []
    try:
        path = confined(settings.folder, name)
        nodata = None if settings.nodata is None else read_nodata(settings.nodata)
        how = Registration(nodata=nodata, in_place=settings.in_place)
        addition = Addition(project, store, how, RasterSource(path))
        # Chosen by somebody, or found in a folder of many: then it may be none.
        found = Found(path, named=settings.is_upload or name in settings.names)
        for outcome in addition.add([found], _bar(context, item.index, count)):
            _note(outcome, scenes, problems)
    except NotFoundError as gone:
        problems.append(str(gone))
    state = JobState.FAILED if problems else JobState.DONE
    private = (f"{settings.folder}/", f"{project.directory}/")
    error = "; ".join(_without(problem, private) for problem in problems) or None
    store.set_item(context.job.id, item.index, state, result=scenes.to_text(), error=error)
    context.progress((item.index + 1) / count)


def _note(outcome: Outcome, scenes: FileScenes, problems: list[str]) -> None:
    if isinstance(outcome, Added):
        scenes.added.append(outcome.scene.key)
    elif isinstance(outcome, AlreadyAdded):
        scenes.known.append(outcome.scene.key)
    elif isinstance(outcome, Failed):
        problems.append(_sentence(outcome.error))


def _bar(context: JobContext, index: int, count: int) -> ProgressBar:
    """Return a bar that tells the share of the whole job, from the progress of one file."""

    @contextmanager
    def bar(name: str) -> Iterator[Progress]:
        # `Addition` asks for one of the whole, which is one file here, and one of the file.
        is_whole = name == "scenes"
        yield lambda share: None if is_whole else context.progress((index + share) / count)

    return bar


def _sentence(error: Exception) -> str:
    if isinstance(error, TilingError | GeoEngineError | OSError):
        return " ".join(str(error).split())
    log.error("a raster could not be added by a fault of the program", exc_info=error)
    return f"a fault of the program: {type(error).__name__}: {' '.join(str(error).split())}"


def _without(text: str, prefixes: Sequence[str]) -> str:
    """Return a sentence without where the server keeps its files, which is not for every browser."""
    for prefix in prefixes:
        text = text.replace(prefix, "")
    return text


def _end(items: Sequence[JobItem]) -> JobState:
    failed = sum(item.state == JobState.FAILED for item in items)
    if not failed:
        return JobState.DONE
    has_some = any(item.state == JobState.DONE or FileScenes.of(item).added for item in items)
    return JobState.PARTIAL if has_some else JobState.FAILED


def _said(items: Sequence[JobItem], skipped: Mapping[str, int]) -> str:
    """Return what came of all files in one line."""
    every = [FileScenes.of(item) for item in items]
    added, known = (sum(len(getattr(each, name)) for each in every) for name in ("added", "known"))
    failed = [item for item in items if item.state == JobState.FAILED]
    left = sum(
        item.state == JobState.DONE and not (each.added or each.known)
        for item, each in zip(items, every, strict=True)
    )
    parts = [f"{_count(added, 'scene')} added"]
    parts += [f"{known:,} {'was a scene' if known == 1 else 'were scenes'} already"] if known else []
    parts += [f"{_count(len(failed), 'file')} failed: {failed[0].error}"] if failed else []
    parts += [f"{_count(left, 'file')} {'is' if left == 1 else 'are'} no raster"] if left else []
    if skipped:
        parts.append(f"skipped: {', '.join(f'{number:,} {why}' for why, number in skipped.items())}")
    return "; ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
