"""Training: one configuration file in, one model package out."""
