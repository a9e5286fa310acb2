"""Rasters, grids, windows, chips and map tiles."""
