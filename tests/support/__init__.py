"""Fixtures and samples that several tests share."""
