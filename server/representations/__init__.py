"""Representations: scenes and features as JSON, GeoJSON and packed columns."""
