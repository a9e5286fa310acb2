"""Models, inference, merging, training and evaluation."""
