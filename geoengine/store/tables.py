"""Tables, as the migrations leave them (a test compares the two).

`features` is the head: one row for each feature, as it is now. `revisions` and `changesets` only grow;
triggers refuse to change or delete a row of them.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

identity = sa.Table("identity", metadata, sa.Column("uuid", sa.Text, primary_key=True))  # one row

classes = sa.Table(
    "classes",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("color", sa.Text, nullable=False),
    sa.Column("hotkey", sa.Text),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False, server_default=sa.false()),  # nothing new gets it
    sa.Column("attributes", sa.Text, nullable=False, server_default="[]"),  # JSON
    sa.Column("shape", sa.Text, nullable=False, server_default="free"),  # free | squared | round
    sa.Column("parent", sa.Text),  # key of a class, which may be retired
    sa.Column("geometry", sa.Text, nullable=False, server_default="polygon"),  # see GeometryKind
)

scenes = sa.Table(
    "scenes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("uri", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False, unique=True),
    sa.Column("grid", sa.Text, nullable=False),  # JSON
    sa.Column("bands", sa.Integer, nullable=False),
    sa.Column("dtype", sa.Text, nullable=False),
    sa.Column("nodata", sa.Text),  # JSON
    sa.Column("stretch", sa.Text, nullable=False),  # JSON
    sa.Column("acquired_at", sa.Text),
    sa.Column("marking", sa.Text),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("reading", sa.Text, nullable=False, server_default="{}"),  # JSON
    sa.Column("metadata", sa.Text, nullable=False, server_default="{}"),  # JSON
    sa.Column("statistics", sa.Text),  # JSON
    sa.Column("footprint", sa.Text),  # WKT, longitude and latitude
)

# Numbers of scenes and changesets that are gone are not given again: a page may still show the scene.
removed_scenes = sa.Table(
    "removed_scenes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("removed_at", sa.Text, nullable=False),
    sa.Column("last_changeset", sa.Integer, nullable=False),
)

# Ground that somebody has seen at 1:1 or closer, by author: bits that are only ever added.
seen_ground = sa.Table(
    "seen_ground",
    metadata,
    sa.Column("scene_id", sa.ForeignKey("scenes.id"), primary_key=True),
    sa.Column("author", sa.Text, primary_key=True),
    sa.Column("cells", sa.LargeBinary, nullable=False),  # see GroundCells.pack
    sa.Column("updated_at", sa.Text, nullable=False),
)

# Who said when that a scene or an area is complete, or that it is not; the last one of each holds. It only grows.
completions = sa.Table(
    "completions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("scene_id", sa.ForeignKey("scenes.id"), nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("time", sa.Text, nullable=False),
    sa.Column("share", sa.Double, nullable=False),  # of the valid pixels, seen by then
    sa.Column("classes", sa.Text, nullable=False),  # JSON list: keys; they follow classes that are renamed
    sa.Column("area", sa.Text),  # JSON list: left, top, right, bottom in pixels; null for the whole scene
    sa.Index("ix_completions_scene", "scene_id", "id"),
)

# Revisions of the questions on places of a scene; the last one of each uid holds. It only grows.
pins = sa.Table(
    "pins",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("uid", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),  # from 1 on
    sa.Column("scene_id", sa.ForeignKey("scenes.id"), nullable=False),
    sa.Column("x", sa.Double, nullable=False),  # in the scene's CRS
    sa.Column("y", sa.Double, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("time", sa.Text, nullable=False),
    sa.UniqueConstraint("uid", "revision", name="uq_pins_uid"),
    sa.Index("ix_pins_scene", "scene_id", "id"),
)

# Files that were identified by their content, so that the same ones need not be read again while they stay unchanged.
known_files = sa.Table(
    "known_files",
    metadata,
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("options", sa.Text, primary_key=True),  # JSON: how the file is seen
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("content_hashes", sa.Text, nullable=False),  # JSON list: one for each image
)

# Where each author left each scene; its like is not history, and is overwritten.
bookmarks = sa.Table(
    "bookmarks",
    metadata,
    sa.Column("author", sa.Text, primary_key=True),
    sa.Column("scene_id", sa.ForeignKey("scenes.id"), primary_key=True),
    sa.Column("time", sa.Text, nullable=False),
    sa.Column("queue_order", sa.Text, nullable=False),
    sa.Column("reviewing", sa.Boolean, nullable=False),
    sa.Column("filter", sa.Text, nullable=False),  # JSON
    sa.Column("class_key", sa.Text),
    sa.Column("view", sa.Text),  # JSON: x, y, resolution
    sa.Column("feature", sa.Text),  # uid
    sa.Column("skipped", sa.Text, nullable=False),  # JSON list of uids
)

changesets = sa.Table(
    "changesets",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("scene_id", sa.ForeignKey("scenes.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # edits | proposals | undo | classes | decision
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("time", sa.Text, nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("digest", sa.Text, nullable=False),  # of the edits: tells a replay from a reused token
    sa.Column("summary", sa.Text),  # JSON, for proposals, undo and decision
    sa.Column("job_id", sa.Integer),  # of the run that made the proposals
    sa.Index("ix_changesets_scene", "scene_id", "id"),
)

features = sa.Table(
    "features",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),  # the key of the R*Tree, and the order of creation
    sa.Column("uid", sa.Text, nullable=False, unique=True),
    sa.Column("scene_id", sa.ForeignKey("scenes.id"), nullable=False),
    sa.Column("class_key", sa.ForeignKey("classes.key"), nullable=False),
    sa.Column("geometry", sa.LargeBinary, nullable=False),  # WKB, 2D, scene CRS
    sa.Column("minx", sa.Double, nullable=False),
    sa.Column("miny", sa.Double, nullable=False),
    sa.Column("maxx", sa.Double, nullable=False),
    sa.Column("maxy", sa.Double, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("score", sa.Double),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("model", sa.Text),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("time", sa.Text, nullable=False),
    sa.Column("attributes", sa.Text, nullable=False),  # JSON
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column(
        "machine", sa.Boolean, nullable=False
    ),  # a proposal of a model or a file that no person touched
    sa.Column("changeset_id", sa.ForeignKey("changesets.id"), nullable=False),
    sa.Column("unsure", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("confidence", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_features_scene", "scene_id", "deleted", "state", "class_key"),
    sa.Index("ix_features_changed", "scene_id", "changeset_id"),
    sa.Index("ix_features_queue", "scene_id", "deleted", "state", sa.text("score DESC"), "uid"),
    # The few that something is said of, among a million.
    sa.Index("ix_features_unsure", "scene_id", "deleted", "state", sqlite_where=sa.text("unsure IS 1")),
    sa.Index("ix_features_noted", "scene_id", "deleted", "state", sqlite_where=sa.text("note <> ''")),
)

# The grid on which the features of a scene are counted: square cells from its upper left corner on.
density_grids = sa.Table(
    "density_grids",
    metadata,
    sa.Column("scene_id", sa.ForeignKey("scenes.id"), primary_key=True),
    sa.Column("x0", sa.Double, nullable=False),
    sa.Column("y0", sa.Double, nullable=False),
    sa.Column("side", sa.Double, nullable=False),
)

# Live features by the cell that the middle of their box lies in, kept by triggers (see migration 0006).
density = sa.Table(
    "density",
    metadata,
    sa.Column("scene_id", sa.ForeignKey("scenes.id"), primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("col", sa.Integer, primary_key=True),
    sa.Column("class_key", sa.ForeignKey("classes.key"), primary_key=True),
    sa.Column("state", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),  # within a changeset: the order of its edits
    sa.Column("uid", sa.ForeignKey("features.uid"), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("changeset_id", sa.ForeignKey("changesets.id"), nullable=False),
    sa.Column("class_key", sa.ForeignKey("classes.key"), nullable=False),
    sa.Column("geometry", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("score", sa.Double),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("model", sa.Text),
    sa.Column("attributes", sa.Text, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("unsure", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("confidence", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("uid", "revision", name="uq_revisions_uid"),
    sa.Index("ix_revisions_changeset", "changeset_id", "id"),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("params", sa.Text, nullable=False),  # JSON
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Text, nullable=False),
    sa.Column("message", sa.Text),
    sa.Column("started_at", sa.Text),
    sa.Column("worker", sa.Text),  # host:pid, while a process works on it
    sa.Column("heartbeat", sa.Text),
)

job_items = sa.Table(
    "job_items",
    metadata,
    sa.Column("job_id", sa.ForeignKey("jobs.id"), primary_key=True),
    sa.Column("index", sa.Integer, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("params", sa.Text, nullable=False),  # JSON
    sa.Column("result", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("finished_at", sa.Text),
)

# The R*Tree is a virtual table kept by triggers (see the first migration). It holds the boxes of live
# features as float32, rounded outwards, with the scene as a third dimension; it belongs to no metadata, so
# that nothing tries to create it as a plain table.
spatial_index = sa.table(
    "features_rtree",
    sa.column("id", sa.Integer),
    sa.column("minx", sa.Double),
    sa.column("maxx", sa.Double),
    sa.column("miny", sa.Double),
    sa.column("maxy", sa.Double),
    sa.column("minscene", sa.Double),
    sa.column("maxscene", sa.Double),
)
