"""Ingest: cloud-optimized copies, rasters read in place, mosaics and nodata masks."""
