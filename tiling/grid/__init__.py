"""Pixel grids: geometry of rasters, windows, chips and blocks on the ground. No I/O."""
