"""Columns of what belongs to the tool canon."""
