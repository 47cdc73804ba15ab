"""Pages of the tool canon."""
