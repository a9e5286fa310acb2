"""JSON with one text for each value."""

from __future__ import annotations

import json
from typing import Any

_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def json_text(value: Any) -> str:
    """Return JSON as the database keeps it: equal values have equal texts."""
    return _encode(value)
