"""Reads of the tool canon."""
