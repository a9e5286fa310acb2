"""Merge detections of overlapping chips and blocks: suppress, fuse and stitch."""
