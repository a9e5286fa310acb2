"""Features in the database: changesets, queries, history, proposals and counts."""
