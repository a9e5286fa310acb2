"""Structure report of the source tree: rooms, imports, circles, docstrings, sizes and tests.

    python tools/structure.py [--json] [--list] [ROOT]

Standard library only; violations of the docstring rules are counted where ruff is installed. The table of rooms
below is the one that `tests/test_imports.py` enforces.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

if __package__:
    from tools.source_tree import CLIENT, PACKAGES, Import, Tree, circles, documented, untested
else:  # run as a script
    from source_tree import CLIENT, PACKAGES, Import, Tree, circles, documented, untested

LONGEST_FUNCTION, LONGEST_FILE = 60, 300
# First words of a docstring that describes in a subordinate clause what the thing should be called.
CLAUSE = re.compile(r"(What|Which|Who|Whom|Whose|Where|That|Whether|How)\b")


@dataclass(frozen=True)
class Layer:
    """A group of rooms, first to last, and what its modules may import besides.

    Args:
        levels: Rooms (folders or single modules) level by level. A module imports from its own room and from
            earlier levels, never from another room of its level or from a later one. The room of a module is the
            longest name that it starts with; `package.__init__` is the public face of a package.
        uses: Other layers, of which every room may be imported.
        also: Single rooms or modules of layers that are not in `uses`.
    """

    levels: tuple[tuple[str, ...], ...]
    uses: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


LAYERS = {
    "tiling": Layer(
        (
            ("tiling.errors", "tiling.arrays", "tiling.lazy_names", "tiling.progress"),
            ("tiling.class_names",),
            ("tiling.grid",),
            ("tiling.access",),
            ("tiling.raster",),
            ("tiling.display", "tiling.ingest", "tiling.vectors"),
            ("tiling.chips", "tiling.maptiles"),
            ("tiling.archives",),
            ("tiling.__init__",),
        )
    ),
    "detectors": Layer(
        (
            ("detectors.errors",),
            ("detectors.detections",),
            ("detectors.polygons",),
            ("detectors.model_package", "detectors.architectures"),
            ("detectors.merging", "detectors.coco"),
            ("detectors.inference",),
            ("detectors.installation",),
            ("detectors.evaluation", "detectors.outlines", "detectors.similarity"),
            ("detectors.training",),
            ("detectors.__init__",),
        ),
        uses=("tiling",),
    ),
    "core": Layer(
        (
            ("geoengine.__init__", "geoengine.errors"),
            (
                "geoengine.atomic",
                "geoengine.confined",
                "geoengine.garbage",
                "geoengine.locks",
                "geoengine.machine",
                "geoengine.raster_settings",
                "geoengine.unreadable",
                "geoengine.watched_thread",
            ),
            ("geoengine.completion_settings",),
            ("geoengine.model",),
            ("geoengine.store",),
            ("geoengine.store.features", "geoengine.store.jobs"),
            ("geoengine.store.scene_removal",),
            (
                "geoengine.store.class_store",
                "geoengine.store.decision_store",
                "geoengine.store.ground_store",
                "geoengine.store.scene_store",
                "geoengine.store.view",
            ),
            ("geoengine.store.store",),
            ("geoengine.store.__init__",),
            ("geoengine.project",),
            ("geoengine.exchange",),
            ("geoengine.exchange.geojson",),
        ),
        uses=("tiling",),
    ),
    "tasks": Layer(
        (
            (
                "geoengine.tasks.__init__",
                "geoengine.tasks.convert",
                "geoengine.tasks.price",
                "geoengine.tasks.jobs",
            ),
            ("geoengine.tasks.scenes", "geoengine.tasks.labels"),
            ("geoengine.tasks.prelabel", "geoengine.tasks.finetune"),
            ("geoengine.tasks.find",),
            (
                "geoengine.tasks.classes",
                "geoengine.tasks.gazetteer",
                "geoengine.tasks.layers",
                "geoengine.tasks.predict",
                "geoengine.tasks.scene_removal",
                "geoengine.tasks.worker",
                "geoengine.tasks.demo",
                "geoengine.tasks.check",
                "geoengine.tasks.status",
            ),
        ),
        uses=("tiling", "detectors", "core"),
    ),
    "server": Layer(
        (
            ("server.schemas",),
            ("server.representations",),
            ("server.http",),
            ("server.tiles", "server.imagery", "server.activity"),
            ("server.outlines",),
            ("server.state",),
            ("server.api", "server.pages"),
            ("server.app",),
            ("server.serving",),
            ("server.serve",),
            ("server.__init__",),
        ),
        uses=("tiling", "core"),
        # The web process keeps labels/*.geojson current, looks at rasters that change, manages the project as the
        # command line does, says what work would do before it is asked for, and outlines are free of torch.
        also=(
            "geoengine.tasks.classes",
            "geoengine.tasks.finetune.plan",
            "geoengine.tasks.finetune.survey",
            "geoengine.tasks.labels.no_write_back",
            "geoengine.tasks.labels.write_labels",
            "geoengine.tasks.labels.writeback",
            "geoengine.tasks.layers",
            "geoengine.tasks.prelabel.outlook",
            "geoengine.tasks.prelabel.partners",
            "geoengine.tasks.prelabel.settings",
            "geoengine.tasks.price",
            "geoengine.tasks.scenes.add_settings",
            "geoengine.tasks.scenes.collect",
            "geoengine.tasks.scenes.completeness",
            "geoengine.tasks.scenes.originals",
            "detectors.errors",
            "detectors.model_package",
            "detectors.outlines",
        ),
    ),
    "cli": Layer(
        (("geoengine.cli.support",), ("geoengine.cli",)),
        uses=("tiling", "detectors", "core", "tasks", "server"),
    ),
    "client": Layer(
        (
            ("browser",),
            ("model",),
            ("api",),
            ("managing",),
            ("map",),
            ("desk",),
            ("modes", "commands"),
            ("ui",),
            ("probe",),
            ("app",),
            ("main",),
        )
    ),
}


def room_of(module: str, layers: dict[str, Layer] = LAYERS) -> tuple[str, int, str] | None:
    """Return the layer, the level and the room of a module; None where the table has none for it."""
    best: tuple[str, int, str] | None = None
    for name, layer in layers.items():
        for level, rooms in enumerate(layer.levels):
            for room in rooms:
                exact = room == f"{module}.__init__"
                inside = module == room or re.match(rf"{re.escape(room)}[./]", module) is not None
                if exact or (inside and (best is None or len(room) > len(best[2]))):
                    best = (name, level, room)
                    if exact:
                        return best
    return best


def points_up(importer: str, imported: str) -> bool:
    """Return True if the table of rooms forbids `importer` to import `imported`; unknown modules are free."""
    here, there = room_of(importer), room_of(imported)
    if here is None or there is None:
        return False
    if here[0] != there[0]:
        layer = LAYERS[here[0]]
        return there[0] not in layer.uses and not any(
            imported == name or imported.startswith(f"{name}.") for name in layer.also
        )
    return here[2] != there[2] and here[1] <= there[1]


def docstring_violations(root: Path) -> int | None:
    """Return ruff's count of D rules (Google convention, D401 with them); None without ruff."""
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
    if ruff is None:
        return None
    command = [ruff, "check", "--isolated", "--select", "D,D401", "--output-format", "json", "--exit-zero"]
    command += ["--config", 'lint.pydocstyle.convention="google"', *PACKAGES]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return len(json.loads(done.stdout))


