"""The warehouse: what holds the companies, people and tables that workflows write."""
