"""Inference: run a model package on chips, blocks and whole rasters."""
