"""Scenes: find rasters, register them and choose their stretch."""
