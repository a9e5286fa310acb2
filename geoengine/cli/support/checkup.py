"""Checks of `geoengine doctor`: each gives one finding and, where something is wrong, a remedy."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geoengine.cli.support.checkup_machine import BAD, NOTE, OK, Finding, browser, disk, memory

DISTRIBUTION = "geoengine-labeling"
NEEDED_RASTER = ("GTiff", "COG", "VRT", "PNG", "JPEG")
WELCOME_RASTER = ("NITF", "JP2OpenJPEG")

# Run in a process of its own: a broken torch or GDAL may not raise, but take the process with it.
_PROBE_TORCH = """
import json, torch, torchvision
boxes = torch.tensor([[0., 0., 1., 1.], [0., 0., 1., 1.]])
kept = torchvision.ops.nms(boxes, torch.tensor([1., .5]), .5)
print(json.dumps({"torch": torch.__version__, "torchvision": torchvision.__version__, "nms": len(kept),
    "threads": torch.get_num_threads(), "built_for": torch.version.cuda,
    "devices": [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]}))
"""
_PROBE_GDAL = """
import json, rasterio, pyogrio, pyproj
with rasterio.Env() as env:
    drivers = sorted(env.drivers())
print(json.dumps({"rasterio_gdal": rasterio.__gdal_version__, "pyogrio_gdal": pyogrio.__gdal_version_string__,
    "raster": drivers, "vector": pyogrio.list_drivers(), "proj": pyproj.proj_version_str,
    "utm": pyproj.CRS.from_epsg(32612).name}))
"""


def examine(directory: Path) -> list[Finding]:
    """Run every check; `directory` is where the user works, perhaps a project."""
    checks: tuple[Callable[[], Finding], ...] = (
        python,
        packages,
        gdal,
        torch_pair,
        models,
        web_client,
        database,
        lambda: scenes(directory),
        lambda: disk(directory),
        memory,
        browser,
    )
    return [check() for check in checks]


def python() -> Finding:
    """Check the interpreter."""
    found = f"{sys.version.split()[0]} in {sys.prefix}"
    return Finding("Python", OK, found)


def packages() -> Finding:
    """Check for requirements that are not installed, from the metadata of the installed project."""
    name = "packages"
    try:
        wanted = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        return Finding(
            name, NOTE, f"{DISTRIBUTION} runs from its sources and is not installed", "pip install -e ."
        )
    missing, there = [], 0
    for requirement in wanted:
        if "extra ==" in requirement:
            continue
        distribution = re.split(r"[\s\[<>=!~;(]", requirement, maxsplit=1)[0]
        try:
            importlib.metadata.version(distribution)
            there += 1
        except importlib.metadata.PackageNotFoundError:
            missing.append(distribution)
    if missing:
        return Finding(name, BAD, f"not installed: {', '.join(missing)}", f"pip install {' '.join(missing)}")
    version = importlib.metadata.version(DISTRIBUTION)
    return Finding(name, OK, f"{DISTRIBUTION} {version} and the {there} packages it needs")


def probe(code: str) -> dict[str, Any] | str:
    """Run `code` in a fresh interpreter; return the JSON it prints, or the last line of its error."""
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=180)
    except subprocess.TimeoutExpired:
        return "no answer within three minutes"
    if done.returncode == 0:
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"the process ended with {done.returncode}"


def gdal() -> Finding:
    """Check GDAL's two copies (rasterio's and pyogrio's), their drivers, and PROJ."""
    answer = probe(_PROBE_GDAL)
    if isinstance(answer, str):
        return Finding(
            "GDAL", BAD, answer, "install rasterio, pyogrio and pyproj anew, all from the same source"
        )
    found = f"{answer['rasterio_gdal']} (rasters), {answer['pyogrio_gdal']} (vectors), PROJ {answer['proj']}"
    missing = [driver for driver in NEEDED_RASTER if driver not in answer["raster"]]
    if not {"r", "w"} <= set(answer["vector"].get("GeoJSON", "")):
        missing.append("GeoJSON")
    if missing:
        return Finding(
            "GDAL", BAD, f"{found}, without {', '.join(missing)}", "install a build with these drivers"
        )
    lacking = [driver for driver in WELCOME_RASTER if driver not in answer["raster"]]
    if lacking:
        return Finding("GDAL", NOTE, f"{found}, without {', '.join(lacking)}", "such files cannot be added")
    return Finding("GDAL", OK, f"{found}, with {', '.join(NEEDED_RASTER + WELCOME_RASTER)}")


