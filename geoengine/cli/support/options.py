"""Options and arguments that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from geoengine.model import LabelClass, Scene
    from geoengine.project import Project
    from geoengine.store import Store
    from tiling.access.source import RasterSource

F = TypeVar("F", bound=Callable[..., Any])

DIRECTORY = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FEATURE_STATES = ("proposed", "accepted", "rejected")


def project_option(command: F) -> F:
    """Add `-p/--project DIR`, the project's directory; the current one by default."""
    option = click.option(
        "-p",
        "--project",
        "directory",
        type=DIRECTORY,
        default=Path("."),
        show_default="the current directory",
        help="Directory of the project.",
    )
    return option(command)


def json_option(command: F) -> F:
    """Add `--json`: the answer as one JSON document on stdout, for scripts."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")(
        command
    )


def map_option(metavar: str, help_text: str) -> Callable[[F], F]:
    """Return the decorator that adds `--map`, names of classes that differ, as `renamed` (a dict).

    Args:
        metavar: What stands on both sides, such as "CLASS=CATEGORY".
        help_text: For `--help`.
    """
    return click.option(
        "--map",
        "renamed",
        metavar=metavar,
        multiple=True,
        callback=lambda _, __, pairs: _read_map(metavar, pairs),
        help=f"{help_text} May be given several times.",
    )


def _read_map(metavar: str, pairs: tuple[str, ...]) -> dict[str, str]:
    renamed: dict[str, str] = {}
    for text in pairs:
        key, _, value = (part.strip() for part in text.partition("="))
        if not key or not value:
            raise click.BadParameter(f"{text!r} is not {metavar}, such as airplane=aircraft")
        if renamed.setdefault(key, value) != value:
            raise click.BadParameter(
                f"{key!r} is mapped to both {renamed[key]!r} and {value!r}, expected one"
            )
    return renamed


def author_option(command: F) -> F:
    """Add `--author`, the author of the changes."""
    option = click.option(
        "--author",
        metavar="NAME",
        envvar="GEOENGINE_AUTHOR",
        show_envvar=True,
        help="Author of the changes.  [default: the project's, else the login name]",
    )
    return option(command)


def stretch_options(command: F) -> F:
    """Add `--bands`, `--limits`, `--gamma` and `--colormap`: the stretch.

    The command gets them under these names, as `choose_stretch` takes them; None where not given.
    """
    options = (
        click.option(
            "--bands",
            metavar="BANDS",
            help="natural, cir (colour-infrared), ndvi (vegetation index), or numbers: 4,3,2 or 5.",
        ),
        click.option(
            "--limits",
            metavar="LIMITS",
            help="Values that become black and white: percentile:2,98, minmax, sigma:2 (mean ± 2 standard deviations), "
            "range:0,3000 (a pair for all bands, or one for each) or none (the data type's whole range).",
        ),
        click.option(
            "--gamma",
            type=click.FloatRange(0, min_open=True),
            help="Above 1 brightens the middle.  [default: automatic where limits are measured]",
        ),
        click.option(
            "--colormap",
            metavar="NAME",
            help="Colours for one band or an index: grey, viridis, magma, cividis or brbg.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def allow_option(command: F) -> F:
    """Add `--allow DIR`, folders that the sources of a VRT may lie in, beside the VRT's own."""
    option = click.option(
        "--allow",
        type=DIRECTORY,
        multiple=True,
        help="A further folder that a VRT may refer to; may be given several times.",
    )
    return option(command)


def declare_options(*force: str) -> Callable[[F], F]:
    """Return the decorator that adds what a person may declare of a raster: CRS, alpha, place, references.

    The command gets `crs`, `no_alpha`, `force_place` and `allow`, for `declare`.

    Args:
        force: Spellings of the option that takes an implausible georeference, besides `--force-place`.
    """

    def add(command: F) -> F:
        options = (
            click.option(
                "--crs",
                type=CrsText(),
                help="CRS of rasters that say none or a wrong one, such as EPSG:32633; it replaces the file's.",
            ),
            click.option(
                "--no-alpha",
                is_flag=True,
                help="The band that the files call alpha is image, such as near infrared.",
            ),
            click.option(
                *force,
                "--force-place",
                "force_place",
                is_flag=True,
                help="Take a georeference that is implausible, such as one far from the area of its CRS.",
            ),
            allow_option,
        )
        for option in reversed(options):
            command = option(command)
        return command

    return add


def declare(
    source: RasterSource, *, crs: str | None, no_alpha: bool, force_place: bool, allow: tuple[Path, ...]
) -> RasterSource:
    """Return `source` with what the options of `declare_options` say of it."""
    from dataclasses import replace

    return replace(
        source,
        crs=crs or source.crs,
        no_alpha=no_alpha or source.no_alpha,
        force=force_place or source.force,
        allow=(*source.allow, *(folder.absolute() for folder in allow)),
    )


