"""Demonstration: real scenes that anyone can have, and their proposals compared with labels drawn by hand."""
