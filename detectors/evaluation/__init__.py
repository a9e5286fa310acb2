"""Evaluation: match detections to labels, score them and draw the results."""
