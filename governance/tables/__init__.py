"""Columns of lists, one noun a file."""
