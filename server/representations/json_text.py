"""JSON text, as every reply of the server is written."""

from __future__ import annotations

import json


def json_bytes(value: object) -> bytes:
    """Return `value` as compact JSON in UTF-8.

    Raises:
        ValueError: A number is NaN or infinite, which JSON does not have.
    """
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