def report(root: Path) -> dict[str, object]:
    """Return every count as a JSON-able dictionary."""
    tree = Tree(root.resolve())
    folders = Counter(path.parent.relative_to(tree.root).as_posix() for path in tree.modules.values())
    client_folders = Counter((CLIENT / name).parent.relative_to("server").as_posix() for name in tree.client)
    clauses, long_functions, functions = [], [], 0
    for module, path in tree.modules.items():
        for node in documented(tree.parse(path)):
            if CLAUSE.match(ast.get_docstring(node) or ""):
                clauses.append(f"{module}:{getattr(node, 'lineno', 1)}")
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions += 1
                if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION:
                    long_functions.append(f"{module}.{node.name}")
    long_files = [
        path.relative_to(tree.root).as_posix()
        for path in [*tree.modules.values(), *tree.client.values()]
        if len(path.read_text().splitlines()) > LONGEST_FILE
    ]
    return {
        "python": {
            "files": len(tree.modules),
            "files by room": dict(sorted(folders.items())),
            "largest room": max(folders.values(), default=0),
            "imports": len(tree.imports),
            "imports by package": _imports_by_package(tree),
            "circles": [" ".join(group) for group in circles(i for i in tree.imports if not i.lazy)],
            "circles with lazy imports": [" ".join(group) for group in circles(tree.imports)],
            "imports up": _up(tree.imports),
            "modules in no room": [module for module in tree.modules if room_of(module) is None],
            "functions": functions,
            "docstring violations (ruff D)": docstring_violations(tree.root),
            "docstrings that open with a clause": clauses,
            f"functions over {LONGEST_FUNCTION} lines": long_functions,
            "modules without a test of their name": untested(tree),
        },
        "client": {
            "files": len(tree.client),
            "files by room": dict(sorted(client_folders.items())),
            "imports": len(tree.client_imports),
            "circles": [" ".join(group) for group in circles(tree.client_imports)],
            "imports up": _up(tree.client_imports),
        },
        f"files over {LONGEST_FILE} lines": long_files,
    }


def _imports_by_package(tree: Tree) -> dict[str, int]:
    inside = [
        i.importer.split(".")[0] for i in tree.imports if i.importer.split(".")[0] == i.imported.split(".")[0]
    ]
    return dict(sorted(Counter(inside).items()))


def _up(imports: list[Import]) -> list[str]:
    return [f"{i.importer} -> {i.imported}" for i in imports if points_up(i.importer, i.imported)]


def lines(found: dict[str, object], every: bool, indent: str = "") -> Iterator[str]:
    """Yield the report as text: counts, and what is counted where `every`."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield f"{indent}{name}"
            yield from lines(value, every, indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{name:<44} {len(value)}"
            if every:
                yield from (f"{indent}    {item}" for item in value)
        else:
            yield f"{indent}{name:<44} {'not counted' if value is None else value}"


def main(arguments: list[str] | None = None) -> int:
    """Print the report; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--json", action="store_true", help="everything, as JSON")
    parser.add_argument("--list", action="store_true", help="name what is counted")
    options = parser.parse_args(arguments)
    found = report(options.root)
    print(json.dumps(found, indent=2) if options.json else "\n".join(lines(found, options.list)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
