"""Imagery that is not in the project yet: folders of the server, and uploads."""
