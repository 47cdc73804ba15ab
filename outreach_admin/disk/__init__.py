"""Code as it lies on the disk."""
