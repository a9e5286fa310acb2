"""Files that were identified are known again by size, times and number, so that `add` need not read them again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the table; it fills as files are added."""
    op.create_table(
        "known_files",
        sa.Column("path", sa.Text(), primary_key=True),
        sa.Column("options", sa.Text(), primary_key=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("content_hashes", sa.Text(), nullable=False),
    )
