"""Numbers of features in coarse cells.

Counting a million features for the first view of a scene took a second, after every edit again.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_CELL_PX = 512


def _floor(value: str) -> str:
    """Return SQL for floor(), which not every build of SQLite has."""
    return f"CAST({value} AS INTEGER) - ({value} < CAST({value} AS INTEGER))"


def _cells(of: str) -> str:
    """Return SQL for the columns of a `density` row, the number left out, from a `features` row."""
    row = _floor(f"((cells.y0 - ({of}.miny + {of}.maxy) / 2) / cells.side)")
    col = _floor(f"((({of}.minx + {of}.maxx) / 2 - cells.x0) / cells.side)")
    return f"{of}.scene_id, {row}, {col}, {of}.class_key, {of}.state"


def _add(number: int, of: str) -> str:
    """Return the statement that counts a live row of `features` once more, or once less."""
    return f"""
        INSERT INTO density SELECT {_cells(of)}, {number} FROM density_grids AS cells
            WHERE cells.scene_id = {of}.scene_id AND NOT {of}.deleted
            ON CONFLICT (scene_id, "row", col, class_key, state) DO UPDATE SET number = number + excluded.number;
        """  # noqa: S608 - nothing in it comes from outside


_TRIGGERS = (
    f"CREATE TRIGGER density_insert AFTER INSERT ON features BEGIN {_add(1, 'new')} END",
    "CREATE TRIGGER density_change AFTER UPDATE OF minx, maxx, miny, maxy, class_key, state, deleted ON features"
    f" BEGIN {_add(-1, 'old')} {_add(1, 'new')} END",
)


def upgrade() -> None:
    """Create the tables, count existing features, and add the triggers that keep the numbers."""
    op.create_table(
        "density_grids",
        sa.Column("scene_id", sa.Integer(), sa.ForeignKey("scenes.id"), primary_key=True),
        sa.Column("x0", sa.Double(), nullable=False),
        sa.Column("y0", sa.Double(), nullable=False),
        sa.Column("side", sa.Double(), nullable=False),
    )
    op.create_table(
        "density",
        sa.Column("scene_id", sa.Integer(), sa.ForeignKey("scenes.id"), primary_key=True),
        sa.Column("row", sa.Integer(), primary_key=True),
        sa.Column("col", sa.Integer(), primary_key=True),
        sa.Column("class_key", sa.Text(), sa.ForeignKey("classes.key"), primary_key=True),
        sa.Column("state", sa.Text(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    grids = sa.text("INSERT INTO density_grids VALUES (:scene_id, :x0, :y0, :side)")
    for scene_id, grid in connection.execute(sa.text("SELECT id, grid FROM scenes")).all():
        a, _, x0, _, _, y0 = json.loads(grid)["transform"]
        values = {"scene_id": scene_id, "x0": x0, "y0": y0, "side": _CELL_PX * a}
        connection.execute(grids, values)
    op.execute(
        f"INSERT INTO density SELECT {_cells('features')}, count(*)"  # noqa: S608 - the same
        " FROM features JOIN density_grids AS cells ON cells.scene_id = features.scene_id"
        " WHERE NOT deleted GROUP BY 1, 2, 3, 4, 5"
    )
    for trigger in _TRIGGERS:
        op.execute(trigger)
