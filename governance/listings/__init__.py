"""What lists read under a filter: rows, their number, the counts beside them; screens and endpoints share it."""
