"""Tests of GeoEngine: one folder for each package."""
