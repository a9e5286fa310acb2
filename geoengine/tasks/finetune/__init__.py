"""Fine-tuning: train a package on reviewed labels, and publish it if it is better."""
