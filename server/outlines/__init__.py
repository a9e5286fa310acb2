"""Outlines on request: reading the pixels around a prompt, one method or another, never many at once."""