def device_names(devices: str) -> list[str]:
    """Return the devices that `--devices` names, as in `cuda:0,cuda:1`.

    Raises:
        click.UsageError: nothing stands between two commas.
    """
    names = [name.strip() for name in devices.split(",")]
    if not all(names):
        raise click.UsageError(f"--devices is {devices!r}, expected names between commas: cuda:0,cuda:1")
    return names


def open_project(directory: Path) -> Project:
    """Open the project in `directory`; any other directory ends the run with one sentence."""
    from geoengine.project import Project

    return Project.open(directory)


def pick_scenes(store: Store, keys: tuple[str, ...]) -> list[Scene]:
    """Return the scenes called `keys`, or all scenes where no key is given.

    Raises:
        click.UsageError: there is no scene of one of these keys; the sentence names what there is.
    """
    with store.reading() as view:
        scenes = view.scenes()
    if not keys:
        return scenes
    known = {scene.key: scene for scene in scenes}
    unknown = [key for key in keys if key not in known]
    if unknown:
        there = ", ".join(list(known)[:8]) + (" …" if len(known) > 8 else "")
        there = there or "none yet: geoengine add registers some"
        raise click.UsageError(f"there is no scene {unknown[0]!r} in this project, which has {there}")
    return [known[key] for key in dict.fromkeys(keys)]


def pick_some_scenes(store: Store, keys: tuple[str, ...]) -> list[Scene]:
    """Return what `pick_scenes` does, for a command that needs at least one scene.

    Raises:
        click.UsageError: as `pick_scenes`, or the project has no scenes.
    """
    chosen = pick_scenes(store, keys)
    if not chosen:
        raise click.UsageError("the project has no scenes yet: geoengine add registers some")
    return chosen


def pick_class(store: Store, key: str) -> LabelClass:
    """Return the class called `key`.

    Raises:
        click.UsageError: the project has no such class; the sentence names those that it has.
    """
    with store.reading() as view:
        found = {each.key: each for each in view.classes()}
    if key not in found:
        there = ", ".join(found) or "none yet"
        raise click.UsageError(f"there is no class {key!r} in this project, which has {there}")
    return found[key]


# Newer versions of click have generic parameter types, and older ones cannot be given the parameter.


class CommaList(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A comma-separated list of words out of a fixed set, such as `accepted,proposed`."""

    name = "list"

    def __init__(self, words: tuple[str, ...] | None = None) -> None:
        """Allow these words, or any where None."""
        self.words = words

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Split and check `value`."""
        if not isinstance(value, str):
            return tuple(value)
        parts = tuple(part.strip() for part in value.split(",") if part.strip())
        for part in parts:
            if self.words is not None and part not in self.words:
                self.fail(f"{part!r} is not one of {', '.join(self.words)}", param, ctx)
        if not parts:
            self.fail("expected at least one word", param, ctx)
        return parts


class CrsText(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """CRS: a code such as EPSG:32633, or WKT."""

    name = "CRS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the CRS's code, or its WKT 2 where it has none."""
        from tiling.errors import GridError
        from tiling.grid.crs_text import assignable_crs

        try:
            return assignable_crs(str(value))
        except GridError as error:
            self.fail(str(error).rstrip("."), param, ctx)


class Nodata(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Nodata value: one number, or a colour given as three of them."""

    name = "V|R,G,B"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | tuple[int, ...]:
        """Return a float for one number (`nan` is one), a tuple of ints, one for each band, for a colour."""
        if not isinstance(value, str):
            return value if isinstance(value, tuple) else float(value)
        parts = [part.strip() for part in value.split(",")]
        try:
            if len(parts) == 1:
                return float(parts[0])
            colour = tuple(int(part) for part in parts)
        except ValueError:
            self.fail(f"{value!r} is neither a number nor a colour such as 255,255,255", param, ctx)
        return colour  # whether it fits the raster's bands, the raster knows


class ClassSpec(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A label class: `key`, or `key:colour` with the colour as rrggbb in hexadecimal."""

    name = "KEY[:COLOUR]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str | None]:
        """Return the key and the colour as `#rrggbb`, None where none was given."""
        if not isinstance(value, str):
            return (value[0], value[1])
        key, _, colour = value.partition(":")
        if not colour:
            return key, None
        if not re.fullmatch(r"#?[0-9A-Fa-f]{6}", colour):
            self.fail(f"{colour!r} is not a colour such as #e69f00", param, ctx)
        return key, "#" + colour.lstrip("#").lower()


def check_writable(out: Path, option: str) -> None:
    """Refuse a file that cannot be written, before hours of work go into it.

    Raises:
        click.BadParameter: Its folder is missing or cannot be written.
    """
    folder = out.absolute().parent
    if not folder.is_dir():
        raise click.BadParameter(f"the folder {folder} is not there", param_hint=option)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise click.BadParameter(f"the folder {folder} cannot be written", param_hint=option)
