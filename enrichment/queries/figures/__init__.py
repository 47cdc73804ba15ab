"""Figures beside the buckets of coverage."""
