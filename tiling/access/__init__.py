"""Access control and opening: whether GDAL may open a file, and everything it refers to."""