def torch_pair() -> Finding:
    """Check that torch and torchvision fit each other, and name the devices."""
    answer = probe(_PROBE_TORCH)
    if isinstance(answer, str):
        versions = []
        for name in ("torch", "torchvision"):
            try:
                versions.append(f"{name} {importlib.metadata.version(name)}")
            except importlib.metadata.PackageNotFoundError:
                versions.append(f"no {name}")
        advice = (
            "install torch and torchvision together, in one pip command: each torchvision goes with one torch"
        )
        return Finding("torch", BAD, f"{', '.join(versions)}: {answer}", advice)
    pair = f"torch {answer['torch']} with torchvision {answer['torchvision']}"
    if answer["nms"] != 1:
        return Finding(
            "torch", BAD, f"{pair}: non-maximum suppression gives a wrong answer", "install both anew"
        )
    if answer["devices"]:
        return Finding("torch", OK, f"{pair} on {', '.join(answer['devices'])} (--device cuda)")
    return Finding("torch", OK, f"{pair} on the CPU, {answer['threads']} threads (no CUDA device)")


def models() -> Finding:
    """Check the shipped model packages: their weights are compared with their cards."""
    from detectors.errors import DetectorError
    from detectors.model_package.registry import Registry

    try:
        found = Registry().packages()
        for package in found:
            package.check_weights()
    except DetectorError as error:
        return Finding("models", BAD, str(error), "install GeoEngine again")
    if not found:
        return Finding(
            "models", BAD, "no model package is shipped with this installation", "install GeoEngine again"
        )
    return Finding(
        "models", OK, ", ".join(f"{package.card.name} {package.card.version}" for package in found)
    )


def web_client() -> Finding:
    """Check that the web client was built."""
    from importlib.util import find_spec

    spec = find_spec("server")
    folder = Path(spec.origin).parent / "static" if spec and spec.origin else Path("server/static")
    if (folder / "index.html").is_file():
        return Finding("web client", OK, f"built, in {folder}")
    return Finding(
        "web client",
        BAD,
        f"not built: {folder / 'index.html'} is missing",
        "make client, or pip install -e .",
    )


def database() -> Finding:
    """Check that a project can be created, which needs SQLite with its R*Tree."""
    import sqlite3

    from geoengine.errors import GeoEngineError
    from geoengine.project import Project

    with tempfile.TemporaryDirectory() as scratch:
        try:
            Project.create(Path(scratch) / "project")
        except (GeoEngineError, OSError) as error:
            return Finding(
                "database",
                BAD,
                f"SQLite {sqlite3.sqlite_version}: {error}",
                "use a Python whose SQLite has R*Tree",
            )
    return Finding("database", OK, f"SQLite {sqlite3.sqlite_version}")


def scenes(directory: Path) -> Finding:
    """Check that the rasters of the project in `directory` exist and are unchanged."""
    from geoengine.errors import GeoEngineError
    from geoengine.project import SETTINGS_NAME, Project
    from geoengine.tasks.scenes.originals import source_problem

    if not (directory / SETTINGS_NAME).is_file():
        return Finding("scenes", OK, "no project here (-p names one)")
    try:
        project = Project.open(directory)
        with project.store() as store, store.reading() as view:
            there = view.scenes()
    except GeoEngineError as error:
        return Finding("scenes", BAD, str(error))
    problems = [problem for scene in there if (problem := source_problem(project, scene))]
    if not problems:
        return Finding("scenes", OK, f"{len(there)}, each with its raster as it was registered")
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return Finding(
        "scenes",
        BAD,
        f"{problems[0]}{more}",
        "put the file back, or add it again and go on with the new scene",
    )
