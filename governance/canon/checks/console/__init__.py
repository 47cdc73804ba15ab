"""What a console is told of a run: where the code stands, and the report."""
