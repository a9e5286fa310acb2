"""Reader of model packages and their `model.json`: fields of the declared types alone, nothing converted."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from pydantic_core import ErrorDetails

from detectors.errors import DetectorError, PackageError
from detectors.model_package.calibration import Calibration
from detectors.model_package.card import CARD_FILE, CARD_FORMAT, ClassInfo, ModelCard, ModelPackage

MAX_CARD_BYTES = 1 << 20
_MAX_DEPTH = 20
_SHA256 = re.compile("[0-9a-f]{64}")

_PLAIN = {"a valid integer": "a whole number", "a valid boolean": "true or false"}

# Controls, invisible and turning characters, line separators: a terminal obeys them.
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def load_package(directory: Path) -> ModelPackage:
    """Read a package's card. The weights are checked when they are loaded.

    Raises:
        PackageError: The card is missing, is not JSON, is of a newer format, or has a field that is missing, unknown
            or wrong.
    """
    return ModelPackage(directory, read_card(directory))


def read_card(directory: Path) -> ModelCard:
    """Read and check the card of a package.

    Raises:
        PackageError: As `load_package`.
    """
    path = directory / CARD_FILE
    try:
        size = path.stat().st_size
        if size > MAX_CARD_BYTES:
            raise PackageError(f"{path} has {size:,} bytes, expected at most {MAX_CARD_BYTES:,}")
        values = json.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise PackageError(f"{directory} has no {CARD_FILE}, so it is not a model package") from None
    except RecursionError:
        raise PackageError(f"{path} is nested too deeply, expected a model card") from None
    except PackageError:
        raise
    except (OSError, ValueError) as error:
        raise PackageError(f"{path} cannot be read as JSON: {error}") from error
    return _parse_card(values, path)


def check_card(card: ModelCard) -> None:
    """Check a card that a program made as if it were read from a file.

    Raises:
        PackageError: A field is wrong.
    """
    _parse_card(json.loads(card.to_json()), Path(CARD_FILE))


def _parse_card(values: Any, path: Path) -> ModelCard:
    if not isinstance(values, dict):
        raise PackageError(f"{path} holds a {type(values).__name__}, expected an object")
    number = values.get("format", CARD_FORMAT)
    if not isinstance(number, int) or isinstance(number, bool):
        raise PackageError(f"{path}: format is {number!r:.40}, expected a whole number")
    if number > CARD_FORMAT:
        raise PackageError(
            f"{path} is of card format {number}, but this version reads up to {CARD_FORMAT}; update GeoEngine"
        )
    _check_texts(values, path)
    try:
        card = _adapter().validate_json(json.dumps(values))
    except PackageError as error:
        raise PackageError(f"{path}: {error}") from None
    except ValidationError as error:
        raise PackageError(f"{path}: {schema_sentence(error.errors(include_url=False)[0])}") from None
    if not _SHA256.fullmatch(card.sha256):
        raise PackageError(
            f"{path}: sha256 is {card.sha256!r:.80}, expected 64 hexadecimal digits in lower case"
        )
    return card


@cache
def _adapter() -> TypeAdapter[ModelCard]:
    """Return the schema of a card: the declared types of its dataclasses, strictly."""
    strict = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
    for part in (Calibration, ClassInfo):
        with_config(strict)(part)
    return TypeAdapter(with_config(strict)(ModelCard))


def schema_sentence(error: ErrorDetails) -> str:
    """Return what a schema error says, on one line and with the field's name."""
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, DetectorError):
        return str(cause)
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    if error["type"] in ("missing", "missing_argument"):
        return f"the field {name!r} is missing"
    if error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"the field {name!r} is unknown"
    wanted = error["msg"].replace("Input should be ", "").replace("Input ", "")
    wanted = _PLAIN.get(wanted, wanted)
    return f"{name} is {error['input']!r:.60}, expected {wanted}"


def _check_texts(value: Any, path: Path, field: str = "", depth: int = 0) -> None:
    """Refuse texts that a terminal obeys, and nesting without end."""
    if depth > _MAX_DEPTH:
        raise PackageError(f"{path}: {field} is nested more than {_MAX_DEPTH} deep")
    if isinstance(value, str):
        hidden = [c for c in value if c not in "\n\t" and unicodedata.category(c) in _HIDDEN]
        if hidden:
            raise PackageError(
                f"{path}: {field or 'a name'} holds the control character U+{ord(hidden[0]):04X}, expected text"
            )
    elif isinstance(value, dict):
        for key, entry in value.items():
            _check_texts(key, path, field, depth + 1)
            _check_texts(entry, path, field or key, depth + 1)
    elif isinstance(value, list):
        for entry in value:
            _check_texts(entry, path, field, depth + 1)
