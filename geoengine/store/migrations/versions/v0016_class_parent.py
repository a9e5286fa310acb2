"""A class can stand below another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the column; the classes that are there stand at the top."""
    op.add_column("classes", sa.Column("parent", sa.Text()))
