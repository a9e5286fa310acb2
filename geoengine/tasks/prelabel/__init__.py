"""Pre-labeling: run a detector over whole scenes and store its proposals."""
