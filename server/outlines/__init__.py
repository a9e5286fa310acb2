"""Outlines on request: read the pixels around a prompt and run one method, one request at a time."""
