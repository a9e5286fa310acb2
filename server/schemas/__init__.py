"""Schemas of the JSON over HTTP as pydantic models: they check bodies and queries and build replies."""
