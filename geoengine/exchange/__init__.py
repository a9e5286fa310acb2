"""Label files: one module per format."""
