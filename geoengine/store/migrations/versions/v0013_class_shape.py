"""A class says what becomes of outlines that people draw: free, squared or round."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column; the classes that are there leave outlines as they are drawn."""
    op.add_column("classes", sa.Column("shape", sa.Text(), nullable=False, server_default="free"))
