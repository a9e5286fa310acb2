"""A project: one directory with everything in it."""

from __future__ import annotations

import getpass
import json
import os
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoengine.atomic import atomic_write
from geoengine.completion_settings import CompletionSettings
from geoengine.errors import ProjectError
from geoengine.model.checks import check_optional_text, check_text
from geoengine.model.timestamp import utc_now
from geoengine.raster_settings import RasterSettings, check_known

if TYPE_CHECKING:
    from geoengine.model import Job, LabelClass, Scene
    from geoengine.store import Store
    from tiling.access.policy import ReadPolicy
    from tiling.access.source import RasterSource

SETTINGS_NAME = "geoengine.toml"
DATABASE_NAME = "geoengine.db"
FORMAT = 1
_TEXTS = ("name", "marking", "author", "created_at")
_RASTER_HINT = (
    "# Rasters may be read only from these folders and from the project's own; none may be fetched.",
    "# [rasters]",
    '# roots = ["/data/imagery"]',
    "# network = false",
)
_CONFIDENCE_HINT = (
    "# People can be asked how sure they are of an object: possible, probable or confirmed.",
    "# confidence = true",
)
_COMPLETE_HINT = (
    "# A scene can be marked complete once this share of its valid pixels has been seen at 1:1.",
    "# [complete]",
    "# min_seen = 0.95",
)
_FOLDERS = ("scenes", "labels", "models", "exports", "jobs")


