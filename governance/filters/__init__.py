"""Query parameters of lists, one noun a file."""
