"""Columns that go out and come in."""
