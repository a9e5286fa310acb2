"""Chips: cut rasters, and labels with them, into a folder of training data."""
