"""Overlays of 1,500 pairs of tangled rings in the client, beside GEOS."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CLIENT = ROOT / "server" / "client"


@pytest.mark.soak
def test_overlays_agree_with_geos(tmp_path: Path) -> None:
    npx = shutil.which("npx")
    if npx is None or not (CLIENT / "node_modules").is_dir():
        pytest.skip("the client's packages are not installed: run `make client`")
    tangles = tmp_path / "tangles.json"
    subprocess.run([sys.executable, ROOT / "tools" / "write_tangles.py", "1500", tangles], check=True)
    subprocess.run(
        [npx, "vitest", "run", "tests/model/shapes/tangles.test.ts"],
        cwd=CLIENT,
        env={**os.environ, "VITE_TANGLES": str(tangles)},
        check=True,
    )
