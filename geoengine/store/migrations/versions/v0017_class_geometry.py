"""A class says what its objects are: polygons, boxes, oriented boxes, lines or points."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the column; the classes that are there have polygons."""
    op.add_column("classes", sa.Column("geometry", sa.Text(), nullable=False, server_default="polygon"))
