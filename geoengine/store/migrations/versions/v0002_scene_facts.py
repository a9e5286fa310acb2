"""Facts of a scene: how its raster is read, its metadata, statistics and footprint."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; existing scenes keep what they have."""
    op.add_column("scenes", sa.Column("reading", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("scenes", sa.Column("metadata", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("scenes", sa.Column("statistics", sa.Text()))
    op.add_column("scenes", sa.Column("footprint", sa.Text()))