@dataclass(frozen=True)
class Project:
    """A project directory that exists.

    Attributes:
        directory: Its absolute path.
        name: What people read.
        marking: Handling marking of the whole project, or None.
        author: Default author of edits, or None.
        created_at: UTC ISO 8601.
        rasters: Which rasters may be read.
        complete: When a scene can be complete.
        confidence: Whether people are asked how sure they are of an object.
    """

    directory: Path
    name: str
    marking: str | None = None
    author: str | None = None
    created_at: str = ""
    rasters: RasterSettings = field(default_factory=RasterSettings)
    complete: CompletionSettings = field(default_factory=CompletionSettings)
    confidence: bool = False

    @classmethod
    def create(
        cls,
        directory: Path | str,
        name: str | None = None,
        classes: Sequence[LabelClass] = (),
        *,
        marking: str | None = None,
        author: str | None = None,
    ) -> Project:
        """Create a project; the directory may exist and hold other files.

        The settings file is written last, so a creation that was cut short is no project yet and can be
        started again.

        Raises:
            ProjectError: There is a project already, or the directory cannot be made.
            InvalidValueError: The name, the marking or the author is blank or has control characters.
            StoreError: The database cannot be made.
        """
        root = Path(directory).expanduser().resolve()
        if (root / SETTINGS_NAME).exists():
            raise ProjectError(f"{root} is a project already, expected a directory without {SETTINGS_NAME}")
        name = root.name or "project" if name is None else name
        check_text(name, "name")
        check_optional_text(marking, "marking", 1000)
        check_optional_text(author, "author")
        project = cls(root, name, marking, author, utc_now())
        try:
            for folder in _FOLDERS:
                (root / folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ProjectError(f"{root} cannot become a project: {error.strerror or error}") from error
        with project._open_store(create=True) as store:
            store.put_classes(classes)
        try:
            atomic_write(root / SETTINGS_NAME, project._settings().encode())
        except OSError as error:
            raise ProjectError(
                f"{root / SETTINGS_NAME} cannot be written: {error.strerror or error}"
            ) from error
        return project

    @classmethod
    def open(cls, directory: Path | str) -> Project:
        """Open an existing project.

        Raises:
            ProjectError: The directory is no project, its settings cannot be read, it was made by a newer
                GeoEngine, or its database is missing.
        """
        root = Path(directory).expanduser().resolve()
        path = root / SETTINGS_NAME
        settings = _read_settings(path)
        version = settings.get("format")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise ProjectError(f"format in {path} is {version!r}, expected a whole number from 1 on")
        if version > FORMAT:
            raise ProjectError(
                f"{root} has project format {version} of a newer GeoEngine, expected {FORMAT} or less"
            )
        check_known(settings, ("format", *_TEXTS, "confidence", "rasters", "complete"), path)
        for key in _TEXTS:
            if not isinstance(settings.get(key, ""), str):
                raise ProjectError(f"{key} in {path} is {settings[key]!r}, expected a text")
        confidence = settings.get("confidence", False)
        if not isinstance(confidence, bool):
            raise ProjectError(f"confidence in {path} is {confidence!r}, expected true or false")
        if not (root / DATABASE_NAME).is_file():
            raise ProjectError(f"{root} has no {DATABASE_NAME}, expected the project's database there")
        return cls(
            root,
            settings.get("name") or root.name or "project",
            settings.get("marking") or None,
            settings.get("author") or None,
            settings.get("created_at", ""),
            RasterSettings.of(settings.get("rasters", {}), path),
            CompletionSettings.of(settings.get("complete", {}), path),
            confidence,
        )

    @property
    def author_default(self) -> str:
        """Default author of edits: the settings' author, else the user of this process."""
        if self.author:
            return self.author
        try:
            return getpass.getuser()
        except (KeyError, OSError, ImportError):  # a user id without a name, as in a container
            return "unknown"

    @property
    def database_path(self) -> Path:
        """The SQLite database; it belongs on a local disk."""
        return self.directory / DATABASE_NAME

    @property
    def scenes_dir(self) -> Path:
        """Rasters converted for the project."""
        return self.directory / "scenes"

    @property
    def labels_dir(self) -> Path:
        """One GeoJSON for each scene, rewritten after every edit."""
        return self.directory / "labels"

    @property
    def models_dir(self) -> Path:
        """Model packages installed into this project."""
        return self.directory / "models"

    @property
    def exports_dir(self) -> Path:
        """Default folder of exports."""
        return self.directory / "exports"

    def export_path(self, job: Job) -> Path:
        """Return the file that an export writes which is recorded as a job; a Shapefile's parts are one archive."""
        suffix = {"shp": "shp.zip"}.get(name := str(job.params.get("format") or "geojson"), name)
        return self.exports_dir / Path(f"export-{job.id}.{suffix}").name

    @property
    def layers_dir(self) -> Path:
        """Reference layers, a folder for each."""
        return self.directory / "layers"

    @property
    def gazetteer_path(self) -> Path:
        """Names of places, where some were loaded."""
        return self.directory / "gazetteer.sqlite"

    @property
    def jobs_dir(self) -> Path:
        """Result files of long work."""
        return self.directory / "jobs"

    @property
    def cache_dir(self) -> Path:
        """Folder of what can be made again (map tiles) and of records of unreadable parts; may be deleted."""
        return self.directory / "cache"

    @property
    def read_policy(self) -> ReadPolicy:
        """Read policy for all rasters of this project."""
        return self.rasters.policy(self.directory, self.scenes_dir)

    def labels_path(self, scene_key: str) -> Path:
        """Return the path of a scene's label file."""
        return self.labels_dir / f"{scene_key}.geojson"

    def resolve(self, uri: str) -> Path:
        """Return the path that a scene's `uri` (or a job's result name) stands for.

        Raises:
            ProjectError: A relative uri leads out of the project.
        """
        path = Path(uri)
        if path.is_absolute():
            return path
        resolved = Path(os.path.normpath(self.directory / path))
        if not resolved.is_relative_to(self.directory):
            raise ProjectError(f"uri is {uri!r}, expected a path inside {self.directory} or an absolute one")
        return resolved

    def raster_source(self, scene: Scene) -> RasterSource:
        """Return the raster of a scene, with the image and surface it is read by.

        Raises:
            ProjectError: The scene's uri leads out of the project.
        """
        from tiling.access.source import RasterSource

        return RasterSource.from_json(self.resolve(scene.uri), scene.reading)

    def uri_for(self, path: Path | str) -> str:
        """Return the uri to record for `path`: relative to the project where it lies inside, absolute elsewhere."""
        absolute = Path(os.path.abspath(path))
        if absolute.is_relative_to(self.directory):
            return absolute.relative_to(self.directory).as_posix()
        return str(absolute)

    def store(self) -> Store:
        """Open the project's store (a context manager), bringing an older database up to date.

        Raises:
            StoreError: The database is damaged, locked, or of a newer GeoEngine.
        """
        return self._open_store(create=False)

    def _open_store(self, create: bool) -> Store:
        # SQLAlchemy takes a while to import; `geoengine --help` and readers of settings do without.
        from geoengine.store import Store
        from geoengine.store.errors import EmptyDatabaseError

        try:
            return Store.open(self.database_path, create=create)
        except EmptyDatabaseError as error:
            raise EmptyDatabaseError(f"{error}{self._label_files()}") from error

    def _label_files(self) -> str:
        """Return what the label files hold and what to do with them, as the end of a sentence."""
        files = sorted(self.labels_dir.glob("*.geojson"))
        number = 0
        for path in files:
            with suppress(OSError), path.open("rb") as lines:
                number += sum(line.startswith(b'{"type": "Feature",') for line in lines)
        if not files:
            return "; put back a copy of it, or start a new project"
        return (
            f", for labels/ has {number:,} features in {len(files):,} files; put back a copy of the database, or start "
            "a new project elsewhere, add the rasters and `geoengine import` the label files"
        )

    def _settings(self) -> str:
        lines = ["# A GeoEngine project. Edit it while nothing runs on the project.", f"format = {FORMAT}"]
        for key in _TEXTS:
            lines.append(f"{key} = {_toml_text(getattr(self, key) or '')}")
        lines += ["", *_CONFIDENCE_HINT, "", *_RASTER_HINT, "", *_COMPLETE_HINT]
        return "\n".join(lines) + "\n"


def _read_settings(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (FileNotFoundError, NotADirectoryError):
        raise ProjectError(f"{path.parent} is not a GeoEngine project: it has no {SETTINGS_NAME}") from None
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError
        raise ProjectError(f"{path} is not valid TOML: {error}") from error


def _toml_text(text: str) -> str:
    """Return `text` as a TOML basic string: JSON's escapes are TOML's, but for DEL, which JSON leaves alone."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
