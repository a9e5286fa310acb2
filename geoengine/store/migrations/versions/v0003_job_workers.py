"""Worker and start of a job, and the time at which each item was finished."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns; existing jobs have no value in them."""
    for name in ("started_at", "worker", "heartbeat"):
        op.add_column("jobs", sa.Column(name, sa.Text()))
    op.add_column("job_items", sa.Column("finished_at", sa.Text()))
