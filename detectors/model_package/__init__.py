"""Model packages: the card, the weights, the registry and score calibration."""
