"""An app as another team would write it: it adds to governance and changes none of its files."""
