"""An area of a scene can be complete, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column; what has been said so far is of whole scenes."""
    op.add_column("completions", sa.Column("area", sa.Text()))
    op.execute(
        "CREATE TRIGGER completions_area_refused BEFORE UPDATE OF area ON completions "
        "BEGIN SELECT RAISE(ABORT, 'completions only grow'); END"
    )
