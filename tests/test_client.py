"""tools/client.py: the client's HTTP types are those of the server's schemas."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def client() -> ModuleType:
    spec = importlib.util.spec_from_file_location("client_tool", ROOT / "tools" / "client.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_wire_types_are_those_of_the_schemas(client: ModuleType) -> None:
    folder = client.find_node()
    if folder is None or client.needs_install():
        pytest.skip("the client's npm packages are not installed: make client-test installs them")
    assert client.WIRE.read_text() == client.wire_types(folder), "run: python tools/client.py wire"


def test_wire_document_has_no_titles_but_the_property_of_that_name(client: ModuleType) -> None:
    schemas = client.wire_document()["components"]["schemas"]
    assert "title" not in schemas["SceneReply"]
    assert schemas["ProblemReply"]["properties"]["title"] == {"type": "string"}


def test_unknown_step_is_refused(client: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert client.main(["publish"]) == 2
    assert "build|test|wire" in capsys.readouterr().err
