"""Statements that take a database back to an older schema."""

from __future__ import annotations

WITHOUT_GEOMETRY = ("ALTER TABLE classes DROP COLUMN geometry",)
"""To before migration 0017."""

WITHOUT_PARENT = ("ALTER TABLE classes DROP COLUMN parent",)
"""To before migration 0016."""

WITHOUT_PINS = ("DROP TABLE pins",)
"""To before migration 0015."""

WITHOUT_AREAS = (
    "DROP TRIGGER completions_area_refused",
    "ALTER TABLE completions DROP COLUMN area",
)
"""To before migration 0014."""

WITHOUT_SHAPE = ("ALTER TABLE classes DROP COLUMN shape",)
"""To before migration 0013."""

WITHOUT_SAID = (
    "DROP INDEX ix_features_unsure",
    "DROP INDEX ix_features_noted",
    *(
        f"ALTER TABLE {table} DROP COLUMN {column}"
        for table in ("features", "revisions")
        for column in ("unsure", "note", "confidence")
    ),
    "ALTER TABLE classes DROP COLUMN attributes",
)
"""To before migration 0011."""
