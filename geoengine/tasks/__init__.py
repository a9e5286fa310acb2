"""Work that joins rasters, detectors and the label store."""
