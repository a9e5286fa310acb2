"""Extent of a scene in the R*Tree's third dimension.

It was a plane: every box had the volume 0, so that the tree could not tell a good place for a box from a bad one, and a
query of a screen's size went through a good part of a million features (55 ms).
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

_TRIGGERS = {
    "features_insert": """AFTER INSERT ON features WHEN NOT new.deleted
        BEGIN
            INSERT INTO features_rtree VALUES (new.id, new.minx, new.maxx, new.miny, new.maxy,
                new.scene_id - 0.25, new.scene_id + 0.25);
        END""",
    "features_change": """AFTER UPDATE OF minx, maxx, miny, maxy, deleted ON features
        WHEN NOT new.deleted AND (old.deleted OR new.minx <> old.minx OR new.maxx <> old.maxx
            OR new.miny <> old.miny OR new.maxy <> old.maxy)
        BEGIN
            DELETE FROM features_rtree WHERE id = old.id;
            INSERT INTO features_rtree VALUES (new.id, new.minx, new.maxx, new.miny, new.maxy,
                new.scene_id - 0.25, new.scene_id + 0.25);
        END""",
}


def upgrade() -> None:
    """Replace the triggers and rebuild the tree."""
    for name, body in _TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name}")
        op.execute(f"CREATE TRIGGER {name} {body}")
    op.execute("DELETE FROM features_rtree")
    op.execute(
        "INSERT INTO features_rtree SELECT id, minx, maxx, miny, maxy, scene_id - 0.25, scene_id + 0.25"
        " FROM features WHERE NOT deleted ORDER BY id"
    )
