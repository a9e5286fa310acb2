"""Outlines of objects that somebody points at: pixels and prompts in, polygons in pixels out."""
