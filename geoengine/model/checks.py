"""Checks that the values of the model share; each raises `InvalidValueError` with one sentence."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from geoengine.errors import InvalidValueError
from geoengine.model.limits import (
    MAX_ATTRIBUTE_BYTES,
    MAX_ATTRIBUTE_DEPTH,
    MAX_ATTRIBUTE_KEYS,
    MAX_ID,
    MAX_NOTE_CHARACTERS,
)

UID_PATTERN = re.compile(r"[0-9a-zA-Z-]{8,64}")
CLASS_KEY_PATTERN = re.compile(r"\w[\w.-]{0,63}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


_BREAK = re.compile(r"[\t\n\r\x85\u2028\u2029]")


_ALPHABETS = frozenset({"LATIN", "CYRILLIC", "GREEK"})
"""Alphabets whose letters look alike."""


_BLANK = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters, marks and symbols that show nothing: fillers, and selectors of a variant that few fonts have."""


def check_text(value: object, field: str, max_length: int = 200) -> None:
    """Accept a non-blank string of at most `max_length` characters without control characters."""
    if type(value) is str and len(value) <= max_length and _is_good_text(value):
        return
    if not isinstance(value, str) or not value.strip():
        raise InvalidValueError(f"{field} is {value!r}, expected a text that is not empty", field)
    if len(value) > max_length:
        raise InvalidValueError(f"{field} has {len(value)} characters, expected at most {max_length}", field)
    if _CONTROL.search(value):
        raise InvalidValueError(f"{field} is {value!r}, expected no control characters", field)


@lru_cache(maxsize=1024)  # a few authors and models are those of a million features
def _is_good_text(value: str) -> bool:
    return bool(value.strip()) and not _CONTROL.search(value)


def check_optional_text(value: object, field: str, max_length: int = 200) -> None:
    """Accept None, or what `check_text` accepts."""
    if value is not None:
        check_text(value, field, max_length)


def check_note(value: object, field: str = "note") -> None:
    """Accept one line of text, or an empty one, of at most `MAX_NOTE_CHARACTERS` characters."""
    if not isinstance(value, str):
        raise InvalidValueError(f"{field} is {value!r}, expected a text", field)
    if len(value) > MAX_NOTE_CHARACTERS:
        raise InvalidValueError(
            f"{field} has {len(value):,} characters, expected at most {MAX_NOTE_CHARACTERS}", field
        )
    if _CONTROL.search(value) or _BREAK.search(value):
        raise InvalidValueError(f"{field} has a line break or control character, expected one line", field)
    if value != value.strip():
        raise InvalidValueError(f"{field} is {value!r}, expected no blanks at its ends", field)


def check_person(value: object, field: str) -> None:
    """Accept a text that reads as it is stored: no invisible characters, no look-alikes of another alphabet.

    Joiners count as visible between letters of the scripts that need them (Persian, Devanagari).
    """
    check_text(value, field)
    text = str(value)
    for before, character, after in zip(" " + text, text, text[1:] + " ", strict=False):
        joins = character in "\u200c\u200d" and not {_alphabet(before), _alphabet(after)} & {
            None,
            *_ALPHABETS,
        }
        hidden = unicodedata.category(character) in {"Cf", "Zl", "Zp", "Co", "Cn"} or _BLANK.match(character)
        # A selector tells forms of one Chinese character apart, as in Japanese family names.
        selects = (
            unicodedata.name(character, "").startswith("VARIATION SELECTOR") and _alphabet(before) == "CJK"
        )
        if hidden and not joins and not selects:
            code = f"U+{ord(character):04X}"
            raise InvalidValueError(
                f"{field} holds the invisible character {code}, expected a name without", field
            )
    for word in text.split():
        alphabets = sorted(_ALPHABETS.intersection(_alphabet(c) or "" for c in word))
        if len(alphabets) > 1:
            mixed = " and ".join(name.title() for name in alphabets)
            raise InvalidValueError(
                f"{field} mixes {mixed} letters in '{word}', expected one alphabet a word", field
            )


def _alphabet(character: str) -> str | None:
    """Return the script that the name of a letter begins with; None for what is no letter."""
    if unicodedata.category(character)[0] not in "LM":
        return None
    return unicodedata.name(character, "UNNAMED").split()[0]


def check_uid(value: object, field: str = "uid") -> None:
    """Accept 8 to 64 letters, digits and dashes."""
    if not isinstance(value, str) or not UID_PATTERN.fullmatch(value):
        raise InvalidValueError(f"{field} is {value!r}, expected 8 to 64 letters, digits or dashes", field)


