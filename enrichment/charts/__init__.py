"""Figures of enrichment as marks, each of which leads to its rows."""
