"""Option type of lowest scores, for all classes and for single ones."""

from __future__ import annotations

from typing import Any

import click


class MinScores(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Lowest scores: a number for all classes, `class=number` for one, and commas between them."""

    name = "SCORES"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float | None, tuple[tuple[str, float], ...]]:
        """Return the number for all classes or None, and (class, number) for single ones."""
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]
        general: float | None = None
        single: dict[str, float] = {}
        for part in value.split(","):
            name, _, number = part.rpartition("=")
            try:
                score = float(number)
            except ValueError:
                score = -1.0
            if not 0 <= score <= 1 or ("=" in part and not name.strip()):
                self.fail(f"{part.strip()!r} is not a score from 0 to 1, or CLASS=SCORE", param, ctx)
            if name.strip() in single or (not name and general is not None):
                self.fail(
                    f"{value!r} has two scores for {name.strip() or 'all classes'}, expected one", param, ctx
                )
            if name:
                single[name.strip()] = score
            else:
                general = score
        return general, tuple(single.items())
