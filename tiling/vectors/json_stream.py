"""Reading of JSON in pieces: a document of gigabytes is never in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from typing import Any, TextIO

_CHUNK = 1 << 20
# A literal, a number or an escape that the end of the buffer cuts is no longer than this behind the error.
_CUT = 16
_SPACE = " \t\n\r"


class JsonStream:
    """Cursor in JSON text that reads one value after the other."""

    def __init__(self, file: TextIO) -> None:
        """Start at the beginning of a file."""
        self._file = file
        self._decode = JSONDecoder().raw_decode
        self._buffer = ""
        self._position = 0
        self._passed = 0
        self._ended = False

    def peek(self, skipped: str = _SPACE) -> str:
        """Return the next character that is not in `skipped`, "" at the end."""
        while True:
            buffer = self._buffer
            for position in range(self._position, len(buffer)):
                if buffer[position] not in skipped:
                    self._position = position
                    return buffer[position]
            self._position = len(buffer)
            if self._ended:
                return ""
            self._read()

    def take(self, expected: str) -> None:
        """Step over one of the characters in `expected`.

        Raises:
            ValueError: Another one comes next.
        """
        found = self.peek()
        if not found or found not in expected:
            names = " or ".join(repr(character) for character in expected)
            raise ValueError(f"character {self.offset} is {found or 'the end'!r}, expected {names}")
        self._position += 1

    def value(self) -> Any:
        """Read the next value whole.

        Raises:
            ValueError: It is no JSON.
        """
        self.peek()
        while True:
            try:
                value, end = self._decode(self._buffer, self._position)
            except JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos >= len(self._buffer) - _CUT
                if self._ended or not cut:
                    raise ValueError(f"{error.msg} at character {self._passed + error.pos}") from None
            else:
                # Only of a number the end is not seen: 1.5 may go on as 1.5e9.
                whole = isinstance(value, str | list | dict) or end < len(self._buffer) - _CUT
                if whole or self._ended:
                    self._position = end
                    return value
            self._read()

    def members(self) -> Iterator[str]:
        """Yield the keys of the object that comes next; the caller reads each value before the next key."""
        self.take("{")
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise ValueError(
                    f"character {self.offset} ends {key!r}, expected a text as the name of a member"
                )
            self.take(":")
            yield key
            self.take(",}")
            if self._buffer[self._position - 1] == "}":
                return

    def elements(self) -> Iterator[Any]:
        """Yield the elements of the array that comes next."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            self.take(",]")
            if self._buffer[self._position - 1] == "]":
                return

    @property
    def offset(self) -> int:
        """Number of characters before the cursor."""
        return self._passed + self._position

    def _read(self) -> None:
        """Append to the buffer; what lies before the cursor goes, and a long value doubles the step."""
        rest = self._buffer[self._position :]
        self._passed += self._position
        more = self._file.read(max(_CHUNK, len(rest)))
        self._ended = not more
        self._buffer, self._position = rest + more, 0
