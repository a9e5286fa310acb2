"""Rasters: reading windows north up, what the bands mean, and the file's metadata."""
