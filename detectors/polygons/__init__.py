"""Polygons from masks: vectorize, regularize and fit oriented boxes."""
