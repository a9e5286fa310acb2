"""Merging of detections across chips and blocks: suppress and stitch."""
