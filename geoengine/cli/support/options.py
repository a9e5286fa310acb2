"""Options and arguments that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from geoengine.model import LabelClass, Scene
    from geoengine.project import Project
    from geoengine.store import Store

F = TypeVar("F", bound=Callable[..., Any])

DIRECTORY = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FEATURE_STATES = ("proposed", "accepted", "rejected")
CONFIDENCES = ("possible", "probable", "confirmed", "none")
YES_NO = click.Choice(("yes", "no"))


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
