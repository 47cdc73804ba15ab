"""Writes of the tool canon: its versions and what stops tools."""