def check_class_key(value: object, field: str = "class") -> None:
    """Accept 1 to 64 letters, digits, ``_``, ``.`` and ``-``, the first one a letter, a digit or ``_``."""
    if not isinstance(value, str) or not _is_class_key(value):
        raise InvalidValueError(
            f"{field} is {value!r}, expected 1 to 64 letters, digits, '_', '.' or '-', the first no '.' or '-'",
            field,
        )


@lru_cache(maxsize=1024)
def _is_class_key(value: str) -> bool:
    return CLASS_KEY_PATTERN.fullmatch(value) is not None


def check_score(value: object, field: str = "score") -> None:
    """Accept None or a number from 0 to 1."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= 1.0:
        raise InvalidValueError(f"{field} is {value!r}, expected a number from 0 to 1", field)


def check_revision(value: object, field: str = "base_revision") -> None:
    """Accept a whole number from 1 on."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_ID:
        raise InvalidValueError(f"{field} is {value!r}, expected a whole number from 1 to {MAX_ID}", field)


def check_attributes(value: object, field: str = "attributes") -> None:
    """Accept a mapping with text keys that JSON can carry (no NaN, no infinity)."""
    if not isinstance(value, Mapping):
        raise InvalidValueError(f"{field} is a {type(value).__name__}, expected an object", field)
    if not value or _plain_bytes(value) is not None:
        return
    for key in value:
        if not isinstance(key, str):
            raise InvalidValueError(f"{field} has the key {key!r}, expected a text", field)
    try:
        # Encoding as well, for a lone surrogate passes json.dumps and fails on its way to the disk.
        json.dumps(dict(value), allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidValueError(f"{field} cannot be written as JSON: {error}", field) from None


def check_attribute_limits(value: Mapping[str, object], field: str = "attributes") -> None:
    """Accept attributes that passed `check_attributes` and are no larger than the limits.

    Features that are stored already are not asked: they could not be read any more.

    Raises:
        InvalidValueError: There are too many keys or bytes, or they are nested too deeply.
    """
    if len(value) > MAX_ATTRIBUTE_KEYS:
        raise InvalidValueError(
            f"{field} has {len(value)} keys, expected at most {MAX_ATTRIBUTE_KEYS}", field
        )
    most = _plain_bytes(value)
    if most is not None and most <= MAX_ATTRIBUTE_BYTES:
        return
    size = len(json.dumps(dict(value), ensure_ascii=False, separators=(",", ":")).encode())
    if size > MAX_ATTRIBUTE_BYTES:
        raise InvalidValueError(f"{field} has {size} bytes, expected at most {MAX_ATTRIBUTE_BYTES}", field)
    level: list[object] = [value]
    for _ in range(MAX_ATTRIBUTE_DEPTH + 1):
        level = [inner for outer in level for inner in _members(outer)]
        if not level:
            return
    raise InvalidValueError(
        f"{field} is nested more than {MAX_ATTRIBUTE_DEPTH} levels deep, expected at most so many", field
    )


def _plain_bytes(value: Mapping[Any, Any]) -> int | None:
    """Return no less than the bytes of a flat mapping of ASCII texts and finite numbers as JSON; None for any other.

    Such a mapping needs no closer look, and most are.
    """
    most = 2
    for key, one in value.items():
        kind = type(one)
        if type(key) is not str or not key.isascii():
            return None
        if kind is str:
            if not one.isascii():
                return None
            most += 6 * len(one)  # a character is escaped as six at most
        elif kind is float:
            if not math.isfinite(one):
                return None
        elif kind is int:
            most += one.bit_length() // 3
        elif one is not None and kind is not bool:
            return None
        most += 6 * len(key) + 32  # the quotes, signs and commas, and a number: -2.2250738585072014e-308
    return most


def _members(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def check_bbox(value: object, field: str = "bbox") -> None:
    """Accept four finite numbers minx, miny, maxx, maxy with minx <= maxx and miny <= maxy."""
    good = (
        isinstance(value, tuple | list)
        and len(value) == 4
        and all(isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in value)
        and value[0] <= value[2]
        and value[1] <= value[3]
    )
    if not good:
        raise InvalidValueError(
            f"{field} is {value!r}, expected four finite numbers minx, miny, maxx, maxy with min <= max",
            field,
        )
