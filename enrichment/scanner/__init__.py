"""Reads a tree of ingest code and compares it with the registry; nothing of the tree is imported, nor is Django."""
