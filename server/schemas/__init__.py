"""The JSON that goes over the wire, as pydantic models: they check bodies and queries and build replies."""
