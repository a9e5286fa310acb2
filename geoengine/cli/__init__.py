"""Command line: one module per command, each imported only when it is called."""

from __future__ import annotations

import click

from geoengine import __version__
from geoengine.cli.support.lazy import LazyCommand, LazyGroup

COMMANDS = {
    "init": LazyCommand("geoengine.cli.init", "init", "Start a project in DIR."),
    "classes": LazyCommand(
        "geoengine.cli.classes",
        "classes",
        "List, add, rename, recolour, shape, order, nest, retire and merge classes; say what their objects are.",
    ),
    "add": LazyCommand("geoengine.cli.add", "add", "Register rasters as scenes of a project."),
    "scenes": LazyCommand(
        "geoengine.cli.scenes", "scenes", "List, complete, remove, rename and relink the scenes of a project."
    ),
    "pairs": LazyCommand(
        "geoengine.cli.pairs", "pairs", "List scenes of the same ground on different dates, the newest first."
    ),
    "stretch": LazyCommand("geoengine.cli.stretch", "stretch", "Show or set how scenes are shown."),
    "layers": LazyCommand(
        "geoengine.cli.layers",
        "layers",
        "List, add and remove vector files and map tiles that are shown with the imagery.",
    ),
    "gazetteer": LazyCommand(
        "geoengine.cli.gazetteer",
        "gazetteer",
        "Load, search and remove the names of places that the map goes to.",
    ),
    "pins": LazyCommand(
        "geoengine.cli.pins", "pins", "List questions on places of scenes, and write them as points."
    ),
    "models": LazyCommand(
        "geoengine.cli.models",
        "models",
        "List, show, install and remove model packages, and show how they did in a project.",
    ),
    "prelabel": LazyCommand("geoengine.cli.prelabel", "prelabel", "Let a model propose polygons on scenes."),
    "find": LazyCommand(
        "geoengine.cli.find",
        "find",
        "Propose more objects like a few examples, also of a class that no model knows.",
    ),
    "jobs": LazyCommand("geoengine.cli.jobs", "jobs", "List, show, cancel and retry jobs."),
    "worker": LazyCommand(
        "geoengine.cli.worker", "worker", "Run a project's queued jobs, one at a time on each device."
    ),
    "predict": LazyCommand(
        "geoengine.cli.predict", "predict", "Run a model on files that belong to no project."
    ),
    "serve": LazyCommand("geoengine.cli.serve", "serve", "Serve the web map of a project until Ctrl-C."),
    "status": LazyCommand("geoengine.cli.status", "status", "Count a project's features and list its jobs."),
    "check": LazyCommand(
        "geoengine.cli.check",
        "check",
        "Name damaged rows of a project's database, take them out or restore them.",
    ),
    "export": LazyCommand(
        "geoengine.cli.export", "export", "Write a project's features to OUT, in the format of its suffix."
    ),
    "import": LazyCommand(
        "geoengine.cli.importing",
        "import_",
        "Read the polygons, lines and points of FILE into the scenes they lie in.",
    ),
    "chip": LazyCommand(
        "geoengine.cli.chip", "chip", "Cut rasters, and labels with them, into chips in OUTDIR."
    ),
    "train": LazyCommand(
        "geoengine.cli.train", "train", "Train a model package from a configuration, or from a COCO file."
    ),
    "finetune": LazyCommand("geoengine.cli.finetune", "finetune", "Train a model on reviewed labels."),
    "evaluate": LazyCommand(
        "geoengine.cli.evaluate", "evaluate", "Compare predicted objects with true ones."
    ),
    "doctor": LazyCommand("geoengine.cli.doctor", "doctor", "Check this machine and say what to do."),
    "demo": LazyCommand("geoengine.cli.demo", "demo", "Pre-label two real scenes and open them on the map."),
}


CONTEXT = {"help_option_names": ["-h", "--help"]}


@click.group("geoengine", cls=LazyGroup, lazy_commands=COMMANDS, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="geoengine")
@click.option("-v", "--verbose", count=True, help="Log more: -v progress, -vv everything.")
def main(verbose: int) -> None:
    """Label objects in overhead imagery.

    Rasters go in. A detector proposes polygons, people correct them on a web map, and the corrected GeoJSON is
    written to disk.

    Exit codes: 0 done, 1 done in part (what was left out is listed), 2 nothing done because of the input (one
    sentence says why), 3 a fault of the program, 4 trouble of the machine, 128 and more ended by a signal.
    """
    from geoengine.cli.support.failures import set_up_logging

    set_up_logging(verbose)
