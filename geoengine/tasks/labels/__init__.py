"""Labels: import, export, evaluate and write label files."""
